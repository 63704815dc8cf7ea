import type { Schemas } from "../../app/api";
import type { Point } from "../../parts/Chart";

/** A total holds until the next one; while no wallet's balance was ever read there is none, which is a gap. */
export function totalPoints(points: readonly Schemas["PortfolioHistoryPoint"][]): Point[] {
  return points.map(({ at, total_balance_sol, wallets, wallets_missing }) => ({
    at,
    value: wallets > 0 && wallets_missing === wallets ? null : total_balance_sol,
  }));
}
