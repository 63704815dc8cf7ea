import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseWallets, textOf, Unreadable } from "../src/pages/import/parse";
import { csvOf } from "../src/parts/csv";

const ADDRESS = "ATAaECr4xmZa2gXME6FR9WJMowywrdk3Zt49GiPqdKn";
const OTHER = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf";

describe("CSV", () => {
  test("fields by the header, in any order, quoted where they must be", () => {
    const { rows } = parseWallets(`label,wallet_address,tags,notes\r\n"Pay, roll",${ADDRESS},ops; q4,"two\nlines"\r\n`);
    expect(rows).toEqual([
      {
        number: 1,
        problem: null,
        wallet: { wallet_address: ADDRESS, label: "Pay, roll", tags: ["ops", "q4"], notes: "two\nlines", status_override: null },
      },
    ]);
  });

  test("what was exported: tags as JSON, defused formulas, readings left out", () => {
    const { rows, leftOut } = parseWallets(
      `wallet_address,label,tags,status,last_balance_sol\n${ADDRESS},'=1+1,"[""a,b"",""c""]",FUNDED,3.5`,
    );
    expect(rows[0]?.wallet).toMatchObject({ label: "=1+1", tags: ["a,b", "c"] });
    expect(leftOut).toEqual(["status", "last_balance_sol"]);
  });

  test("an apostrophe that defuses nothing stays", () => {
    expect(parseWallets(`wallet_address,label\n${ADDRESS},'tis`).rows[0]?.wallet.label).toBe("'tis");
  });

  test.each([
    ["", "nothing in it"],
    ["a,b\n1,2", "wallet_address"],
    [`wallet_address,label\n${ADDRESS},"open`, "quoted cell"],
  ])("unreadable: %j", (text, why) => {
    expect(() => parseWallets(text)).toThrow(Unreadable);
    expect(() => parseWallets(text)).toThrow(why);
  });

  test("any texts come back as they were written", () => {
    const texts = fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[\r\u0000]/g, "").trim());
    fc.assert(
      fc.property(texts, texts, (label, notes) => {
        fc.pre(!/^'+[=+\-@＝＋－＠\t\r\n]/.test(label) && !/^'+[=+\-@＝＋－＠\t\r\n]/.test(notes));
        const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const { rows } = parseWallets(`wallet_address,label,notes\n${ADDRESS},${cell(label)},${cell(notes)}`);
        expect(rows[0]?.wallet).toMatchObject({ label: label || null, notes: notes || null });
      }),
    );
  });
});

describe("a file", () => {
  const text = `wallet_address,label\r\n${ADDRESS},Müller 🦊\r\n`;
  const utf16 = (mark: readonly [number, number], littleEndian: boolean) => {
    const view = new DataView(new ArrayBuffer(text.length * 2));
    for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
    return Uint8Array.of(...mark, ...new Uint8Array(view.buffer));
  };

  test.each([
    ["UTF-8", new TextEncoder().encode(text)],
    ["UTF-8 with a mark", new TextEncoder().encode(`\uFEFF${text}`)],
    ["UTF-16, little endian", utf16([0xff, 0xfe], true)],
    ["UTF-16, big endian", utf16([0xfe, 0xff], false)],
  ])("%s", (_, bytes) => {
    expect(parseWallets(textOf(bytes)).rows[0]?.wallet.label).toBe("Müller 🦊");
  });

  test("of another encoding is refused, not read as something else", () => {
    const latin1 = Uint8Array.from("wallet_address,label\nx,M\u00fcller", (letter) => letter.charCodeAt(0));
    expect(() => textOf(latin1)).toThrow("not UTF-8");
  });
});

describe("an export", () => {
  test("any texts come back as they were, with the space around them and apostrophes before formulas", () => {
    const pieces = fc.array(fc.constantFrom("'", "=", "@", "＋", " ", "\t", "\n", "a", ",", '"', ";", "[", "é"), { maxLength: 8 });
    const texts = pieces.map((each) => each.join(""));
    fc.assert(
      fc.property(texts, texts, (label, notes) => {
        const { rows } = parseWallets(csvOf([["wallet_address", "label", "notes", "tags", "cache_state"], [ADDRESS, label, notes, "[]", "never"]]));
        expect(rows[0]?.wallet).toMatchObject({ label: label || null, notes: notes || null, tags: [] });
      }),
    );
  });
});

describe("JSON lines", () => {
  test("a wallet, or a line of the export", () => {
    const { rows, leftOut } = parseWallets(
      [
        JSON.stringify({ wallet_address: ADDRESS, tags: ["ops"] }),
        "",
        JSON.stringify({ wallet: { wallet_address: OTHER, label: "Cold", last_balance_sol: "1" }, cache: {} }),
      ].join("\n"),
    );
    expect(rows.map(({ wallet }) => [wallet.wallet_address, wallet.label])).toEqual([
      [ADDRESS, null],
      [OTHER, "Cold"],
    ]);
    expect(leftOut).toEqual(["last_balance_sol"]);
  });

  test.each([
    ['{"wallet_address": 5}', "another type"],
    ['{"wallet_address": "x", "tags": [1]}', "another type"],
    ["[1,2,3]", "not a JSON object"],
    ['{"label": "no address"}', "no address"],
    ['{"wallet": null}', "not a JSON object"],
  ])("a row that can't be sent: %s", (line, why) => {
    expect(parseWallets(line).rows[0]?.problem).toContain(why);
  });
});

test("an address twice is sent once", () => {
  const { rows } = parseWallets(`wallet_address\n${ADDRESS}\n${OTHER}\n${ADDRESS}`);
  expect(rows.map(({ problem }) => problem)).toEqual([null, null, "The same address as row 1."]);
});

test("what is too long for any request is told of its row alone", () => {
  const { rows } = parseWallets(`wallet_address,label\n${ADDRESS},${"x".repeat(501)}\n${OTHER},fine`);
  expect(rows.map(({ problem }) => problem)).toEqual(["Its label is longer than 500 characters.", null]);
});

test("no text does anything but parse or say that it can't", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      try {
        parseWallets(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Unreadable);
      }
    }),
  );
});
