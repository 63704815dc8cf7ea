// One tour of the API, typed from end to end: `node build/test/tour.js http://127.0.0.1:8000` against a mock.
import { items, lamports, ok, type ProblemError, type Schemas, walletClient } from "wallet-orchestrator-client";

function check(held: boolean, what: string): void {
  if (!held) throw new Error(`expected ${what}`);
}

const api = walletClient(process.argv[2] ?? "http://127.0.0.1:8000", { session: "typescript-tour" });
const address = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5";
const one = { params: { path: { wallet_address: address } } };

const page = await ok(api.GET("/api/wallets", { params: { query: { status: "FUNDED", page_size: 5 } } }));
const first: Schemas["CachedWalletSummary"] | undefined = page.items[0];
check(first !== undefined && first.wallet.status === "FUNDED", "a funded wallet");

const created = await ok(api.POST("/api/wallets", { body: { wallet_address: address, label: "Launch desk" } }));
check(created.wallet.last_balance_lamports === null && created.cache.state === "never", "nothing known of a new wallet");

const refreshed = await ok(api.POST("/api/wallets/{wallet_address}/refresh", one));
check(refreshed.outcome === "complete", "a complete refresh");
check((lamports(refreshed.wallet.last_balance_lamports) ?? -1n) >= 0n, "lamports as an exact integer");

const refused = await ok(api.POST("/api/wallets", { body: { wallet_address: address } })).then(
  () => undefined,
  (error: ProblemError) => error,
);
check(refused?.response.status === 409 && refused.problem.code === "wallet_exists", "wallet_exists");

let counted = 0;
const ops = items((next) => ok(api.GET("/api/wallets", { params: { query: { status: "FUNDED", page_size: 5, ...next } } })));
for await (const { wallet } of ops) counted += wallet.status === "FUNDED" ? 1 : 0;
check(counted >= (page.total_size ?? 0), "every funded wallet, page by page");

await ok(api.DELETE("/api/wallets/{wallet_address}", one));
const gone = await api.GET("/api/wallets/{wallet_address}", one);
check(gone.error?.code === "wallet_not_found", "wallet_not_found");
console.log("toured", page.total_size, "funded wallets");
