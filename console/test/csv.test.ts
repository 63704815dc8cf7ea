import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";

import { csvOf } from "../src/parts/csv";

describe("CSV", () => {
  test("is read back cell by cell, with formulas made text", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ unit: "binary" }), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 }), (rows) => {
        const read = Papa.parse<string[]>(csvOf(rows), { newline: "\r\n", delimiter: "," }).data.slice(0, -1);
        expect(read).toEqual(rows.map((row) => row.map((cell) => (/^'*[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell))));
      }),
    );
  });
});
