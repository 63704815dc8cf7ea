import { askToSignIn, keepCredentials, lock, signOut, useSession } from "../../app/session";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";

/** The credential in use: where it is kept, and how to be rid of it. It is itself shown nowhere. */
export function Credentials() {
  const { credential, keeps } = useSession();
  const signedIn = credential !== null;
  const what = credential?.kind === "user" ? `The sign-in of ${credential.email}` : "An API key";
  return (
    <Section title="Credentials">
      <div className="form">
        <p className="muted">
          {signedIn
            ? `${what} is in use. It is sent as a header to this server alone, and forgotten after half an hour without you.`
            : "None are sent. A server that wants to know who you are asks when it is needed."}
        </p>
        {signedIn && (
          <label className="check">
            <input
              type="checkbox"
              checked={keeps}
              onChange={(event) => keepCredentials(event.currentTarget.checked)}
            />
            Keep it until this tab closes, so that a reload does not ask again
          </label>
        )}
        <div className="button-row">
          <button type="button" className="button" onClick={askToSignIn}>
            <Icon name="key" /> {signedIn ? "Sign in as somebody else…" : "Sign in…"}
          </button>
          {signedIn && (
            <>
              <button type="button" className="button" onClick={lock}>
                Lock now
              </button>
              <button type="button" className="button" onClick={signOut}>
                <Icon name="out" /> {credential.kind === "key" ? "Forget the key" : "Sign out"}
              </button>
            </>
          )}
        </div>
      </div>
    </Section>
  );
}
