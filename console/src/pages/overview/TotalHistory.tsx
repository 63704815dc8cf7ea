import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Schemas } from "../../app/api";
import { choice } from "../../app/fields";
import { portfolioHistoryQuery } from "../../app/queries";
import { useUrlState } from "../../app/urlState";
import { Amount } from "../../parts/Amount";
import { Chart } from "../../parts/Chart";
import { Coverage } from "../../parts/Coverage";
import { formatCount } from "../../parts/amounts";
import { Instant } from "../../parts/Freshness";
import { ProblemView } from "../../parts/Problem";
import { totalPoints } from "./totalPoints";

type Point = Schemas["PortfolioHistoryPoint"];

const RANGES = ["7", "30", "90", "all"] as const;
const FIELDS = { total: choice(RANGES, "30") };

/** What all wallets added up to, each point with how much of it was known. */
export function TotalHistory() {
  const [{ total }, change] = useUrlState(FIELDS);
  const query = useQuery({
    ...portfolioHistoryQuery(total === "all" ? null : Number(total)),
    placeholderData: keepPreviousData,
  });
  const found = query.data;
  const points = useMemo(() => totalPoints(found?.points ?? []), [found]);
  return (
    <div className="total-history">
      <div className="total-history-head">
        <h3>Over time</h3>
        {found !== undefined && found.recorded_since !== null && (
          <span className="muted">
            recorded since <Instant at={found.recorded_since} />
            {found.thinned && " · thinned: lowest, highest, first and last of each stretch"}
          </span>
        )}
        <div className="segments small" role="group" aria-label="Range of the total">
          {RANGES.map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={total === value}
              aria-label={value === "all" ? "all that is kept" : `${value} days`}
              onClick={() => change({ total: value }, { replace: true })}
            >
              {value}
            </button>
          ))}
        </div>
      </div>
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {found === undefined && query.error === null && <div className="skeleton block" />}
      {found !== undefined && found.points.length < 2 && (
        <p className="empty-note">
          {found.points.length === 0
            ? "No total was recorded in this range: one is when a refresh of all ends."
            : "One total was recorded in this range; a line takes two."}
        </p>
      )}
      {found !== undefined && found.points.length >= 2 && (
        <Chart title="Total over time" unit="SOL" points={points} table={<Table points={found.points} />}>
          <Coverage points={found.points} />
        </Chart>
      )}
    </div>
  );
}

function Table({ points }: { points: readonly Point[] }) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Total over time as a table">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col" className="end">
              SOL
            </th>
            <th scope="col" className="end">
              Wallets
            </th>
            <th scope="col" className="end">
              Fresh
            </th>
            <th scope="col" className="end">
              Stale
            </th>
            <th scope="col" className="end">
              Failing
            </th>
            <th scope="col" className="end">
              Never read
            </th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map(({ at, total_balance_sol, wallets, wallets_missing, wallets_by_freshness: by }) => (
            <tr key={at}>
              <td>
                <Instant at={at} />
              </td>
              <td className="end">
                <Amount value={wallets_missing === wallets ? null : total_balance_sol} atLeast={wallets_missing > 0} aligned />
              </td>
              <td className="end">{formatCount(wallets)}</td>
              <td className="end">{formatCount(by.fresh)}</td>
              <td className="end">{formatCount(by.stale)}</td>
              <td className="end">{formatCount(by.error)}</td>
              <td className="end">{formatCount(by.never)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
