import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { choice } from "../../app/fields";
import { launchAnalyticsQuery } from "../../app/queries";
import { hrefOf } from "../../app/router";
import { useUrlState } from "../../app/urlState";
import { formatCount } from "../../parts/amounts";
import { ProblemView } from "../../parts/Problem";
import { Section } from "../../parts/Section";

const WINDOWS = ["7", "30", "90"] as const;
const FIELDS = { days: choice(WINDOWS, "30") };

/** Launches of each UTC day as bars, and the same as a table. */
export function LaunchDays() {
  const [{ days }, change] = useUrlState(FIELDS);
  const query = useQuery({ ...launchAnalyticsQuery(Number(days)), placeholderData: keepPreviousData });
  const found = query.data;
  const most = Math.max(1, ...(found?.by_day.map(({ launches }) => launches) ?? []));
  return (
    <Section
      title="Launches a day"
      note={found !== undefined && `${formatCount(found.total_launches)} in ${found.by_day.length} days`}
      action={
        <div className="segments small" role="group" aria-label="Days">
          {WINDOWS.map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={days === value}
              aria-label={`${value} days`}
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
      {found !== undefined && (
        <>
          {found.total_launches === 0 ? (
            <p className="empty-note">
              None in these days. <a href={hrefOf(["launches"])}>All launches</a>
            </p>
          ) : (
            <figure className="days" role="img" aria-label={`Launches of ${found.by_day.length} days; the table below has the figures`}>
              <span className="days-scale" aria-hidden="true">
                {formatCount(most)}
              </span>
              <div className="days-bars" aria-hidden="true">
                {found.by_day.map(({ day, launches }) => (
                  <span key={day} className="day" title={`${day}: ${launches}`}>
                    <span style={{ height: `${(100 * launches) / most}%` }} />
                  </span>
                ))}
              </div>
              <div className="days-ends" aria-hidden="true">
                <span>{found.by_day[0]?.day}</span>
                <span>{found.by_day.at(-1)?.day} UTC</span>
              </div>
            </figure>
          )}
          <details className="chart-table">
            <summary>As a table</summary>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Day, UTC</th>
                  <th scope="col" className="end">
                    Launches
                  </th>
                </tr>
              </thead>
              <tbody>
                {found.by_day.toReversed().map(({ day, launches }) => (
                  <tr key={day}>
                    <td>{day}</td>
                    <td className="end">{formatCount(launches)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </Section>
  );
}
