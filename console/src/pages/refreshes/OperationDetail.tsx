import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";

import { useAddressBook } from "../../app/addressBook";
import { useNow } from "../../app/clock";
import { useConnection } from "../../app/connection";
import { operationQuery, operationResultsQuery, type ItemResult, type Operation } from "../../app/queries";
import { cancelRefresh, followOperation, isRunning, startRefresh, useFollowed } from "../../app/refreshing";
import { hrefOf, navigate } from "../../app/router";
import { Progress, paceOf } from "../../app/shell/RefreshBar";
import { choice } from "../../app/fields";
import { useUrlState } from "../../app/urlState";
import { NARROW, useMedia } from "../../app/useMedia";
import { useMore } from "../../app/useMore";
import { formatSeconds } from "../../parts/ages";
import { formatCount } from "../../parts/amounts";
import { Empty } from "../../parts/Empty";
import { Grid } from "../../parts/Grid";
import { Instant } from "../../parts/Freshness";
import { Icon } from "../../parts/Icon";
import { ProblemView } from "../../parts/Problem";
import { groupOf, RESULT_COLUMNS, resultsAsCsv, type Group } from "./results";
import { OperationState, whatOf } from "./OperationList";
import { saveAs } from "../../parts/download";

const GROUPS: readonly Group[] = ["changed", "failed", "unchanged"];
const FIELDS = { only: choice(["all", ...GROUPS], "all") };
const MOST_RETRIED = 500; // addresses that one refresh-all takes

export function OperationDetail({ id }: { id: string }) {
  useAddressBook();
  const followed = useFollowed();
  const query = useQuery(operationQuery(id));
  const operation = followed?.operation_id === id ? followed : query.data;
  const running = operation !== undefined && isRunning(operation);
  useEffect(() => {
    if (running) followOperation(id);
  }, [id, running]);
  return (
    <div className="page filling">
      <a className="back" href={hrefOf(["refreshes"])}>
        <Icon name="back" /> Refreshes
      </a>
      {operation === undefined && query.error !== null && (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      )}
      {operation === undefined && query.error === null && <div className="skeleton block" aria-busy="true" />}
      {operation !== undefined && (
        <>
          <Summary operation={operation} />
          <Results operation={operation} />
        </>
      )}
    </div>
  );
}

function Summary({ operation }: { operation: Operation }) {
  const running = isRunning(operation);
  const { offline } = useConnection();
  const cancel = useMutation({ mutationFn: () => cancelRefresh(operation.operation_id) });
  const now = useNow(1000);
  const pace = running ? paceOf(operation, now) : null;
  const { complete, partial, failed, done, total } = operation;
  return (
    <>
      <header className="page-head">
        <h1>
          {whatOf(operation)} <OperationState operation={operation} />
        </h1>
        <div className="page-actions">
          {running && (
            <button
              type="button"
              className="button"
              disabled={cancel.isPending || offline}
              onClick={() => cancel.mutate()}
            >
              Cancel
            </button>
          )}
        </div>
      </header>
      {cancel.error !== null && <ProblemView error={cancel.error} />}
      <section className="card operation-summary" aria-label="Progress" aria-live="polite">
        <p className="operation-done">
          <b>{formatCount(done)}</b> of {total === 0 && running ? "…" : formatCount(total)} wallets
          {pace !== null && (
            <span className="muted">
              {" "}
              · {pace.perSecond} a second · {formatSeconds(pace.secondsLeft)} left
            </span>
          )}
        </p>
        <Progress operation={operation} />
        <dl className="figures">
          <Figure name="complete" value={formatCount(complete)} />
          <Figure name="partial" value={formatCount(partial)} />
          <Figure name="failed" value={formatCount(failed)} bad={failed > 0} />
        </dl>
        <dl className="figures calls" aria-label="RPC calls by method">
          {Object.entries(operation.rpc_calls).map(([method, count]) => (
            <Figure key={method} name={method} value={formatCount(count)} code />
          ))}
        </dl>
        <p className="muted">
          Began <Instant at={operation.started_at ?? operation.created_at} />
          {operation.finished_at !== null && (
            <>
              , ended <Instant at={operation.finished_at} />
            </>
          )}
        </p>
      </section>
    </>
  );
}

function Figure({ name, value, bad = false, code = false }: { name: string; value: string; bad?: boolean; code?: boolean }) {
  return (
    <div className={bad ? "figure bad" : "figure"}>
      <dt>{code ? <code>{name}</code> : name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Results({ operation }: { operation: Operation }) {
  const id = operation.operation_id;
  const running = isRunning(operation);
  const list = useInfiniteQuery(operationResultsQuery(id));
  const [{ only }, change] = useUrlState(FIELDS);
  const [failure, setFailure] = useState<unknown>(null);
  const narrow = useMedia(NARROW);
  const more = useMore(list);
  // Groups are told from the results themselves, so all of them are needed; a page has 200.
  useEffect(() => {
    if (!running) more();
  }, [running, more]);
  const all = list.data?.rows ?? [];
  const groups = useMemo(() => Map.groupBy(all, groupOf), [all]);
  const rows = only === "all" ? all : (groups.get(only as Group) ?? []);
  const failed = groups.get("failed") ?? [];
  const retry = useCallback(async () => {
    const addresses = failed.slice(0, MOST_RETRIED).map(({ wallet_address }) => wallet_address);
    try {
      navigate(hrefOf(["refreshes", (await startRefresh({ addresses })).id]));
    } catch (error) {
      setFailure(error);
    }
  }, [failed]);
  if (running) return <p className="empty-note">Results are listed when it has ended; what is done is stored already.</p>;
  return (
    <>
      <div className="toolbar">
        <div className="segments" role="group" aria-label="Which results">
          {(["all", ...GROUPS] as const).map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={only === value}
              onClick={() => change({ only: value }, { replace: true })}
            >
              {value}
              <small>{formatCount(value === "all" ? all.length : (groups.get(value)?.length ?? 0))}</small>
            </button>
          ))}
        </div>
        <span className="toolbar-space" />
        {failed.length > 0 && (
          <button type="button" className="button" onClick={() => void retry()}>
            <Icon name="refresh" /> Retry {formatCount(Math.min(failed.length, MOST_RETRIED))} failed
          </button>
        )}
        <button
          type="button"
          className="button"
          disabled={rows.length === 0}
          onClick={() => void saveAs(`${id}.csv`, new Response(resultsAsCsv(rows), { headers: { "Content-Type": "text/csv" } }))}
        >
          <Icon name="download" /> CSV
        </button>
      </div>
      {failure !== null && <ProblemView error={failure} />}
      {list.error !== null && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {rows.length === 0 && list.data !== undefined ? (
        <Empty title={only === "all" ? "No wallets were read" : `None ${only}`} />
      ) : (
        <Grid<ItemResult>
          label="Results"
          className="result-grid"
          columns={RESULT_COLUMNS}
          rows={rows}
          total={list.data === undefined ? null : rows.length}
          keyOf={({ wallet_address }) => wallet_address}
          onOpen={({ wallet_address }) => navigate(hrefOf(["wallets", wallet_address]))}
          rowHeight={narrow ? 72 : 48}
        />
      )}
    </>
  );
}
