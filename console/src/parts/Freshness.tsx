/** How old a reading is, by shape, word and colour. The last good value stays, however old it is. */
import { useNow } from "../app/clock";
import { useZone } from "../app/preferences";
import type { Schemas } from "../app/api";
import { ageOf, formatInstant, relative } from "./ages";
import { classes } from "./classes";

export type FreshnessState = Schemas["FreshnessState"];
type Part = Schemas["CachePart"];

export const PARTS = ["sol_balance", "token_holdings", "funding_transactions"] as const;
export const PART_NAMES: Record<Schemas["WalletPart"], string> = {
  sol_balance: "SOL balance",
  token_holdings: "Token holdings",
  funding_transactions: "Funding",
};
export const STATE_NAMES: Record<FreshnessState, string> = {
  never: "never read",
  fresh: "fresh",
  stale: "stale",
  error: "failing",
};

/** ○ never, ● fresh, ◐ stale, ✕ failing. */
export function Mark({ state }: { state: FreshnessState }) {
  return (
    <svg className={classes("mark", state)} viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      {state === "error" ? (
        <path d="M3 3l6 6M9 3l-6 6" />
      ) : (
        <>
          <circle cx="6" cy="6" r="4" />
          {state === "stale" && <path className="half" d="M6 2a4 4 0 0 1 0 8z" />}
        </>
      )}
    </svg>
  );
}

/** What a part is now: an answer says until when it is fresh, and that moment may have passed. */
export function stateAt(part: Part, now: number): FreshnessState {
  if (part.state === "fresh" && part.stale_after !== null && Date.parse(part.stale_after) <= now) return "stale";
  return part.state;
}

const WORST: readonly FreshnessState[] = ["never", "error", "stale", "fresh"];

export function overall(parts: Schemas["CacheParts"], now: number): FreshnessState {
  const states = PARTS.map((name) => stateAt(parts[name], now));
  return WORST.find((state) => states.includes(state)) ?? "fresh";
}

/** A row's three marks and the age of the oldest reading. */
export function RowFreshness({ parts }: { parts: Schemas["CacheParts"] }) {
  const now = useNow();
  const zone = useZone();
  const instants = PARTS.map((name) => parts[name].as_of).filter((instant) => instant !== null);
  const oldest = instants.sort()[0];
  const told = PARTS.map((name) => `${PART_NAMES[name]}: ${describe(parts[name], now, zone)}`).join("\n");
  const state = overall(parts, now);
  return (
    <span className="row-freshness" title={told}>
      <span className="marks">
        {PARTS.map((name) => (
          <Mark key={name} state={stateAt(parts[name], now)} />
        ))}
      </span>
      <span className={classes("freshness-words", state)}>
        {state === "error" && "failing · "}
        {oldest === undefined ? (state === "error" ? "never read" : "not read yet") : ageOf(oldest, now)}
      </span>
    </span>
  );
}

/** One part in full: state, age, exact instant, cause. */
export function PartFreshness({ part }: { part: Part }) {
  const now = useNow();
  const state = stateAt(part, now);
  return (
    <div className="part-freshness">
      <p className="part-state">
        <Mark state={state} />
        <span className={classes("freshness-words", state)}>{STATE_NAMES[state]}</span>
        {part.truncated && (
          <span className="badge" title="The chain has more than was read">
            at least
          </span>
        )}
      </p>
      {part.as_of === null ? (
        <p className="muted">not read yet</p>
      ) : (
        <p>
          read {relative(part.as_of, now)} <Instant at={part.as_of} />
        </p>
      )}
      {knowsOlder(part) && (
        <p className="muted" title="Amounts were read in the accounts known since then; others may have been opened.">
          accounts looked for {relative(part.discovered_at, now)} <Instant at={part.discovered_at} />
        </p>
      )}
      {part.last_error !== null && (
        <p className="part-error">
          {part.last_error.message} <code>{part.last_error.code}</code>
          {part.last_attempt_at !== null && <> {relative(part.last_attempt_at, now)}.</>}{" "}
          {part.last_error.retryable ? "Trying again may help." : "Trying again won't help."}
        </p>
      )}
      {part.slot !== null && <p className="muted">slot {part.slot.toLocaleString("en")}</p>}
    </div>
  );
}

/** Whether a reading was of the token accounts that an earlier one had found. */
function knowsOlder(part: Part): part is Part & { discovered_at: string } {
  return part.discovered_at !== null && part.discovered_at !== part.as_of;
}

/** An exact moment in the zone that was chosen; what is copied from its `datetime` is UTC. */
export function Instant({ at }: { at: string }) {
  return (
    <time className="instant" dateTime={at} title={at}>
      {formatInstant(at, useZone())}
    </time>
  );
}

/** An age for a table's cell, with the exact moment beside the pointer; a dash for none. `ago`: where no title says it. */
export function Age({ at, ago = false }: { at: string | null; ago?: boolean }) {
  const now = useNow();
  const zone = useZone();
  if (at === null) return <span className="unknown">—</span>;
  return (
    <time dateTime={at} title={formatInstant(at, zone)} className="age">
      {ago ? relative(at, now) : ageOf(at, now)}
    </time>
  );
}

function describe(part: Part, now: number, zone: "utc" | "local"): string {
  const words = [STATE_NAMES[stateAt(part, now)]];
  if (part.as_of !== null) words.push(`read ${formatInstant(part.as_of, zone)}`);
  if (knowsOlder(part)) words.push(`accounts looked for ${formatInstant(part.discovered_at, zone)}`);
  if (part.truncated) words.push("at least");
  if (part.last_error !== null) words.push(part.last_error.message);
  return words.join(", ");
}
