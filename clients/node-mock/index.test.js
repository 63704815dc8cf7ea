// The server under test is MOCK_SERVER_COMMAND, by default the one on the PATH.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startMock } from "./index.js";

test("two mocks at once, each on its own port, with the same world by the same seed", async () => {
  const [one, two] = await Promise.all([1, 2].map(() => startMock({ args: ["--seed", "7", "--wallets", "3"] })));
  try {
    assert.notEqual(one.url, two.url);
    const pages = await Promise.all(
      [one, two].map(async (mock) => (await fetch(`${mock.url}/api/wallets?sort=label`)).json()),
    );
    const addresses = pages.map((page) => page.items.map((item) => item.wallet.wallet_address).sort());
    assert.equal(addresses[0].length, 3);
    assert.deepEqual(addresses[0], addresses[1]);
  } finally {
    await Promise.all([one.stop(), two.stop()]);
  }
  await assert.rejects(fetch(`${one.url}/readyz`));
});

test("a command comes with its arguments, as a line or as a list", async () => {
  const program = process.env.MOCK_SERVER_COMMAND ?? "wallet-orchestrator";
  for (const command of [`env WALLET_MOCK_WALLETS=4 "${program}"`, ["env", "WALLET_MOCK_WALLETS=4", program]]) {
    const mock = await startMock({ command });
    try {
      assert.equal((await (await fetch(`${mock.sessionUrl("a")}/api/wallets`)).json()).total_size, 4);
    } finally {
      await mock.stop();
    }
  }
});

test("a session has a name of its own", async () => {
  const mock = await startMock();
  try {
    assert.notDeepEqual(mock.session(), mock.session());
    assert.deepEqual(mock.session("a"), { "X-Mock-Session": "a" });
  } finally {
    await mock.stop();
  }
});

test("a server that does not start says why", async () => {
  await assert.rejects(startMock({ args: ["--seed", "nonsense"] }), /did not start: [\s\S]*--seed/);
  await assert.rejects(startMock({ command: "/no/such/program serve" }), /did not start: .*ENOENT.*pipx install/);
  await assert.rejects(startMock({ command: ["node", "-e", "process.exit(1)", "--"] }), /did not start/);
});
