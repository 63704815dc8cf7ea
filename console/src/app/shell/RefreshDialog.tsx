/** Confirms a refresh-all: which wallets, which parts, and what it costs at least. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { formatSeconds } from "../../parts/ages";
import { formatCount } from "../../parts/amounts";
import { Dialog } from "../../parts/Dialog";
import { PART_NAMES, PARTS } from "../../parts/Freshness";
import { ProblemView } from "../../parts/Problem";
import type { Schemas } from "../api";
import { useConnection } from "../connection";
import { estimateQuery, summaryQuery } from "../queries";
import { startRefresh } from "../refreshing";
import { hrefOf, navigate } from "../router";
import { leastCalls, secondsFor, type Part } from "../refreshCost";

type Scope = Schemas["RefreshScope"];
const SCOPES: readonly (readonly [Scope, string])[] = [
  ["stale", "Stale"],
  ["failed", "Failing"],
  ["never", "Never read"],
  ["all", "All"],
];

interface RefreshDialogProps {
  onClose(): void;
  /** These wallets, and no others. */
  addresses?: readonly string[];
  /** What is chosen at first. */
  scope?: Scope;
}

export default function RefreshDialog({ onClose, addresses, scope: first = "stale" }: RefreshDialogProps) {
  const { data: summary } = useQuery(summaryQuery);
  const { offline } = useConnection();
  const [scope, setScope] = useState<Scope>(first);
  const [parts, setParts] = useState<readonly Part[]>(PARTS);
  const [failure, setFailure] = useState<unknown>(null);
  const [pending, setPending] = useState(false);
  const { data: estimate } = useQuery(estimateQuery(scope));
  const whole = addresses === undefined && parts.length === PARTS.length;
  const count =
    addresses?.length ?? estimate?.wallets ?? (summary === undefined ? null : countOf(scope, summary));
  const start = async () => {
    setPending(true);
    setFailure(null);
    try {
      const { id } = await startRefresh({
        ...(addresses === undefined ? { scope } : { addresses: [...addresses] }),
        ...(parts.length === PARTS.length ? {} : { parts: [...parts] }),
      });
      onClose();
      navigate(hrefOf(["refreshes", id]));
    } catch (error) {
      setFailure(error);
      setPending(false);
    }
  };
  return (
    <Dialog
      title={addresses === undefined ? "Refresh wallets" : `Refresh ${formatCount(addresses.length)} selected`}
      description="Reads the chain and stores what it says. Nothing is signed or sent."
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className="button primary"
            disabled={pending || offline || parts.length === 0 || count === 0}
            onClick={() => void start()}
          >
            {pending ? "Starting…" : "Start"}
          </button>
        </>
      }
    >
      {addresses === undefined && (
        <fieldset className="fieldset">
          <legend>Which wallets</legend>
          <div className="segments">
            {SCOPES.map(([value, label]) => (
              <label key={value} className="segment">
                <input type="radio" name="scope" checked={scope === value} onChange={() => setScope(value)} />
                <span>
                  {label}
                  {summary !== undefined && <small>{formatCount(countOf(value, summary))}</small>}
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <fieldset className="fieldset">
        <legend>Which parts</legend>
        {PARTS.map((part) => (
          <label key={part} className="check">
            <input
              type="checkbox"
              checked={parts.includes(part)}
              onChange={(event) => {
                const on = event.currentTarget.checked;
                setParts(PARTS.filter((each) => (each === part ? on : parts.includes(each))));
              }}
            />
            {PART_NAMES[part]}
          </label>
        ))}
      </fieldset>
      <p className="cost" aria-live="polite">
        {count === null ? (
          "…"
        ) : (
          <>
            <b>{formatCount(count)}</b> wallets, at least <b>{formatCount(leastCalls(count, parts))}</b> RPC calls
            {estimate !== undefined && count > 0 && (
              <>
                {" "}
                in <b>{formatSeconds(secondsFor(leastCalls(count, parts), estimate.calls_per_second))}</b>
              </>
            )}
            {whole && estimate !== undefined && estimate.calls_as_last_time !== null && (
              <span className="muted">
                {" "}
                · if it goes as last time {formatCount(estimate.calls_as_last_time)}
                {estimate.seconds_as_last_time !== null && ` in ${formatSeconds(estimate.seconds_as_last_time)}`}
              </span>
            )}
          </>
        )}
      </p>
      {failure !== null && <ProblemView error={failure} />}
    </Dialog>
  );
}

function countOf(scope: Scope, summary: Schemas["PortfolioSummary"]): number {
  const by = summary.wallets_by_freshness;
  const archived = summary.wallets_by_status["ARCHIVED"] ?? 0;
  if (scope === "all") return summary.total_wallets - archived;
  return by[scope === "failed" ? "error" : scope] ?? 0;
}
