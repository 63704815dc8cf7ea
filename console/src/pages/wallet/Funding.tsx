import type { Schemas } from "../../app/api";
import { Address, Ends } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { lamportsOf, mostPlaces } from "../../parts/amounts";
import { Age } from "../../parts/Freshness";
import { Section } from "../../parts/Section";

type Transfer = Schemas["FundingTransaction"];

const DUST = 1_000_000n; // lamports; 0.001 SOL, what poisoners send to be seen in a list

interface FundingProps {
  funding: readonly Transfer[] | null;
  part: Schemas["CachePart"];
}

/** Incoming SOL, newest first. Dust is folded: it is how look-alike addresses get into lists. */
export function Funding({ funding, part }: FundingProps) {
  const all = funding ?? [];
  const isDust = ({ amount_sol }: Transfer) => (lamportsOf(amount_sol) ?? DUST) < DUST;
  const dust = all.filter(isDust);
  return (
    <Section title="Incoming SOL" note={part.truncated ? "the newest, at least" : "the newest"}>
      {funding === null && <p className="empty-note">Never read.</p>}
      {funding?.length === 0 && <p className="empty-note">No incoming transfers when it was read.</p>}
      <Transfers transfers={all.filter((transfer) => !isDust(transfer))} />
      {dust.length > 0 && (
        <details className="fold">
          <summary>{dust.length} under 0.001 SOL</summary>
          <Transfers transfers={dust} />
        </details>
      )}
    </Section>
  );
}

function Transfers({ transfers }: { transfers: readonly Transfer[] }) {
  if (transfers.length === 0) return null;
  const places = mostPlaces(transfers.map(({ amount_sol }) => amount_sol));
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Incoming transfers">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" className="end">
              SOL
            </th>
            <th scope="col" className="end">
              When
            </th>
            <th scope="col">Signature</th>
          </tr>
        </thead>
        <tbody>
          {transfers.map(({ signature, sender, amount_sol, block_time }) => (
            <tr key={signature}>
              <td>{sender === null ? <span className="unknown">—</span> : <Address address={sender} />}</td>
              <td className="end">
                <Amount value={amount_sol} aligned={places} />
              </td>
              <td className="end">
                <Age at={block_time} />
              </td>
              <td>
                <Ends address={signature} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
