import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { base58Bytes, isAddress, isSignature } from "../src/parts/base58";
import { pattern } from "../src/parts/identicon";
import { comparison, KnownAddresses, lookAlikes, sharesEnd } from "../src/parts/lookAlike";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const OURS = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf";

function encode(bytes: Uint8Array): string {
  let value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; value > 0n; value /= 58n) text = ALPHABET[Number(value % 58n)] + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(zeros < 0 ? bytes.length : zeros) + text;
}

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const address = bytes32.map(encode);

describe("base58", () => {
  test("what was encoded is decoded", () =>
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => void expect(base58Bytes(encode(bytes))).toEqual(bytes))));

  test("an address is 32 bytes and nothing else", () => {
    expect(isAddress(OURS)).toBe(true);
    for (const text of ["", OURS.slice(3), `${OURS}1`, OURS.replace("4", "0"), `${OURS} `, "1".repeat(31)]) {
      expect(isAddress(text)).toBe(false);
    }
    expect(isAddress("1".repeat(32))).toBe(true);
  });

  test("a signature is 64 bytes", () =>
    fc.assert(fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => void expect(isSignature(encode(bytes))).toBe(true))));
});

describe("look-alikes", () => {
  const poisoned = `4xep${"A".repeat(36)}odgf`;

  test("an address that shares an end with one of ours", () => {
    expect(lookAlikes(poisoned, new Set([OURS]))).toEqual([OURS]);
    expect(lookAlikes(`${"B".repeat(40)}odgf`, new Set([OURS]))).toEqual([OURS]);
    expect(lookAlikes(OURS, new Set([OURS]))).toEqual([]);
    expect(lookAlikes(`5xep${"B".repeat(40)}`, new Set([OURS]))).toEqual([]);
  });

  test("an ending that a launch platform gives to all its mints says nothing", () => {
    const mint = (start: string) => `${start}${"C".repeat(36)}pump`;
    expect(sharesEnd(mint("abcd"), mint("wxyz"))).toBe(false);
    expect(sharesEnd(mint("abcd"), mint("abcd").replace("CCCC", "DDDD"))).toBe(true);
  });

  test("the index finds what comparing with each finds", () =>
    fc.assert(
      fc.property(fc.array(address, { maxLength: 20 }), address, fc.nat(19), fc.boolean(), (known, other, which, start) => {
        const near = known[which];
        const asked = near === undefined ? other : start ? near.slice(0, 4) + other.slice(4) : other.slice(0, -4) + near.slice(-4);
        expect(new KnownAddresses(known).resembling(asked).sort()).toEqual(lookAlikes(asked, new Set(known)).sort());
      }),
    ));

  test("a comparison has all characters, and marks those that differ", () =>
    fc.assert(
      fc.property(address, address, (one, other) => {
        const stretches = comparison(one, other);
        expect(stretches.map(({ text }) => text).join("")).toBe(one);
        let place = 0;
        for (const { text, same } of stretches) {
          for (const character of text) expect(other[place++] === character).toBe(same);
        }
      }),
    ));
});

describe("patterns", () => {
  test("an address has one pattern", () => void expect(pattern(OURS)).toEqual(pattern(OURS)));

  test("every byte changes it", () =>
    fc.assert(
      fc.property(bytes32, fc.nat(31), fc.integer({ min: 1, max: 255 }), (bytes, place, change) => {
        const changed = bytes.slice();
        changed[place] = (changed[place] ?? 0) ^ change;
        expect(pattern(encode(changed))).not.toEqual(pattern(encode(bytes)));
      }),
      { seed: 1, numRuns: 400 },
    ));
});
