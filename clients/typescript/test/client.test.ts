// Against a mock at MOCK_URL: `npm test`, after `npm run build`.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import {
  formErrors, items, lamports, lamportsToSol, ok, pages, ProblemError, refreshEvents, type Schemas, solToLamports,
  UnusableAnswer, walletClient,
} from "wallet-orchestrator-client";
import { MockSession } from "wallet-orchestrator-client/mock";

const server = process.env["MOCK_URL"] ?? "http://127.0.0.1:8000";

function begun(session: string = randomUUID()) {
  return { api: walletClient(server, { session }), mock: new MockSession(server, { session }) };
}

test("a list is walked page by page, as far as somebody asks", async () => {
  const { api, mock } = begun();
  const list = (next: { page_token?: string }) =>
    ok(api.GET("/api/wallets", { params: { query: { page_size: 20, ...next } } }));
  const addresses = new Set<string>();
  for await (const { wallet } of items(list)) addresses.add(wallet.wallet_address);
  assert.equal(addresses.size, 50);
  assert.equal((await mock.requests({ operation: "listWallets" })).length, 3);

  for await (const page of pages(list)) {
    assert.equal(page.total_size, 50);
    break;
  }
  assert.equal((await mock.requests({ operation: "listWallets" })).length, 4);
});

test("amounts are exact in both directions", () => {
  assert.equal(lamports("18446744073709551615"), 18446744073709551615n);
  assert.equal(lamports(null), null);
  for (const [sol, amount] of [["1.5", 1500000000n], ["0", 0n], ["-0.02875", -28750000n], ["0.000000001", 1n]] as const) {
    assert.equal(solToLamports(sol), amount);
    assert.equal(lamportsToSol(amount), sol);
  }
  for (const wrong of ["", "1e3", ".5", "0.0000000001", "1,5"]) assert.throws(() => solToLamports(wrong), RangeError);
});

test("what a refused form says stands at its fields, each by the rule it breaks", async () => {
  const { api } = begun();
  const body = { wallet_address: "nonsense", tags: ["x".repeat(33)], colour: "red" } as Schemas["CreateWalletRequest"];
  const error = await ok(api.POST("/api/wallets", { body })).catch((thrown: unknown) => thrown);
  assert(error instanceof ProblemError);
  const { fields, others } = formErrors(error);
  assert.deepEqual(Object.keys(fields).sort(), ["colour", "tags.0", "wallet_address"]);
  const rules = ["colour", "tags.0", "wallet_address"].map((field) => fields[field]?.rule);
  assert.deepEqual(rules, ["unknown", "too_long", "pattern"]);
  assert.deepEqual(others, []);
  assert.deepEqual(formErrors(new Error("another")), { fields: {}, others: [] });
});

test("a 304 gives what is known already", async () => {
  const { api } = begun();
  const page = await ok(api.GET("/api/wallets"));
  const address = page.items[0]?.wallet.wallet_address ?? "";
  const path = { params: { path: { wallet_address: address } } };
  const { response } = await api.GET("/api/wallets/{wallet_address}", path);
  const known = await ok(api.GET("/api/wallets/{wallet_address}", path));
  const again = { ...path, headers: { "If-None-Match": response.headers.get("ETag") ?? "" } };
  assert.equal(await ok(api.GET("/api/wallets/{wallet_address}", again), { unchanged: known }), known);
  await assert.rejects(ok(api.GET("/api/wallets/{wallet_address}", again)), /304/);
});

test("a download is text", async () => {
  const { api } = begun();
  const csv = await ok(api.GET("/api/wallets/export", { params: { query: { format: "csv" } } }));
  assert.match(csv, /^wallet_address,/);
  assert.equal(csv.trim().split("\n").length, 51);
});

