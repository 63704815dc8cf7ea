import type { Schemas } from "../../app/api";
import type { Point } from "../../parts/Chart";

type Entry = Schemas["WalletHistoryEntry"];

const GAP = 1; // millisecond after which nothing is known

/**
 * A step line of what is known of a balance: level from when a refresh found it until the last that still found it so.
 * What was between that and the next entry nobody looked at: a gap, not a line. The line begins at `from` at the earliest
 * (milliseconds), where what held before still does.
 */
export function balancePoints(entries: readonly Entry[], from = -Infinity): Point[] {
  const known = entries.filter(
    ({ balance_sol, confirmed_until }) => balance_sol !== null && Date.parse(confirmed_until) >= from,
  );
  return known.flatMap(({ first_seen_at, confirmed_until, balance_sol: value }, index): Point[] => {
    const begin = Date.parse(first_seen_at) < from ? new Date(from).toISOString() : first_seen_at;
    const span: Point[] = [{ at: begin, value }];
    if (Date.parse(confirmed_until) > Date.parse(begin)) span.push({ at: confirmed_until, value });
    const end = Date.parse(span.at(-1)?.at ?? begin) + GAP;
    const next = known[index + 1];
    if (next !== undefined && Date.parse(next.first_seen_at) > end) span.push({ at: new Date(end).toISOString(), value: null });
    return span;
  });
}
