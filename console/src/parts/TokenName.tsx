/** The one component that shows what strangers called a token. */
import { isOurMint, useKnownAddresses } from "./known";
import { pieces, warnings, type Warning } from "./names";

const SAID: Record<Warning, { badge: string; why: string }> = {
  link: { badge: "link", why: "The name holds an address of a web page. Names of honest tokens don't." },
  "mixed-scripts": { badge: "mixed scripts", why: "Letters of several scripts in one word: it may not read as it is." },
  "known-ticker": { badge: "not the known one", why: "A well-known ticker, but this is another mint." },
};

/** A stranger's text: isolated, clipped, with what is invisible made visible. */
export function StrangersText({ text }: { text: string }) {
  return (
    <bdi className="strangers-text">
      {pieces(text).map((piece, index) =>
        "text" in piece ? (
          piece.text
        ) : (
          <span key={index} className="invisible-character" title="an invisible character">
            {piece.invisible}
          </span>
        ),
      )}
    </bdi>
  );
}

export function TokenName({ name, ticker, mint }: { name: string | null; ticker: string | null; mint: string }) {
  useKnownAddresses(); // which mints are ours may be learnt later
  const odd = warnings(name, ticker, mint);
  return (
    <span className="token-name">
      {name === null ? <span className="muted">no name read</span> : <StrangersText text={name} />}
      {ticker !== null && (
        <span className="ticker">
          <StrangersText text={ticker} />
        </span>
      )}
      {isOurMint(mint) ? (
        <span className="badge accent" title="A mint of a launch recorded here">
          ours
        </span>
      ) : (
        <span className="badge" title="Nobody here launched this mint">
          unverified
        </span>
      )}
      {odd.map((warning) => (
        <span key={warning} className="badge warning" title={SAID[warning].why}>
          {SAID[warning].badge}
        </span>
      ))}
    </span>
  );
}
