import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  amountParts,
  canonicalSol,
  formatAmount,
  formatCount,
  formatShare,
  lamportsOf,
  shareOf,
  solOf,
  solRefusal,
  sumSol,
} from "../src/parts/amounts";

const lamports = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n });

describe("amounts", () => {
  test("a share is what a bar is drawn by, however large the amounts", () => {
    expect(shareOf("1", "4")).toBe(0.25);
    expect(shareOf("340282366920938463463374607431.5", "340282366920938463463374607431.5")).toBe(1);
    expect(shareOf("0", "0")).toBe(0);
  });

  test.each([
    ["0", "0"],
    ["1823.508887947", "1,823.508887947"],
    ["-1234567.5", "-1,234,567.5"],
    ["999", "999"],
    ["1000", "1,000"],
    ["340282366920938463463374607431768211455", "340,282,366,920,938,463,463,374,607,431,768,211,455"],
  ])("%s is shown as %s", (text, shown) => void expect(formatAmount(text)).toBe(shown));

  test.each(["", "1e9", "NaN", ".5", "1.", "1,000", " 1", "+1", "0x1"])("%j is no amount", (text) => {
    expect(amountParts(text)).toBeNull();
    expect(formatAmount(text)).toBe(text);
    expect(lamportsOf(text)).toBeNull();
  });

  test("no lamport is lost on the way to SOL and back", () =>
    fc.assert(fc.property(lamports, (value) => void expect(lamportsOf(solOf(value))).toBe(value))));

  test("SOL is canonical", () =>
    fc.assert(fc.property(lamports, (value) => void expect(solOf(value)).toMatch(/^-?(0|[1-9]\d*)(\.\d{0,8}[1-9])?$/))));

  test("what is shown has the same digits", () =>
    fc.assert(fc.property(lamports, (value) => void expect(formatAmount(solOf(value)).replaceAll(",", "")).toBe(solOf(value)))));

  test("a sum is exact", () =>
    fc.assert(
      fc.property(fc.array(lamports), (values) =>
        void expect(sumSol(values.map(solOf))).toBe(solOf(values.reduce((sum, value) => sum + value, 0n))),
      ),
    ));

  test("what is finer than a lamport is refused, not rounded", () => {
    expect(lamportsOf("0.0000000001")).toBeNull();
    expect(sumSol(["1", "0.0000000001"])).toBeNull();
  });

  test("counts", () => void expect(formatCount(1234567)).toBe("1,234,567"));

  test.each(["1.5", "0.000000001", "1000000000", "01.50"])("%j can be scheduled", (text) =>
    void expect(solRefusal(text)).toBeNull());

  test.each(["", "0", "0.0", "-1", "1.0000000001", "1000000000.000000001", "1e3", "1,5"])("%j can't", (text) =>
    void expect(solRefusal(text)).not.toBeNull());

  test("what is sent is canonical", () => {
    expect(canonicalSol("01.50")).toBe("1.5");
    expect(canonicalSol("2.000")).toBe("2");
  });

  test("a share is none of nothing and all of everything alone", () =>
    fc.assert(
      fc.property(fc.nat({ max: 100_000 }), fc.integer({ min: 1, max: 100_000 }), (one, total) => {
        const count = Math.min(one, total);
        const told = formatShare(count, total);
        expect(told === "0 %").toBe(count === 0);
        expect(told === "100 %").toBe(count === total);
      }),
    ));
});
