/** An address: its ends and a pattern of all of it for the eye, all 44 characters for whoever copies. */
import { hrefOf } from "../app/router";
import { useExplorer } from "../app/preferences";
import { classes } from "./classes";
import { CopyButton } from "./CopyButton";
import { Icon } from "./Icon";
import { identicon } from "./identicon";
import { labelOf, useKnownAddresses, useLabel } from "./known";
import { comparison } from "./lookAlike";

const SHOWN = 6;

interface AddressProps {
  address: string;
  /** Shown first; unset: the label of our wallet of this address, if it is one. */
  label?: string | null;
  /** Leads to the wallet's page. */
  link?: boolean;
  /** Of a link within a grid, which is one tab stop itself. */
  tabIndex?: number;
  /** Our own addresses need no warning. */
  ours?: boolean;
}

export function Address({ address, label: given, link = false, tabIndex, ours = false }: AddressProps) {
  const learnt = useLabel(address);
  const label = given === undefined ? learnt : given;
  const text = <Ends address={address} />;
  const body = label === null ? text : <span className="address-label">{label}</span>;
  return (
    <span className="address">
      <img className="identicon" src={identicon(address)} alt="" width={20} height={20} />
      <span className="address-lines">
        {link ? (
          <a href={hrefOf(["wallets", address])} tabIndex={tabIndex} className="address-link">
            {body}
          </a>
        ) : (
          body
        )}
        {label !== null && text}
      </span>
      {!ours && <Resemblance address={address} />}
    </span>
  );
}

/** `4xepF7…Xodgf`; the middle is there, only not seen, so that any copy is whole. */
export function Ends({ address }: { address: string }) {
  return (
    <span className="ends" title={address}>
      {address.slice(0, SHOWN)}
      <span className="ends-middle">{address.slice(SHOWN, -SHOWN)}</span>
      {address.slice(-SHOWN)}
    </span>
  );
}

/** All of it in groups of four. The gaps are drawn, not typed. */
export function WholeAddress({ address, what = "address" }: { address: string; what?: string }) {
  const site = useExplorer();
  return (
    <span className="whole-address">
      <img className="identicon" src={identicon(address)} alt="" width={28} height={28} />
      <span className="groups">
        {(address.match(/.{1,4}/g) ?? []).map((group, index) => (
          <span key={index}>{group}</span>
        ))}
      </span>
      <CopyButton text={address} what={what} />
      {site !== "none" && (
        <a
          className="button quiet icon-only"
          href={`https://${site}/${site === "solscan.io" ? "account" : "address"}/${address}`}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`Show at ${site}`}
          title={`Show at ${site}`}
        >
          <Icon name="out" />
        </a>
      )}
      <Resemblance address={address} />
    </span>
  );
}

function Resemblance({ address }: { address: string }) {
  const resembled = useKnownAddresses().resembling(address);
  const [first] = resembled;
  if (first === undefined) return null;
  return (
    <details className="resemblance">
      <summary>
        <Icon name="warning" /> looks like {labelOf(first) ?? "one of ours"}
      </summary>
      <dl>
        <dt>this</dt>
        <dd>
          <Compared one={address} other={first} />
        </dd>
        <dt>ours</dt>
        <dd>
          <Compared one={first} other={address} />
        </dd>
      </dl>
    </details>
  );
}

function Compared({ one, other }: { one: string; other: string }) {
  return (
    <code className="compared">
      {comparison(one, other).map(({ text, same }, index) => (
        <span key={index} className={classes(!same && "differs")}>
          {text}
        </span>
      ))}
    </code>
  );
}
