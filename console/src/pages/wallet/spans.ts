import type { Schemas } from "../../app/api";
import type { Point } from "../../parts/Chart";

type Entry = Schemas["WalletHistoryEntry"];

const GAP = 1; // millisecond after which nothing is known

/**
 * A step line of what is known of a balance: level from when a refresh found it until the last that still found it so.
 * What was between that and the next entry nobody looked at: a gap, not a line.
 */
export function balancePoints(entries: readonly Entry[]): Point[] {
  const known = entries.filter(({ balance_sol }) => balance_sol !== null);
  return known.flatMap(({ first_seen_at, confirmed_until, balance_sol: value }, index): Point[] => {
    const span: Point[] = [{ at: first_seen_at, value }];
    if (Date.parse(confirmed_until) > Date.parse(first_seen_at)) span.push({ at: confirmed_until, value });
    const end = Date.parse(span.at(-1)?.at ?? first_seen_at) + GAP;
    const next = known[index + 1];
    if (next !== undefined && Date.parse(next.first_seen_at) > end) span.push({ at: new Date(end).toISOString(), value: null });
    return span;
  });
}
