// Against a mock at MOCK_URL that runs already, in the Chromium that is there (CHROMIUM): `npx playwright test --config test/browser`.
import { defineConfig } from "@playwright/test";
import type { MockOptions } from "wallet-orchestrator-client/playwright";

const { APP_PORT = "5199", CHROMIUM = "/usr/bin/chromium", MOCK_URL = "http://127.0.0.1:8000" } = process.env;
const app = `http://127.0.0.1:${APP_PORT}`;

export default defineConfig<MockOptions>({
  outputDir: "../../build/browser",
  fullyParallel: true,
  workers: 2,
  retries: 1,
  forbidOnly: true,
  timeout: 120_000, // for a machine with other work: nothing here is about time
  expect: { timeout: 30_000 },
  reporter: "line",
  use: {
    baseURL: app,
    mockUrl: MOCK_URL,
    launchOptions: { executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] },
  },
  webServer: { command: `node app/serve.mjs ${APP_PORT}`, url: app },
});
