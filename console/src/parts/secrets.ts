/**
 * Finds private keys and recovery phrases in what is typed or pasted, by the server's own rules: 64 bytes (base58, hex,
 * a JSON array) whose second half is the public key of the first, and BIP-39 phrases with a valid checksum.
 */

const BASE58_64 = /(?<![1-9A-HJ-NP-Za-km-z])[1-9A-HJ-NP-Za-km-z]{64,88}(?![1-9A-HJ-NP-Za-km-z])/g;
const HEX_64 = /(?<![0-9A-Fa-f])(?:0x)?([0-9A-Fa-f]{128})(?![0-9A-Fa-f])/g;
const NUMBERS_64 = /(?<![0-9])[0-9]{1,3}(?:\s*,\s*[0-9]{1,3}){63}(?![0-9])/g;
const WORDS = /[a-z]+/g;
const SHORTEST = 12; // words in the shortest phrase

/** Texts that may be 64 bytes, in their three forms. */
export function keypairCandidates(text: string): { base58: string[]; hex: string[]; numbers: number[][] } {
  if (text.length < 64) return { base58: [], hex: [], numbers: [] };
  return {
    base58: text.match(BASE58_64) ?? [],
    hex: [...text.matchAll(HEX_64)].map((found) => found[1] ?? ""),
    numbers: (text.match(NUMBERS_64) ?? [])
      .map((found) => found.split(",").map(Number))
      .filter((numbers) => numbers.every((number) => number < 256)),
  };
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORDS) ?? [];
}

/** Whether it is worth a closer look, told without loading anything. */
export function mayHoldSecret(text: string): boolean {
  if (text.length < 36) return false;
  const { base58, hex, numbers } = keypairCandidates(text);
  return base58.length + hex.length + numbers.length > 0 || wordsOf(text).length >= SHORTEST;
}

/** Whether a text is, or holds, a secret. What looks like one waits until the rules are loaded. */
export async function holdsSecret(text: string): Promise<boolean> {
  if (!mayHoldSecret(text)) return false;
  const { isSecret } = await import("./secretRules");
  return isSecret(text);
}
