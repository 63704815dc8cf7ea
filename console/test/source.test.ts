/** What no source of the console may do; the policy that the server sends refuses it too, but only when it runs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "../src");
const FILES = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) => /\.(tsx?|css)$/.test(name));

const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    "text becomes markup",
    /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|createContextualFragment|setHTMLUnsafe|parseFromString|srcDoc/i,
  ],
  ["text becomes script", /\beval\(|new Function\b|javascript:/],
  ["a cookie", /document\.cookie|cookieStore/],
  ["a key outside of memory", /localStorage\.setItem\([^)]*[kK]ey\b[^)]*apiKey/],
  ["a frame or a message to one", /<iframe|postMessage/],
];

describe("sources", () => {
  test("there are some", () => void expect(FILES.length).toBeGreaterThan(30));

  test.each(FORBIDDEN)("never: %s", (_what, pattern) => {
    expect(FILES.filter((name) => pattern.test(readFileSync(join(SOURCE, name), "utf8")))).toEqual([]);
  });

  test("the API key is kept in the tab's storage at most, and by one file", () => {
    const keeping = FILES.filter((name) => readFileSync(join(SOURCE, name), "utf8").includes("sessionStorage"));
    expect(keeping).toEqual([join("app", "session.ts")]);
    expect(readFileSync(join(SOURCE, "app/session.ts"), "utf8")).not.toMatch(/localStorage\.|document\.cookie/);
  });

  test("links elsewhere tell the other site nothing", () => {
    for (const name of FILES) {
      const text = readFileSync(join(SOURCE, name), "utf8");
      expect(text.match(/target="_blank"/g)?.length ?? 0).toBe(text.match(/rel="noopener noreferrer"/g)?.length ?? 0);
    }
  });
});
