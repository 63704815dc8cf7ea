import { formatSeconds } from "../../parts/ages";
import { formatCount } from "../../parts/amounts";
import { Icon } from "../../parts/Icon";
import { useNow } from "../clock";
import { useConnection } from "../connection";
import type { Operation } from "../queries";
import { cancelRefresh, dismissFollowed, isRunning, useFollowed } from "../refreshing";
import { hrefOf } from "../router";
import { overlay } from "../shortcuts";

/** The refresh-all under way: one for the whole server, whoever started it. */
export function RefreshBar() {
  const operation = useFollowed();
  const { offline } = useConnection();
  if (operation === null) {
    return (
      <button
        type="button"
        className="button quiet refresh-begin"
        aria-label="Refresh…"
        disabled={offline}
        onClick={() => overlay.set("refresh")}
      >
        <Icon name="refresh" /> <span>Refresh…</span>
      </button>
    );
  }
  return <Running operation={operation} />;
}

function Running({ operation }: { operation: Operation }) {
  const running = isRunning(operation);
  const { done, total, failed, operation_id: id } = operation;
  return (
    <div className="refresh-bar" role="group" aria-label="Refresh">
      <a href={hrefOf(["refreshes", id])} className="refresh-bar-link">
        <span className="refresh-bar-words">
          {running ? "Refreshing" : operation.state === "CANCELLED" ? "Cancelled" : "Refreshed"}{" "}
          <b>
            {formatCount(done)}/{total === 0 && running ? "…" : formatCount(total)}
          </b>
          {failed > 0 && <span className="failed"> · {formatCount(failed)} failed</span>}
          {running && <Pace operation={operation} />}
        </span>
        <Progress operation={operation} />
      </a>
      {running ? (
        <button type="button" className="button quiet" onClick={() => void cancelRefresh(id).catch(() => undefined)}>
          Cancel
        </button>
      ) : (
        <button
          type="button"
          className="button quiet icon-only"
          aria-label="Dismiss the finished refresh"
          onClick={dismissFollowed}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

/** How much is done, and how much of that failed. */
export function Progress({ operation }: { operation: Operation }) {
  const { done, total, failed } = operation;
  const known = total > 0;
  return (
    <span
      className="progress"
      role="progressbar"
      aria-label="Wallets done"
      aria-valuemin={0}
      aria-valuemax={known ? total : undefined}
      aria-valuenow={known ? done : undefined}
    >
      <span className="progress-done" style={{ width: `${known ? (100 * done) / total : 0}%` }} />
      <span className="progress-failed" style={{ width: `${known ? (100 * failed) / total : 0}%` }} />
    </span>
  );
}

function Pace({ operation }: { operation: Operation }) {
  const pace = paceOf(operation, useNow(1000));
  return pace === null ? null : (
    <span className="pace">
      {" "}
      · {pace.perSecond}/s · {formatSeconds(pace.secondsLeft)} left
    </span>
  );
}

/** Wallets a second since it began, and how long the rest takes at that; null while too little is known. */
export function paceOf(operation: Operation, now: number): { perSecond: string; secondsLeft: number } | null {
  const { started_at, done, total } = operation;
  if (started_at === null || done === 0) return null;
  const seconds = (Math.max(now, Date.parse(operation.updated_at)) - Date.parse(started_at)) / 1000;
  if (seconds < 1) return null;
  const rate = done / seconds;
  return { perSecond: rate >= 10 ? rate.toFixed(0) : rate.toFixed(1), secondsLeft: (total - done) / rate };
}
