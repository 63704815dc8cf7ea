/** The fleet at a glance: what it holds, how old that knowledge is, and what needs somebody now. */
import { useQuery } from "@tanstack/react-query";

import { useAddressBook } from "../../app/addressBook";
import { summaryQuery } from "../../app/queries";
import { hrefOf } from "../../app/router";
import { overlay } from "../../app/shortcuts";
import { Empty } from "../../parts/Empty";
import { Instant } from "../../parts/Freshness";
import { Icon } from "../../parts/Icon";
import { ProblemView } from "../../parts/Problem";
import { Attention } from "./Attention";
import { Balances } from "./Balances";
import { FreshnessCounts, StatusCounts } from "./Counts";
import { LaunchDays } from "./LaunchDays";
import { Total } from "./Total";

export default function OverviewPage() {
  const query = useQuery(summaryQuery);
  useAddressBook();
  const summary = query.data;
  return (
    <div className="page overview">
      <header className="page-head">
        <h1>Overview</h1>
        <div className="page-actions">
          {summary !== undefined && (
            <span className="muted counted">
              counted <Instant at={summary.computed_at} />
            </span>
          )}
          <button type="button" className="button" disabled={query.isFetching} onClick={() => void query.refetch()}>
            {query.isFetching ? "Counting…" : "Count again"}
          </button>
        </div>
      </header>
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {summary === undefined && query.error === null && (
        <div aria-busy="true">
          <div className="skeleton block" />
        </div>
      )}
      {summary?.total_wallets === 0 && (
        <Empty title="No wallets yet" action={<a className="button primary" href={hrefOf(["import"])}>Import wallets…</a>}>
          A file of addresses registers many at once; the API registers them, too. What they hold is shown here.
        </Empty>
      )}
      {summary !== undefined && summary.total_wallets > 0 && (
        <>
          <div className="overview-columns">
            <div className="stack">
              <Total summary={summary} />
              <LaunchDays />
            </div>
            <div className="stack">
              <FreshnessCounts summary={summary} />
              <StatusCounts summary={summary} />
              <Balances summary={summary} />
            </div>
          </div>
          <Attention
            refreshAll={
              <button type="button" className="button quiet" onClick={() => overlay.set("refresh")}>
                <Icon name="refresh" /> Refresh…
              </button>
            }
          />
        </>
      )}
    </div>
  );
}
