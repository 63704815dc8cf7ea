import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Dialog } from "../../parts/Dialog";
import { TextField } from "../../parts/TextField";
import { signInWithPassword, siteQuery, type FirebaseSite } from "../firebase";
import { dismissPrompt, signIn, type Session } from "../session";

const SAID = {
  asked: "The server wants to know who you are before it answers.",
  refused: "The server did not accept that. Is it revoked, or of another server?",
  locked: "Nobody was here for half an hour, so the credentials were forgotten. What you looked at is still there after it.",
  none: "",
};
const WAYS = ["E-mail", "API key"] as const;

/** Asks who it is in place: the page behind it stays as it is. */
export default function SignIn({ prompt }: { prompt: Session["prompt"] }) {
  const { data: site = null } = useQuery(siteQuery);
  const [chosen, setChosen] = useState<(typeof WAYS)[number]>("E-mail");
  const [keep, setKeep] = useState(false);
  const byMail = site !== null && chosen === "E-mail";
  return (
    <Dialog
      title={prompt === "locked" ? "Locked" : "Sign in"}
      description={SAID[prompt]}
      onClose={() => prompt !== "locked" && dismissPrompt()}
    >
      {site !== null && (
        <div className="segments" role="group" aria-label="How to sign in">
          {WAYS.map((way) => (
            <button key={way} type="button" aria-pressed={chosen === way} onClick={() => setChosen(way)}>
              {way}
            </button>
          ))}
        </div>
      )}
      {byMail ? <ByMail site={site} keep={keep} /> : <ByKey keep={keep} />}
      <label className="check">
        <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
        Keep it until this tab closes
      </label>
    </Dialog>
  );
}

function ByKey({ keep }: { keep: boolean }) {
  const [key, setKey] = useState("");
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim()) signIn({ kind: "key", key: key.trim() }, keep);
      }}
    >
      <TextField label="API key" type="password" value="" onChange={setKey} autoFocus />
      <Submit disabled={!key.trim()} />
    </form>
  );
}

function ByMail({ site, keep }: { site: FirebaseSite; keep: boolean }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => signInWithPassword(site, email.trim(), password),
    onSuccess: (tokens) => signIn({ kind: "user", email: email.trim(), site, tokens }, keep),
  });
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (email.trim() && password) mutate();
      }}
    >
      <TextField label="E-mail" type="email" value="" onChange={setEmail} autoFocus />
      <TextField label="Password" type="password" value="" onChange={setPassword} />
      {error !== null && (
        <p className="hint refused" role="alert">
          {error.message}
        </p>
      )}
      <Submit disabled={!email.trim() || !password || isPending} />
    </form>
  );
}

function Submit({ disabled }: { disabled: boolean }) {
  return (
    <div className="dialog-actions">
      <button type="submit" className="button primary" disabled={disabled}>
        Sign in
      </button>
    </div>
  );
}
