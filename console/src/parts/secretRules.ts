/** The part of the rules that needs curves and word lists; loaded when something looks like a secret. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";

import { base58Bytes } from "./base58";
import { keypairCandidates, wordsOf } from "./secrets";

const LENGTHS = [12, 15, 18, 21, 24];
const MOST_CANDIDATES = 500; // so many listed words in a row are no prose, as the server has it
const listed = new Set(wordlist);

export function isSecret(text: string): boolean {
  const { base58, hex, numbers } = keypairCandidates(text);
  const keypairs = [
    ...base58.map((each) => base58Bytes(each, 64)),
    ...hex.map((each) => Uint8Array.from(each.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))),
    ...numbers.map((each) => Uint8Array.from(each)),
  ];
  return keypairs.some((bytes) => bytes?.length === 64 && isKeypair(bytes)) || holdsPhrase(wordsOf(text));
}

function isKeypair(bytes: Uint8Array): boolean {
  const derived = ed25519.getPublicKey(bytes.slice(0, 32));
  return derived.every((byte, place) => byte === bytes[32 + place]);
}

function holdsPhrase(words: readonly string[]): boolean {
  let candidates = 0;
  for (const run of runs(words)) {
    for (const length of LENGTHS) {
      for (let start = 0; start + length <= run.length; start++) {
        candidates += 1;
        const phrase = run.slice(start, start + length).join(" ");
        if (candidates > MOST_CANDIDATES || validateMnemonic(phrase, wordlist)) return true;
      }
    }
  }
  return false;
}

/** Stretches of listed words. */
function runs(words: readonly string[]): string[][] {
  const found: string[][] = [[]];
  for (const word of words) {
    if (listed.has(word)) found.at(-1)?.push(word);
    else if (found.at(-1)?.length) found.push([]);
  }
  return found;
}
