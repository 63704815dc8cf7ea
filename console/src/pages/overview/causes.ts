import type { CachedSummary } from "../../app/queries";

export interface Cause {
  readonly code: string;
  /** The words of the first wallet's error. */
  readonly message: string;
  readonly retryable: boolean;
  readonly wallets: readonly CachedSummary["wallet"][];
}

/** Failing wallets by the code of what failed, most first. One that fails for two reasons is under both. */
export function byCause(rows: readonly CachedSummary[]): Cause[] {
  const found = new Map<string, Cause & { wallets: CachedSummary["wallet"][] }>();
  for (const { wallet, cache } of rows) {
    const errors = new Map(
      Object.values(cache.parts).flatMap(({ last_error }) =>
        last_error === null ? [] : [[last_error.code, last_error] as const],
      ),
    );
    for (const [code, { message, retryable }] of errors) {
      const cause = found.get(code);
      if (cause === undefined) found.set(code, { code, message, retryable, wallets: [wallet] });
      else cause.wallets.push(wallet);
    }
  }
  return [...found.values()].sort((one, other) => other.wallets.length - one.wallets.length);
}
