import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readState, writeState, type StateOf } from "../src/app/fields";
import { hrefOf, parsePlace } from "../src/app/place";
import { COLUMNS, FIELDS, STATES, STATUSES } from "../src/pages/wallets/fields";

type View = StateOf<typeof FIELDS>;
const view: fc.Arbitrary<View> = fc.record({
  status: fc.option(fc.constantFrom(...STATUSES)),
  freshness: fc.option(fc.constantFrom(...STATES)),
  tag: fc.option(fc.string({ minLength: 1, maxLength: 32, unit: "grapheme-ascii" })),
  sort: fc.constantFrom("created_at" as const, "updated_at" as const, "last_balance" as const, "label" as const),
  columns: fc.subarray([...COLUMNS]),
});

describe("the URL is the view", () => {
  test("every view is read back as it was written", () =>
    fc.assert(fc.property(view, (state) => void expect(readState(FIELDS, writeState(FIELDS, state))).toEqual(state))));

  test("the default view has a bare URL", () => void expect(writeState(FIELDS, readState(FIELDS, ""))).toBe(""));

  test("nonsense is the default", () => {
    const nonsense = "status=RICH&freshness=&sort=drop%20table&columns=x.y&tag=";
    expect(readState(FIELDS, nonsense)).toEqual({ ...readState(FIELDS, ""), columns: [] });
  });

  test("any text is read without throwing", () =>
    fc.assert(fc.property(fc.string({ unit: "binary" }), (query) => void expect(STATES).toContain(readState(FIELDS, query).freshness ?? "never"))));

  test("fields of others stay", () => void expect(writeState(FIELDS, readState(FIELDS, ""), "other=1&sort=label")).toBe("other=1"));
});

describe("places", () => {
  test("a path and a query are read back", () =>
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: "grapheme" })), (path) =>
        void expect(parsePlace(hrefOf(path, "a=b")).path).toEqual(path),
      ),
    ));

  test.each([
    ["", [], ""],
    ["#/", [], ""],
    ["#/wallets?sort=label", ["wallets"], "sort=label"],
    ["#/wallets/a%2Fb", ["wallets", "a/b"], ""],
    ["#/%E0%A4%A", ["%E0%A4%A"], ""],
  ])("%j", (hash, path, query) => void expect(parsePlace(hash)).toEqual({ path, query }));
});
