import { describe, expect, test } from "vitest";
import type { Schemas } from "wallet-orchestrator-client";

import type { CachedSummary } from "../src/app/queries";
import { byCause } from "../src/pages/overview/causes";

type Code = Schemas["CacheError"]["code"];

function part(code?: Code): Schemas["CachePart"] {
  return {
    state: code === undefined ? "fresh" : "error",
    as_of: null,
    stale_after: null,
    slot: null,
    truncated: false,
    last_attempt_at: null,
    last_error: code === undefined ? null : { code, message: `because of ${code}`, retryable: code === "chain_timeout" },
  };
}

function row(name: string, sol?: Code, tokens?: Code): CachedSummary {
  const parts = { sol_balance: part(sol), token_holdings: part(tokens), funding_transactions: part(sol) };
  return { wallet: { wallet_address: name, label: null }, cache: { state: "error", parts } } as CachedSummary;
}

describe("failing wallets by cause", () => {
  test("a cause counts a wallet once, and one that fails twice is under both", () => {
    const causes = byCause([
      row("a", "chain_rate_limited"),
      row("b", "chain_timeout", "chain_timeout"),
      row("c", "chain_timeout", "chain_rate_limited"),
      row("d", "chain_timeout"),
    ]);
    expect(causes.map(({ code, wallets }) => [code, wallets.map((each) => each.wallet_address).join()])).toEqual([
      ["chain_timeout", "b,c,d"],
      ["chain_rate_limited", "a,c"],
    ]);
    expect(causes.map(({ retryable }) => retryable)).toEqual([true, false]);
    expect(causes[0]?.message).toBe("because of chain_timeout");
  });

  test("nothing fails", () => expect(byCause([row("a")])).toEqual([]));
});
