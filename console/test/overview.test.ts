import { describe, expect, test } from "vitest";
import type { Schemas } from "wallet-orchestrator-client";

import { totalPoints } from "../src/pages/overview/totalPoints";
import { coverageBars } from "../src/parts/coverageBars";

type Point = Schemas["PortfolioHistoryPoint"];

function point(hour: number, by: Partial<Schemas["WalletsByFreshness"]>, missing = by.never ?? 0): Point {
  const all = { fresh: 0, stale: 0, error: 0, never: 0, ...by };
  return {
    at: `2026-11-22T${hour}:00:00.000Z`,
    total_balance_lamports: "1500000000",
    total_balance_sol: "1.5",
    wallets: all.fresh + all.stale + all.error + all.never,
    wallets_missing: missing,
    wallets_by_freshness: all,
    oldest_as_of: null,
  };
}

describe("the total over time", () => {
  test("is a gap while no balance was ever read, and holds else", () => {
    const points = totalPoints([point(11, { never: 3 }), point(12, { fresh: 1, never: 2 }), point(13, {})]);
    expect(points.map(({ value }) => value)).toEqual([null, "1.5", "1.5"]);
  });

  test("its coverage fills the time to the next point, and the whole height", () => {
    const found = coverageBars([point(11, { never: 4 }), point(12, { fresh: 3, error: 1 }), point(15, { fresh: 4 })]);
    expect(found).toEqual([
      { state: "never", x: 0, width: 250, y: 0, height: 100 },
      { state: "fresh", x: 250, width: 750, y: 25, height: 75 },
      { state: "error", x: 250, width: 750, y: 0, height: 25 },
    ]);
  });

  test("one point, or none, covers no time", () => {
    expect(coverageBars([])).toEqual([]);
    expect(coverageBars([point(11, { fresh: 1 })])).toEqual([]);
  });
});
