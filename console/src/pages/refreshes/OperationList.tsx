import { useInfiniteQuery } from "@tanstack/react-query";

import { useConnection } from "../../app/connection";
import { operationsQuery, type Operation } from "../../app/queries";
import { useFollowed } from "../../app/refreshing";
import { hrefOf } from "../../app/router";
import { overlay } from "../../app/shortcuts";
import { Progress } from "../../app/shell/RefreshBar";
import { formatCount } from "../../parts/amounts";
import { Empty } from "../../parts/Empty";
import { Age } from "../../parts/Freshness";
import { Icon } from "../../parts/Icon";
import { ProblemView } from "../../parts/Problem";
import { More } from "../../parts/Section";

/** Every refresh-all that the server keeps, whoever started it; the one that runs moves. */
export function OperationList() {
  const query = useInfiniteQuery(operationsQuery);
  const followed = useFollowed();
  const { offline } = useConnection();
  const found = query.data;
  const operations = (found?.rows ?? []).map((each) =>
    each.operation_id === followed?.operation_id ? followed : each,
  );
  return (
    <div className="page">
      <header className="page-head">
        <h1>
          Refreshes <span className="count">{found !== undefined && formatCount(found.total)}</span>
        </h1>
        <div className="page-actions">
          <button type="button" className="button primary" disabled={offline} onClick={() => overlay.set("refresh")}>
            <Icon name="refresh" /> Refresh…
          </button>
        </div>
      </header>
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {found === undefined && query.error === null && <div className="skeleton block" aria-busy="true" />}
      {found?.total === 0 && (
        <Empty
          title="Nothing was refreshed yet"
          action={
            <button type="button" className="button" disabled={offline} onClick={() => overlay.set("refresh")}>
              Refresh wallets…
            </button>
          }
        >
          A refresh reads wallets from the chain. It goes on without this page, and is found again when you come back.
        </Empty>
      )}
      {operations.length > 0 && (
        <ul className="operation-list card">
          {operations.map((operation) => (
            <li key={operation.operation_id}>
              <a href={hrefOf(["refreshes", operation.operation_id])}>
                <OperationState operation={operation} />
                <span className="operation-what">{whatOf(operation)}</span>
                <span className="operation-counts">
                  {formatCount(operation.done)} of {formatCount(operation.total)}
                  {operation.changed > 0 && ` · ${formatCount(operation.changed)} changed`}
                  {operation.failed > 0 && <span className="failed"> · {formatCount(operation.failed)} failed</span>}
                </span>
                <Progress operation={operation} />
                <Age at={operation.created_at} ago />
              </a>
            </li>
          ))}
        </ul>
      )}
      <More
        shown={operations.length}
        total={found?.total ?? 0}
        loading={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </div>
  );
}

export function whatOf({ scope, total }: Operation): string {
  if (scope === null) return `${formatCount(total)} chosen wallets`;
  return { all: "All wallets", stale: "Stale wallets", failed: "Failing wallets", never: "Wallets never read" }[scope];
}

export function OperationState({ operation: { state } }: { operation: Operation }) {
  const name = state.toLowerCase();
  return <span className={`operation-state ${name}`}>{name}</span>;
}
