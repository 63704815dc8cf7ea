import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Schemas } from "wallet-orchestrator-client";

import { balancePoints } from "../src/pages/wallet/spans";

type Entry = Schemas["WalletHistoryEntry"];

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 1) + minutes * 60_000).toISOString();

function entry(from: number, until: number, balance_sol: string | null): Entry {
  return { first_seen_at: at(from), confirmed_until: at(until), balance_sol } as Entry;
}

/** Entries as refreshes write them: in order, none before the last one's end. */
const histories = fc
  .array(fc.record({ wait: fc.nat({ max: 90 }), lasts: fc.nat({ max: 90 }), sol: fc.option(fc.constantFrom("0", "1.5", "2")) }))
  .map((steps) => {
    let now = 0;
    return steps.map(({ wait, lasts, sol }) => {
      const from = now + wait + 1;
      now = from + lasts;
      return entry(from, now, sol);
    });
  });

describe("a balance's history as a line", () => {
  test("level where it was confirmed, and a gap where nobody looked", () => {
    expect(balancePoints([entry(0, 60, "1"), entry(90, 90, "3")])).toEqual([
      { at: at(0), value: "1" },
      { at: at(60), value: "1" },
      { at: new Date(Date.parse(at(60)) + 1).toISOString(), value: null },
      { at: at(90), value: "3" },
    ]);
  });

  test("what was not read then is no zero and no gap of its own", () => {
    expect(balancePoints([entry(0, 10, null)])).toEqual([]);
    expect(balancePoints([entry(0, 60, "1"), entry(20, 20, null)])).toHaveLength(2);
  });

  test("a range begins where it begins, with what held then", () => {
    const from = Date.parse(at(30));
    expect(balancePoints([entry(0, 60, "1"), entry(90, 90, "3")], from)).toEqual([
      { at: at(30), value: "1" },
      ...balancePoints([entry(0, 60, "1"), entry(90, 90, "3")]).slice(1),
    ]);
    expect(balancePoints([entry(0, 20, "1"), entry(90, 90, "3")], from)).toEqual([{ at: at(90), value: "3" }]);
  });

  test("no two entries are joined, and time goes on", () =>
    fc.assert(
      fc.property(histories, (entries) => {
        const points = balancePoints(entries);
        const times = points.map((point) => Date.parse(point.at));
        expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
        const known = entries.filter(({ balance_sol }) => balance_sol !== null);
        expect(points.filter(({ value }) => value === null)).toHaveLength(Math.max(0, known.length - 1));
        for (const { first_seen_at, balance_sol } of known) {
          expect(points.find((point) => point.at === first_seen_at)?.value).toBe(balance_sol);
        }
      }),
    ));
});
