import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Schemas } from "../../app/api";
import { now } from "../../app/clock";
import { choice } from "../../app/fields";
import { historyQuery } from "../../app/queries";
import { useUrlState } from "../../app/urlState";
import { Amount } from "../../parts/Amount";
import { Chart } from "../../parts/Chart";
import { Instant } from "../../parts/Freshness";
import { ProblemView } from "../../parts/Problem";
import { Section } from "../../parts/Section";
import { balancePoints } from "./spans";

type Entry = Schemas["WalletHistoryEntry"];

const DAY = 86_400_000; // milliseconds
const RANGES = ["7", "30", "90", "all"] as const;
const FIELDS = { days: choice(RANGES, "30") };

/** The balance as refreshes found it: confirmed spans as lines, what nobody looked at as gaps. */
export function History({ address }: { address: string }) {
  const [{ days }, change] = useUrlState(FIELDS);
  const query = useQuery({
    ...historyQuery(address, days === "all" ? null : Number(days)),
    placeholderData: keepPreviousData,
  });
  const found = query.data;
  const points = useMemo(
    () => balancePoints(found?.entries ?? [], days === "all" ? undefined : now() - Number(days) * DAY),
    [found, days],
  );
  return (
    <Section
      title="Balance history"
      note={
        found !== undefined &&
        found.recorded_since !== null && (
          <>
            recorded since <Instant at={found.recorded_since} />
            {found.thinned && " · thinned: lowest, highest, first and last of each stretch"}
          </>
        )
      }
      action={
        <div className="segments small" role="group" aria-label="Range">
          {RANGES.map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={days === value}
              aria-label={value === "all" ? "all that is kept" : `${value} days`}
              onClick={() => change({ days: value }, { replace: true })}
            >
              {value}
            </button>
          ))}
        </div>
      }
    >
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {found === undefined && query.error === null && <div className="skeleton block" />}
      {found?.entries.length === 0 && (
        <p className="empty-note">
          {found.recorded_since === null ? "No refresh has read it yet." : "Nothing was found changed in this range."}
        </p>
      )}
      {found !== undefined && found.entries.length > 0 && <Known entries={found.entries} points={points} />}
    </Section>
  );
}

function Known({ entries, points }: { entries: readonly Entry[]; points: ReturnType<typeof balancePoints> }) {
  const [only] = points;
  if (points.length === 1 && only !== undefined) {
    return (
      <p>
        <Amount value={only.value} unit="SOL" /> <span className="muted">when it was read once,</span> <Instant at={only.at} />
      </p>
    );
  }
  return <Chart title="Balance over time" unit="SOL" points={points} table={<Entries entries={entries} />} />;
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Balance history as a table">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Found</th>
            <th scope="col">Confirmed until</th>
            <th scope="col" className="end">
              SOL
            </th>
            <th scope="col">Also</th>
          </tr>
        </thead>
        <tbody>
          {entries.toReversed().map((entry) => (
            <tr key={entry.first_seen_at}>
              <td>
                <Instant at={entry.first_seen_at} />
              </td>
              <td>
                <Instant at={entry.confirmed_until} />
              </td>
              <td className="end">
                <Amount value={entry.balance_sol} aligned />
              </td>
              <td className="muted">{alsoOf(entry)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What changed besides the balance, in words. */
export function alsoOf({ tokens_added, tokens_removed, tokens_changed, new_funding_count }: Entry): string {
  const parts = [
    [tokens_added, "tokens added"],
    [tokens_removed, "removed"],
    [tokens_changed, "in another amount"],
    [new_funding_count, new_funding_count === 1 ? "transfer came in" : "transfers came in"],
  ] as const;
  return parts.flatMap(([count, what]) => (count ? [`${count} ${what}`] : [])).join(", ") || "—";
}
