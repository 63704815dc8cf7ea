import type { Schemas } from "../app/api";

/** From the bottom up: what is known best, to what is not known. */
export const STATES = ["fresh", "stale", "error", "never"] as const;

export interface CoveredPoint {
  readonly at: string;
  readonly wallets_by_freshness: Schemas["WalletsByFreshness"];
}

/** What was known at a point holds until the next; fresh at the bottom, the unknown on top. */
export function coverageBars(points: readonly CoveredPoint[]) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [begin, length] = [Date.parse(first.at), Date.parse(last.at) - Date.parse(first.at)];
  if (length === 0) return [];
  const place = (at: string) => (1000 * (Date.parse(at) - begin)) / length;
  return points.slice(0, -1).flatMap(({ at, wallets_by_freshness: by }, index) => {
    const total = STATES.reduce((sum, state) => sum + by[state], 0);
    const x = place(at);
    const width = place(points[index + 1]?.at ?? last.at) - x;
    let y = 100;
    return STATES.flatMap((state) => {
      const height = total === 0 ? 0 : (100 * by[state]) / total;
      y -= height;
      return height === 0 ? [] : [{ state, x, width, y, height }];
    });
  });
}
