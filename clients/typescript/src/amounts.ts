/** Exact amounts: on the wire they are decimal strings, in a program integers of the smallest unit. */

const SOL_DECIMALS = 9;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Lamports (or a token's `amount`) as an integer; null stays null, for what was never read is not zero. */
export function lamports(text: string): bigint;
export function lamports(text: string | null): bigint | null;
export function lamports(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}

/** `"1.5"` SOL are `1500000000n` lamports. Raises `RangeError` for what is no decimal number or has more places. */
export function solToLamports(sol: string): bigint {
  return toUnits(sol, SOL_DECIMALS);
}

/** `1500000000n` lamports are `"1.5"` SOL. */
export function lamportsToSol(amount: bigint): string {
  return fromUnits(amount, SOL_DECIMALS);
}

/** A decimal number in its smallest unit, of which `decimals` places make one. */
export function toUnits(text: string, decimals: number): bigint {
  const [, sign, whole, fraction = ""] = DECIMAL.exec(text) ?? [];
  if (whole === undefined || fraction.length > decimals) {
    throw new RangeError(`${text} is no decimal number with at most ${decimals} places`);
  }
  return BigInt(`${sign}${whole}${fraction.padEnd(decimals, "0")}`);
}

/** The canonical decimal number: no exponent, no zeros at its end. */
export function fromUnits(amount: bigint, decimals: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${amount < 0n ? "-" : ""}${whole}${fraction && `.${fraction}`}`;
}
