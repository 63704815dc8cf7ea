import { expect, test } from "wallet-orchestrator-client/playwright";

const ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5";

test("a test sees the world, and its own writes", async ({ page, mock, mockUrl }) => {
  await page.goto(`/?api=${mockUrl}`);
  await expect(page.getByRole("listitem")).toHaveCount(50);
  await page.getByLabel("Address").fill(ADDRESS);
  await page.getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("listitem")).toHaveCount(51);
  const counted = await mock.verify({ operation: "createWallet", exactly: 1, body: { wallet_address: ADDRESS } });
  expect(counted.verified, counted.detail).toBe(true);
});

test("an armed 503 is shown, and over", async ({ page, mock, mockUrl }) => {
  await mock.arm({ operation: "listWallets", status: 503, count: 1 });
  await page.goto(`/?api=${mockUrl}`);
  await expect(page.getByRole("alert")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("listitem")).toHaveCount(50);
});

test("a connection that is dropped is an error of the network", async ({ page, mock, mockUrl }) => {
  await mock.arm({ operation: "listWallets", drop: true });
  await page.goto(`/?api=${mockUrl}`);
  await expect(page.getByRole("alert")).toHaveText("Failed to fetch");
});

test("an EventSource is in the session", async ({ page, mock, mockUrl }) => {
  await page.goto(`/?api=${mockUrl}`);
  await page.getByRole("button", { name: "Refresh all" }).click();
  await expect(page.getByRole("status")).toHaveText(/^COMPLETED: \d+ of \d+$/);
  expect(await mock.requests({ operation: "streamRefreshEvents" })).toHaveLength(1);
});

test("so it is by the base URL alone", async ({ page, mock }) => {
  await page.goto(`/?api=${mock.baseUrl}`);
  await page.getByRole("button", { name: "Refresh all" }).click();
  await expect(page.getByRole("status")).toHaveText(/^COMPLETED: \d+ of \d+$/);
  const asked = await mock.requests({ operation: "streamRefreshEvents" });
  expect(asked.map(({ request_headers }) => "x-mock-session" in request_headers)).toEqual([true]);
});

test("what renders on a server needs no header", async ({ mock }) => {
  await mock.arm({ operation: "getPortfolioSummary", status: 503 });
  const answers = await Promise.all(
    ["/api/wallets?page_size=1", "/api/wallets/portfolio/summary"].map((path) => fetch(`${mock.baseUrl}${path}`)),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 503]);
});

test("the page's clock is the mock's", async ({ page, mock, mockUrl, mockNow }) => {
  await page.goto(`/?api=${mockUrl}`);
  await expect(page.locator("time")).toHaveText(mockNow);
  expect((await mock.clock()).now).toBe(mockNow);
  await page.clock.setFixedTime((await mock.move(3600)).now);
  await page.reload();
  await expect(page.locator("time")).toHaveText("2026-11-22T17:10:00.000Z");
});

test.describe("in another world", () => {
  test.use({ mockWorld: { name: "three", wallets: 3 }, mockNow: "2026-11-24T09:00:00.000Z" });

  test("there are three wallets", async ({ page, mockUrl }) => {
    await page.goto(`/?api=${mockUrl}`);
    await expect(page.getByRole("listitem")).toHaveCount(3);
    await expect(page.locator("time")).toHaveText("2026-11-24T09:00:00.000Z");
  });
});

test("a retry begins with the same world", async ({ page, mock, mockUrl }, info) => {
  await page.goto(`/?api=${mockUrl}`);
  await expect(page.getByRole("listitem")).toHaveCount(50);
  if (info.retry > 0) return;
  await mock.arm({ operation: "getPortfolioSummary", status: 503 });
  await page.getByLabel("Address").fill(ADDRESS);
  await page.getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("listitem")).toHaveCount(51);
  throw new Error("fails once, on purpose: the retry has to find no trace of this");
});
