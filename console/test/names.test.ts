import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { pieces, skeleton, warnings } from "../src/parts/names";

const MINT = "9oN9bkeTnT8nKzLsJ3cQ5oPtnSgQh7W5dYkq3ukikTFe";
const USDC = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
const shown = (text: string) => pieces(text).map((piece) => ("text" in piece ? piece.text : `[${piece.invisible}]`)).join("");

describe("strangers' text", () => {
  test.each([
    ["Wrapped Watch", "Wrapped Watch"],
    ["safe\u202Egnp.exe", "safe[U+202E]gnp.exe"],
    ["US\u200BDC", "US[U+200B]DC"],
    ["a\u00A0b", "a[U+00A0]b"],
    ["\u3164", "[U+3164]"],
    ["line\nbreak", "line[U+000A]break"],
    ["👩‍🚀 moon ❤️", "👩‍🚀 moon ❤️"],
    ["e\u0301", "e\u0301"],
  ])("%j is shown as %j", (text, expected) => void expect(shown(text)).toBe(expected));

  test("marks that pile up are cut", () => {
    expect(shown(`Z${"\u0301".repeat(40)}algo`)).toBe("Z\u0301\u0301algo");
  });

  test("long names are cut", () => void expect(shown("x".repeat(500))).toHaveLength(65));

  test("nothing invisible is left, and no direction can leak", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const plain = pieces(text).map((piece) => ("text" in piece ? piece.text : "")).join("");
        expect(plain).not.toMatch(/[\u0000-\u001f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u);
      }),
      { numRuns: 500 },
    ));
});

describe("warnings", () => {
  test.each(["claim at free-sol.com", "https://x.io", "t.me/rug", "www.drain", "Visit drain。com"])("%j holds a link", (name) =>
    void expect(warnings(name, null, MINT)).toContain("link"),
  );

  test.each(["Shawna Inu", "Dr. Doge", "v2.0", "A.I. agents"])("%j holds none", (name) =>
    void expect(warnings(name, "OK", MINT)).toEqual([]),
  );

  test.each(["USDC", "usdc", "USDС", "U\u200BSDC", "ＵＳＤＣ", "U S D C", "U5DC"])("%j on another mint is not the known one", (ticker) => {
    expect(warnings(null, ticker, MINT)).toContain("known-ticker");
    expect(warnings(null, ticker, USDC)).not.toContain("known-ticker");
  });

  test("scripts mixed in one word", () => {
    expect(warnings("Sоlana", null, MINT)).toContain("mixed-scripts");
    expect(warnings("Солана Solana", null, MINT)).not.toContain("mixed-scripts");
    expect(warnings("日本 Inu", null, MINT)).toEqual([]);
  });

  test("a skeleton is its own skeleton", () =>
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => void expect(skeleton(skeleton(text))).toBe(skeleton(text)))));
});
