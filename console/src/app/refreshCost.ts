import type { Schemas } from "./api";

export type Part = Schemas["WalletPart"];

const AT_ONCE = 100; // accounts that one getMultipleAccounts reads

/** RPC calls that reading so many wallets takes if nothing changed: what did change costs more. */
export function leastCalls(wallets: number, parts: readonly Part[]): number {
  const balances = Math.ceil(wallets / AT_ONCE); // of which funding wants to know too whether they moved
  const readsBalances = parts.includes("sol_balance") || parts.includes("funding_transactions");
  return (readsBalances ? balances : 0) + (parts.includes("token_holdings") ? 2 * wallets : 0);
}

/** How long so many calls take at least under the server's budget, a decimal of calls a second. */
export function secondsFor(calls: number, perSecond: string): number {
  return Math.ceil(calls / Number(perSecond));
}
