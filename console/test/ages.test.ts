import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ageOf, formatAge, formatInstant, formatSeconds, fromFieldValue, relative, toFieldValue } from "../src/parts/ages";

const SIZES: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400, mo: 2_592_000, y: 31_536_000 };

function seconds(text: string): number {
  const [count = "", unit = ""] = text.split(" ");
  return Number(count) * (SIZES[unit] ?? Number.NaN);
}

describe("ages", () => {
  test.each([
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_599_999, "59 min"],
    [47 * 3_600_000, "47 h"],
    [48 * 3_600_000, "2 d"],
    [400 * 86_400_000, "13 mo"],
    [800 * 86_400_000, "2 y"],
    [-3 * 3_600_000, "−3 h"],
  ])("%i ms is %s", (milliseconds, text) => void expect(formatAge(milliseconds)).toBe(text));

  test("nothing is called older than it is, nor much younger", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 5e12 }), (milliseconds) => {
        const told = seconds(formatAge(milliseconds)) * 1000;
        expect(told).toBeLessThanOrEqual(milliseconds);
        expect(told).toBeGreaterThan(milliseconds / 2 - 1000);
      }),
    ));

  test("what is older is never told younger", () =>
    fc.assert(
      fc.property(fc.nat(4e9), fc.nat(4e9), (one, other) => {
        const [young, old] = [Math.min(one, other), Math.max(one, other)];
        expect(seconds(formatAge(old * 1000))).toBeGreaterThanOrEqual(seconds(formatAge(young * 1000)));
      }),
    ));

  test("an instant to the second, in UTC", () => {
    expect(formatInstant("2026-11-22T16:10:00.999Z", "utc")).toBe("2026-11-22 16:10:00 UTC");
    expect(formatInstant("nonsense", "utc")).toBe("nonsense");
  });

  test("a local instant names its offset", () => {
    expect(formatInstant("2026-11-22T16:10:00.000Z", "local")).toMatch(/^2026-11-2\d \d\d:\d\d:00 UTC[+−]\d/);
  });

  test("relative", () => {
    const now = Date.parse("2026-11-22T16:00:00Z");
    expect(relative("2026-11-22T15:48:00Z", now)).toBe("12 min ago");
    expect(relative("2026-11-22T19:00:00Z", now)).toBe("in 3 h");
    expect(relative("2026-11-22T16:00:00Z", now)).toBe("just now");
    expect(ageOf("2026-11-22T15:48:00Z", now)).toBe("12 min");
  });

  test.each([
    [0, "0 s"],
    [59.2, "1 min"],
    [80, "1 min 20 s"],
    [3600, "1 h 0 min"],
  ])("%f s left is %s", (left, text) => void expect(formatSeconds(left)).toBe(text));
});

describe("fields for a moment", () => {
  test("a minute survives the way through a field, in either zone", () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50_000_000 }), fc.constantFrom("utc" as const, "local" as const), (minutes, zone) => {
        const instant = new Date(minutes * 60_000).toISOString();
        const back = fromFieldValue(toFieldValue(instant, zone), zone);
        expect(toFieldValue(back ?? "", zone)).toBe(toFieldValue(instant, zone));
        if (zone === "utc") expect(back).toBe(instant);
      }),
    ));

  test("what is no moment is none", () => {
    expect(fromFieldValue("", "utc")).toBeNull();
    expect(fromFieldValue("2026-13-01T00:00", "local")).toBeNull();
  });
});
