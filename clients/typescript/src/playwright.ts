/** A fixture for Playwright: every test has a session of the mock of its own, begun anew, whose clock stands still. */
import { test as base } from "@playwright/test";

import { MockSession, type WorldDescription, type WorldName } from "./mock.js";

export { expect } from "@playwright/test";

export interface MockOptions {
  /** Where the mock answers. */
  mockUrl: string;
  /** When it is in every test, in the mock and in the page. */
  mockNow: string;
  /** The world that a test begins with; null for the server's own. */
  mockWorld: WorldName | WorldDescription | null;
}

export interface MockFixtures {
  /** The test's session. It holds for all that its pages ask of the mock. */
  mock: MockSession;
}

/**
 * Playwright's `test`, with a session for each. The session is named after the test, so that a failed one can be looked at again;
 * it is begun anew before the test, so that retries and repeated runs see the same world.
 */
export const test = base.extend<MockOptions & MockFixtures>({
  mockUrl: ["http://127.0.0.1:8000", { option: true }],
  mockNow: ["2026-11-22T16:10:00.000Z", { option: true }],
  mockWorld: [null, { option: true }],
  mock: [
    async ({ context, mockUrl, mockNow, mockWorld }, use, info) => {
      const mock = new MockSession(mockUrl, { session: info.testId });
      await mock.end();
      await mock.freeze(mockNow);
      if (mockWorld !== null) await mock.setWorld(mockWorld);
      await context.clock.setFixedTime(mockNow);
      // Set here and not by the page, so the page sends what it would without a mock. A route of the test's own that is to keep
      // the session ends with `route.fallback()`.
      const ours = (url: URL) => url.href.startsWith(`${mockUrl}/`) && !url.pathname.startsWith("/__mock__/s/");
      await context.route(ours, (route) =>
        route.fallback({ headers: { ...route.request().headers(), ...mock.headers } }),
      );
      await use(mock);
      if (info.status !== info.expectedStatus) {
        const body = JSON.stringify(await mock.requests(), null, 2);
        await info.attach("what the mock was asked", { body, contentType: "application/json" });
      }
    },
    { auto: true },
  ],
});
