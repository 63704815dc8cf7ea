/** Amounts are decimal strings, of which no digit may be lost: BigInt and text, never a floating-point number. */

const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?$/;
const LAMPORT_PLACES = 9;

export interface AmountParts {
  readonly sign: "" | "-";
  /** Digits in groups of three. */
  readonly whole: string;
  /** Without the point; empty for an integer. */
  readonly fraction: string;
}

/** The digits of a canonical decimal; null if it is none. */
export function amountParts(text: string): AmountParts | null {
  const found = AMOUNT.exec(text);
  if (found === null) return null;
  const [, sign = "", whole = "", fraction = ""] = found;
  return { sign: sign === "-" ? "-" : "", whole: grouped(whole), fraction };
}

/** `1234567.5` as `1,234,567.5`; what is no amount as it is. */
export function formatAmount(text: string): string {
  const parts = amountParts(text);
  if (parts === null) return text;
  return parts.sign + parts.whole + (parts.fraction && `.${parts.fraction}`);
}

/** The places after the point that an amount has at most, of those of a column. */
export function mostPlaces(amounts: readonly string[]): number {
  return Math.max(0, ...amounts.map((amount) => amountParts(amount)?.fraction.length ?? 0));
}

/** A count with groups of three digits. */
export function formatCount(count: number): string {
  return grouped(String(count));
}

/** Whole percents, but never 0 % of something nor 100 % of less than all. */
export function formatShare(count: number, total: number): string {
  const percent = (100 * count) / total;
  if (count > 0 && percent < 1) return "<1 %";
  if (count < total && percent > 99) return ">99 %";
  return `${Math.round(percent)} %`;
}

/** Lamports of an amount of SOL; null if it is none, or finer than a lamport. */
export function lamportsOf(sol: string): bigint | null {
  const found = AMOUNT.exec(sol);
  if (found === null) return null;
  const [, sign, whole = "", fraction = ""] = found;
  if (fraction.length > LAMPORT_PLACES) return null;
  const lamports = BigInt(whole + fraction.padEnd(LAMPORT_PLACES, "0"));
  return sign === "-" ? -lamports : lamports;
}

const MOST_SOL = 1_000_000_000n * 10n ** 9n; // lamports; the contract's bound

/** What is wrong with a typed amount of SOL that is to be more than nothing; null if nothing is. */
export function solRefusal(text: string): string | null {
  const lamports = lamportsOf(text);
  if (lamports === null) return "An amount such as 1.5, with at most 9 places.";
  if (lamports <= 0n) return "More than nothing.";
  return lamports > MOST_SOL ? "At most 1,000,000,000." : null;
}

/** The same amount as the contract writes it: no zeros in front or at the end. */
export function canonicalSol(text: string): string {
  const lamports = lamportsOf(text);
  return lamports === null ? text : solOf(lamports);
}

/** SOL of an amount of lamports, canonical: no exponent, no trailing zeros. */
export function solOf(lamports: bigint): string {
  const digits = String(lamports < 0n ? -lamports : lamports).padStart(LAMPORT_PLACES + 1, "0");
  const fraction = digits.slice(-LAMPORT_PLACES).replace(/0+$/, "");
  return (lamports < 0n ? "-" : "") + digits.slice(0, -LAMPORT_PLACES) + (fraction && `.${fraction}`);
}

/** The sum of amounts of SOL; null if one is none. */
export function sumSol(amounts: readonly string[]): string | null {
  let sum = 0n;
  for (const amount of amounts) {
    const lamports = lamportsOf(amount);
    if (lamports === null) return null;
    sum += lamports;
  }
  return solOf(sum);
}

/** What part of a sum an amount is, to a hundredth of a percent: a length to draw, not a figure to show. */
export function shareOf(amount: string, sum: string): number {
  const [part, whole] = [lamportsOf(amount), lamportsOf(sum)];
  if (part === null || whole === null || whole <= 0n) return 0;
  return Number((part * 10_000n) / whole) / 10_000;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}
