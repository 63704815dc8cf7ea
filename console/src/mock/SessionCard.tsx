import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { mockSession } from "../app/session";
import { formatCount } from "../parts/amounts";
import { CopyButton } from "../parts/CopyButton";
import { TextField } from "../parts/TextField";
import { sessionsQuery } from "./control";
import { Card } from "./parts";

const NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** A world of one's own, by a name that stands in the URL: whoever opens the link works in the same. */
export function SessionCard() {
  const { data: sessions } = useQuery(sessionsQuery);
  const [name, setName] = useState("");
  const others = sessions?.items.filter((each) => each.name !== mockSession).toReversed() ?? [];
  return (
    <Card title="Session" note={mockSession === null ? "the one that all share" : <b>{mockSession}</b>}>
      <form
        className="mock-pair"
        onSubmit={(event) => {
          event.preventDefault();
          if (NAME.test(name)) enter(name);
        }}
      >
        <TextField
          label="Enter a session"
          value={name}
          placeholder="checkout-test-3"
          maxLength={64}
          refusal={name === "" || NAME.test(name) ? null : "Letters, digits, dots, dashes and underscores."}
          onChange={(text) => setName(text.trim())}
        />
        <button type="submit" className="button" disabled={!NAME.test(name)}>
          Enter
        </button>
      </form>
      <div className="button-row">
        <button type="button" className="button" onClick={() => enter(`session-${crypto.randomUUID().slice(0, 8)}`)}>
          New session
        </button>
        {mockSession !== null && (
          <>
            <button type="button" className="button" onClick={() => enter(null)}>
              Leave it
            </button>
            <CopyButton text={location.href} what="the link to this session" />
          </>
        )}
      </div>
      {others.length > 0 && (
        <ul className="mock-list">
          {others.slice(0, 20).map((each) => (
            <li key={each.name}>
              <button type="button" className="link-button" onClick={() => enter(each.name)}>
                {each.name}
              </button>
              <span className="muted">
                {each.world} · {formatCount(each.requests)} requests
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** The page begins again, since all that it knows is of another world. */
function enter(session: string | null): void {
  const there = new URL(location.href);
  if (session === null) there.searchParams.delete("session");
  else there.searchParams.set("session", session);
  location.assign(there);
}
