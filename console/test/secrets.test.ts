import { ed25519 } from "@noble/curves/ed25519.js";
import { generateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { holdsSecret, mayHoldSecret } from "../src/parts/secrets";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

function keypair(secret: Uint8Array): Uint8Array {
  return Uint8Array.from([...secret, ...ed25519.getPublicKey(secret)]);
}

function base58(bytes: Uint8Array): string {
  let value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; value > 0n; value /= 58n) text = ALPHABET[Number(value % 58n)] + text;
  return "1".repeat(Math.max(0, bytes.findIndex((byte) => byte !== 0))) + text;
}

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const FORMS = [
  base58,
  hex,
  (bytes: Uint8Array) => `0x${hex(bytes).toUpperCase()}`,
  (bytes: Uint8Array) => JSON.stringify([...bytes]),
  (bytes: Uint8Array) => [...bytes].join(" , "),
];

describe("secrets", () => {
  test("a key pair is found in every form, also within text", () =>
    fc.assert(
      fc.asyncProperty(seed, fc.constantFrom(...FORMS), fc.constantFrom("", "my key: "), async (secret, form, before) => {
        const text = before + form(keypair(secret));
        expect(mayHoldSecret(text)).toBe(true);
        expect(await holdsSecret(text)).toBe(true);
      }),
      { numRuns: 40 },
    ));

  test("64 bytes that are no key pair are none: signatures look so", () =>
    fc.assert(
      fc.asyncProperty(seed, seed, fc.constantFrom(...FORMS), async (one, other, form) => {
        const bytes = Uint8Array.from([...one, ...other]);
        expect(await holdsSecret(form(bytes))).toBe(false);
      }),
      { numRuns: 40 },
    ));

  test.each([128, 160, 192, 224, 256])("a phrase of %i bits is found, however it is written", async (strength) => {
    for (let i = 0; i < 5; i++) {
      const phrase = generateMnemonic(wordlist, strength);
      expect(await holdsSecret(phrase)).toBe(true);
      expect(await holdsSecret(`words: ${phrase.toUpperCase().replaceAll(" ", ", ")}!`)).toBe(true);
      expect(await holdsSecret(JSON.stringify(phrase.split(" ")))).toBe(true);
    }
  });

  test("prose, addresses and an empty text are none", async () => {
    const prose = "Pays for the launches of the last quarter; ask Mira before moving any funds out of it, and write down why.";
    for (const text of ["", prose, "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf", "abandon ".repeat(11)]) {
      expect(await holdsSecret(text)).toBe(false);
    }
  });

  test("a phrase whose checksum is wrong is none", async () => {
    expect(await holdsSecret("abandon ".repeat(12).trim())).toBe(false);
    expect(await holdsSecret(`${"abandon ".repeat(11)}about`)).toBe(true);
  });
});
