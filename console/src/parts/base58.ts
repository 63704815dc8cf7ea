/** Base58 as Solana writes it: 32 bytes are an address, 64 a signature. */

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/** The bytes that a text stands for; null if it is no base58, or longer than `most` bytes. */
export function base58Bytes(text: string, most = 64): Uint8Array | null {
  if (text.length === 0 || text.length > most * 1.4) return null;
  const bytes: number[] = []; // least significant first
  for (const character of text) {
    let carry = VALUES.get(character);
    if (carry === undefined) return null;
    for (let i = 0; i < bytes.length; i++) {
      carry += (bytes[i] ?? 0) * 58;
      bytes[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  for (const character of text) {
    if (character !== "1") break;
    bytes.push(0);
  }
  return bytes.length > most ? null : Uint8Array.from(bytes.reverse());
}

export function isAddress(text: string): boolean {
  return base58Bytes(text, 32)?.length === 32;
}

export function isSignature(text: string): boolean {
  return base58Bytes(text, 64)?.length === 64;
}
