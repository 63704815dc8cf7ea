import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readState, writeState, type StateOf } from "../src/app/fields";
import { hrefOf, parsePlace } from "../src/app/place";
import { COLUMNS, FIELDS, filtersOf, STATES, STATUSES } from "../src/pages/wallets/fields";

type View = StateOf<typeof FIELDS>;
const view: fc.Arbitrary<View> = fc.record({
  q: fc.option(fc.string({ minLength: 1, maxLength: 100 })),
  status: fc.option(fc.constantFrom(...STATUSES, "UNKNOWN" as const)),
  freshness: fc.option(fc.constantFrom(...STATES)),
  tag: fc.option(fc.string({ minLength: 1, maxLength: 32, unit: "grapheme-ascii" })),
  min: fc.option(fc.constantFrom("0", "0.25", "1000000000")),
  max: fc.option(fc.constantFrom("0", "12.000000001")),
  direction: fc.option(fc.constantFrom("asc" as const, "desc" as const)),
  sort: fc.constantFrom("created_at" as const, "updated_at" as const, "last_balance" as const, "label" as const),
  columns: fc.subarray([...COLUMNS]),
});

describe("the URL is the view", () => {
  test("every view is read back as it was written", () =>
    fc.assert(fc.property(view, (state) => void expect(readState(FIELDS, writeState(FIELDS, state))).toEqual(state))));

  test("the default view has a bare URL", () => void expect(writeState(FIELDS, readState(FIELDS, ""))).toBe(""));

  test("nonsense is the default", () => {
    const nonsense = "status=RICH&freshness=&sort=drop%20table&columns=x.y&tag=&q=&min=-1&max=1e9&direction=up";
    expect(readState(FIELDS, nonsense)).toEqual({ ...readState(FIELDS, ""), columns: [] });
  });

  test("the server is asked for what the view says", () => {
    const asked = filtersOf(readState(FIELDS, "q=ops&status=UNKNOWN&min=01.50&sort=label"));
    expect(asked).toMatchObject({ q: "ops", status: null, unknown_status: true, min_balance: "1.5", max_balance: null });
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
