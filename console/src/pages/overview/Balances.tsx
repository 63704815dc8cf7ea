import type { Schemas } from "../../app/api";
import { hrefOf } from "../../app/router";
import { Amount } from "../../parts/Amount";
import { shareOf } from "../../parts/amounts";
import { Status } from "../../parts/Chips";
import { Section } from "../../parts/Section";

const STATUSES = ["LAUNCHED", "FUNDED", "UNFUNDED", "ARCHIVED"] as const;

/** What the wallets of each status hold: a table whose rows are bars, and lead to their wallets, richest first. */
export function Balances({ summary }: { summary: Schemas["PortfolioSummary"] }) {
  const { balance_sol_by_status: by, complete, total_balance_sol, total_wallets, wallets_missing } = summary;
  if (wallets_missing === total_wallets) return null;
  return (
    <Section title="Balance by status" note={complete ? "SOL" : "SOL, as far as read"}>
      {by === null ? (
        <p className="empty-note">Being counted by status for the first time: here in a few minutes.</p>
      ) : (
        <table className="balances">
          <thead className="visually-hidden">
            <tr>
              <th scope="col">Status</th>
              <th scope="col">SOL</th>
            </tr>
          </thead>
          <tbody>
            {STATUSES.map((status) => (
              <tr key={status}>
                <th scope="row">
                  <a href={hrefOf(["wallets"], `status=${status}&sort=last_balance&direction=desc`)}>
                    <Status status={status} />
                  </a>
                </th>
                <td>
                  <Amount value={by[status]} aligned />
                  <span className="balance-bar" aria-hidden="true">
                    <span className={status.toLowerCase()} style={{ width: `${100 * shareOf(by[status], total_balance_sol)}%` }} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