test("an answer that no server of the contract gives is an error that says so", async () => {
  const { api, mock } = begun();
  const unusable = async (answer: Parameters<MockSession["arm"]>[0], said: RegExp) => {
    await mock.arm({ operation: "getPortfolioSummary", count: 1, unchecked: true, ...answer });
    const thrown: unknown = await ok(api.GET("/api/wallets/portfolio/summary")).catch((error: unknown) => error);
    assert(thrown instanceof UnusableAnswer, String(thrown));
    assert.match(thrown.message, said);
    return thrown;
  };
  const html = { body: "<!doctype html>", headers: { "Content-Type": "text/html" } };
  const page = await unusable({ status: 200, ...html }, /text\/html, not JSON/);
  assert.equal(page.response?.status, 200);
  assert.match(page.body, /doctype/);
  await unusable({ status: 502, ...html }, /502 without a problem/);
  await unusable({ status: 502, body: { error: "bad gateway" } }, /502 without a problem/);
  assert.equal((await ok(api.GET("/api/wallets/portfolio/summary"))).complete !== undefined, true);
});

test("a refresh is followed to its end, also where the stream breaks, with the session's header", async () => {
  const { api, mock } = begun();
  await mock.setWorld({ name: "slower", wallets: 5, latency_ms: 300 });
  const { operation_id } = await ok(api.POST("/api/wallets/refresh-all", { body: { scope: "all" } }));
  await mock.arm({ operation: "streamRefreshEvents", break_off: true, count: 1 });
  const seen = { progress: 0, result: 0, done: 0 };
  let last: Schemas["RefreshOperation"] | undefined;
  for await (const { name, data } of refreshEvents(api, operation_id)) {
    seen[name] += 1;
    if (name === "done") last = data;
  }
  assert.equal(last?.state, "COMPLETED");
  assert.deepEqual([seen.result, seen.done], [last.total, 1]);
  const asked = await mock.requests({ operation: "streamRefreshEvents" });
  assert(asked.length >= 2);

  await assert.rejects(
    refreshEvents(api, `op_${"0".repeat(32)}`).next(),
    (error) => error instanceof ProblemError && error.problem.code === "operation_not_found",
  );
});

test("a stream ends with the signal", async () => {
  const { mock } = begun();
  const stop = new AbortController();
  const following = mock.requestEvents({ signal: stop.signal, lastEventId: "0" });
  const first = following.next();
  await fetch(`${mock.baseUrl}/api/wallets?page_size=1`);
  const event = (await first).value;
  assert.equal(event?.data.operation, "listWallets");
  stop.abort();
  assert.equal((await following.next()).done, true);
});

test("the mock is controlled: clock, worlds, answers, snapshots, what was asked", async () => {
  const { api, mock } = begun("typescript-controlled");
  await mock.end();
  assert.deepEqual(await mock.freeze(new Date("2026-11-22T16:10:00Z")), { now: "2026-11-22T16:10:00.000Z", frozen: true });
  assert.equal((await mock.move(60)).now, "2026-11-22T16:11:00.000Z");
  assert.equal((await mock.setWorld({ name: "small", wallets: 3 }, { seed: 7 })).wallets, 3);
  await mock.save("before");
  await ok(api.POST("/api/wallets", { body: { wallet_address: "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5" } }));
  assert.match(await mock.describe(), /7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5/);
  await mock.restore("before");
  assert.equal((await ok(api.GET("/api/wallets"))).total_size, 3);

  const { answer_id } = await mock.arm({ operation: "listWallets", status: 503 });
  assert.equal((await fetch(`${mock.baseUrl}/api/wallets`)).status, 503);
  assert.deepEqual((await mock.armed()).map((armed) => armed.given), [1]);
  await mock.disarm(answer_id);
  assert.equal((await fetch(`${mock.baseUrl}/api/wallets`)).status, 200);
  const counted = await mock.verify({ operation: "listWallets", exactly: 3 });
  assert.equal(counted.verified, true, counted.detail);
  await mock.clearRequests();
  assert.deepEqual(await mock.requests(), []);
  assert((await mock.sessions()).some(({ name }) => name === "typescript-controlled"));
  await mock.reset();
  assert.equal((await mock.world()).name, "small");
  await mock.disarm();
  await mock.resetClock();
  assert.equal((await mock.run()).frozen, false);
  assert.equal((await mock.clock()).frozen, false);
  await mock.end();
  assert.equal((await mock.world()).wallets, 50);
});
