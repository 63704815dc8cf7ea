import type { Schemas } from "../../app/api";
import { Amount } from "../../parts/Amount";
import { Status } from "../../parts/Chips";
import { Mark, PART_NAMES, PARTS } from "../../parts/Freshness";

/** What a refresh found: what changed against the reading before, and what failed. */
export function RefreshOutcome({ answer }: { answer: Schemas["RefreshWalletResponse"] }) {
  const { changes, results, rpc_calls } = answer;
  const failed = PARTS.filter((part) => results[part]?.outcome === "failed");
  const found = changesOf(changes);
  const calls = Object.values(rpc_calls).reduce((sum, count) => sum + count, 0);
  return (
    <div className="outcome" role="status">
      <p className="outcome-title">
        <Mark state={failed.length > 0 ? "error" : "fresh"} />
        {failed.length > 0 ? `${failed.length} of ${PARTS.length} parts failed` : "Read from the chain"}
        <span className="muted"> · {calls} RPC calls</span>
      </p>
      <ul>
        {failed.map((part) => (
          <li key={part}>
            {PART_NAMES[part]}: {results[part]?.error?.message}
          </li>
        ))}
        {changes.balance_sol !== null && changes.balance_sol !== "0" && (
          <li>
            Balance <Amount value={changes.balance_sol} unit="SOL" signed />
          </li>
        )}
        {changes.status_before !== changes.status_after && (
          <li>
            Status <Status status={changes.status_before} /> → <Status status={changes.status_after} />
          </li>
        )}
        {found.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {failed.length === 0 && found.length === 0 && changes.balance_sol === "0" && <li>Nothing changed.</li>}
      </ul>
    </div>
  );
}

function changesOf(changes: Schemas["RefreshChanges"]): string[] {
  const counted: readonly (readonly [string, readonly unknown[]])[] = [
    ["new tokens", changes.tokens_added],
    ["tokens gone", changes.tokens_removed],
    ["token balances changed", changes.tokens_changed],
    ["new incoming transfers", changes.new_funding],
    ["scheduled fundings completed", changes.completed_schedules],
  ];
  return counted.filter(([, items]) => items.length > 0).map(([what, items]) => `${items.length} ${what}`);
}
