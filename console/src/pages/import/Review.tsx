import { useMemo, useState } from "react";

import { hrefOf } from "../../app/router";
import { NARROW, useMedia } from "../../app/useMedia";
import { formatCount } from "../../parts/amounts";
import { Empty } from "../../parts/Empty";
import { Grid } from "../../parts/Grid";
import { importColumns, type ShownRow } from "./columns";
import type { Outcome, Verdicts } from "./importing";
import type { ImportRow } from "./parse";

export type Stage = "checking" | "checked" | "unchecked" | "registering" | "registered" | "stopped";

const OUTCOMES = ["created", "exists", "invalid"] as const satisfies readonly Outcome[];

interface ReviewProps {
  name: string | null;
  rows: readonly ImportRow[];
  leftOut: readonly string[];
  verdicts: Verdicts;
  stage: Stage;
  disabled: boolean;
  onRegister(): void;
}

/** Each row with what would become of it, and then what did. */
export function Review({ name, rows, leftOut, verdicts, stage, disabled, onRegister }: ReviewProps) {
  const [only, setOnly] = useState<Outcome | null>(null);
  const narrow = useMedia(NARROW);
  const registered = stage === "registered" || stage === "registering" || stage === "stopped";
  const shown = useMemo(
    () => rows.map((row): ShownRow => ({ ...row, judged: verdicts.get(row.number) ?? null })),
    [rows, verdicts],
  );
  const groups = useMemo(() => Map.groupBy(shown, ({ judged }) => judged?.outcome ?? null), [shown]);
  const count = (outcome: Outcome) => groups.get(outcome)?.length ?? 0;
  const wallets = count("created") === 1 ? "1 wallet" : `${formatCount(count("created"))} wallets`;
  const listed = only === null ? shown : (groups.get(only) ?? []);
  const columns = useMemo(() => importColumns(registered), [registered]);
  const names: Record<Outcome, string> = {
    created: registered ? "registered" : "new",
    exists: "registered before",
    invalid: registered ? "left out" : "can't be",
  };
  const busy = stage === "checking" || stage === "registering";
  return (
    <>
      <section className="card import-summary" aria-label="Import" aria-live="polite">
        <p>
          <b>{stage === "registered" ? `${wallets} registered` : `${formatCount(rows.length)} rows`}</b>
          {name !== null && <span className="muted"> of {name}</span>}
          {busy && <span className="muted"> · {stage === "checking" ? "checking" : "registering"} {formatCount(verdicts.size)}…</span>}
          {stage === "checked" && <span className="muted"> · nothing is registered yet</span>}
        </p>
        {leftOut.length > 0 && <p className="hint">Left out, since they are no metadata: {leftOut.join(", ")}</p>}
        {stage === "registered" ? (
          <p>
            <a href={hrefOf(["wallets"], "sort=created_at&freshness=never")}>Show the wallets never read</a>
          </p>
        ) : (
          <button
            type="button"
            className="button primary"
            disabled={stage !== "checked" || disabled || count("created") === 0}
            onClick={onRegister}
          >
            {stage === "registering" ? "Registering…" : `Register ${wallets}`}
          </button>
        )}
      </section>
      <div className="segments" role="group" aria-label="Which rows">
        <button type="button" aria-pressed={only === null} onClick={() => setOnly(null)}>
          all<small>{formatCount(rows.length)}</small>
        </button>
        {OUTCOMES.map((outcome) => (
          <button key={outcome} type="button" aria-pressed={only === outcome} onClick={() => setOnly(outcome)}>
            {names[outcome]}
            <small>{formatCount(count(outcome))}</small>
          </button>
        ))}
      </div>
      {listed.length === 0 ? (
        <Empty title="None of the rows" />
      ) : (
        <Grid<ShownRow>
          label="Rows"
          className="import-grid"
          columns={columns}
          rows={listed}
          total={listed.length}
          keyOf={({ number }) => String(number)}
          rowHeight={narrow ? 96 : 52}
          view={only ?? ""}
          busy={busy}
        />
      )}
    </>
  );
}
