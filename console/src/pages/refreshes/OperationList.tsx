import { useQueries } from "@tanstack/react-query";

import { operationQuery, type Operation } from "../../app/queries";
import { useFollowed, useRecentOperations } from "../../app/refreshing";
import { hrefOf } from "../../app/router";
import { overlay } from "../../app/shortcuts";
import { Progress } from "../../app/shell/RefreshBar";
import { formatCount } from "../../parts/amounts";
import { Empty } from "../../parts/Empty";
import { Age } from "../../parts/Freshness";
import { Icon } from "../../parts/Icon";

/** The operations that were started or followed on this machine: today's API has no list of all. */
export function OperationList() {
  const ids = useRecentOperations();
  const followed = useFollowed();
  const found = useQueries({ queries: ids.map((id) => ({ ...operationQuery(id), retry: false })) });
  const operations = found
    .map(({ data }) => (data?.operation_id === followed?.operation_id ? (followed ?? data) : data))
    .filter((operation) => operation !== undefined);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Refreshes</h1>
        <div className="page-actions">
          <button type="button" className="button primary" onClick={() => overlay.set("refresh")}>
            <Icon name="refresh" /> Refresh…
          </button>
        </div>
      </header>
      {operations.length === 0 && found.every(({ isPending }) => !isPending) ? (
        <Empty
          title="No refresh was followed here yet"
          action={
            <button type="button" className="button" onClick={() => overlay.set("refresh")}>
              Refresh wallets…
            </button>
          }
        >
          A refresh reads wallets from the chain. It goes on without this page, and is found again when you come back.
        </Empty>
      ) : (
        <ul className="operation-list card">
          {operations.map((operation) => (
            <li key={operation.operation_id}>
              <a href={hrefOf(["refreshes", operation.operation_id])}>
                <OperationState operation={operation} />
                <span className="operation-what">{whatOf(operation)}</span>
                <span className="operation-counts">
                  {formatCount(operation.done)} of {formatCount(operation.total)}
                  {operation.failed > 0 && <span className="failed"> · {formatCount(operation.failed)} failed</span>}
                </span>
                <Progress operation={operation} />
                <Age at={operation.created_at} />
              </a>
            </li>
          ))}
        </ul>
      )}
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
