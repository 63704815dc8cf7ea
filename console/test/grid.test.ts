import fc from "fast-check";
import { expect, test } from "vitest";

import { moved } from "../src/parts/gridCursor";

const SIZE = { rows: 100, columns: 5 };
const at = { row: 10, column: 2 };

test.each([
  ["ArrowDown", false, { row: 11, column: 2 }],
  ["j", false, { row: 11, column: 2 }],
  ["k", false, { row: 9, column: 2 }],
  ["PageDown", false, { row: 30, column: 2 }],
  ["PageUp", false, { row: 0, column: 2 }],
  ["Home", false, { row: 10, column: 0 }],
  ["End", false, { row: 10, column: 4 }],
  ["Home", true, { row: 0, column: 0 }],
  ["End", true, { row: 99, column: 4 }],
])("%s (control: %j)", (key, control, expected) => void expect(moved(at, key, control, 20, SIZE)).toEqual(expected));

test("other keys are not the grid's to move by", () =>
  fc.assert(
    fc.property(fc.constantFrom("a", "x", "Enter", " ", "r", "Tab", "Escape"), fc.boolean(), (key, control) =>
      void expect(moved(at, key, control, 20, SIZE)).toBeNull(),
    ),
  ));
