import { useState } from "react";

import { Dialog } from "../../parts/Dialog";
import { TextField } from "../../parts/TextField";
import { dismissPrompt, signIn, type Session } from "../session";

const SAID = {
  asked: "The server wants to know who you are before it answers.",
  refused: "The server did not accept this key. Is it revoked, or of another server?",
  locked: "Nobody was here for half an hour, so the key was forgotten. What you looked at is still there after it.",
  none: "",
};

/** Asks for an API key in place: the page behind it stays as it is. */
export function SignIn({ prompt }: { prompt: Session["prompt"] }) {
  const [key, setKey] = useState("");
  const [keep, setKeep] = useState(false);
  return (
    <Dialog
      title={prompt === "locked" ? "Locked" : "Sign in"}
      description={SAID[prompt]}
      onClose={() => prompt !== "locked" && dismissPrompt()}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim()) signIn(key.trim(), keep);
        }}
      >
        <TextField label="API key" type="password" value="" onChange={setKey} autoFocus />
        <label className="check">
          <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
          Keep it until this tab closes
        </label>
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={!key.trim()}>
            Sign in
          </button>
        </div>
      </form>
    </Dialog>
  );
}
