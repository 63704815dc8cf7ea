/** The mock's own API, `/__mock__/`: what the panel reads and changes, each for the session that the URL names. */
import { queryOptions } from "@tanstack/react-query";
import { MockSession, type MockSchemas } from "wallet-orchestrator-client/mock";

import { ok, send, syncClock } from "../app/api";
import { queryClient } from "../app/queryClient";
import { dismissFollowed } from "../app/refreshing";
import { forgetKnown } from "../parts/known";

export type { MockSchemas };
export type Served = MockSchemas["ServedRequest"];

/** `send` puts each request into the session. */
export const control = new MockSession(location.origin, { fetch: send }).api;

const OURS = "mock-panel";

export const worldQuery = queryOptions({
  queryKey: [OURS, "world"],
  queryFn: ({ signal }) => ok(control.GET("/__mock__/world", { signal })),
});

export const sessionsQuery = queryOptions({
  queryKey: [OURS, "sessions"],
  queryFn: ({ signal }) => ok(control.GET("/__mock__/sessions", { signal })),
});

export const snapshotsQuery = queryOptions({
  queryKey: [OURS, "snapshots"],
  queryFn: ({ signal }) => ok(control.GET("/__mock__/snapshots", { signal })),
});

export const armedQuery = queryOptions({
  queryKey: [OURS, "answers"],
  queryFn: ({ signal }) => ok(control.GET("/__mock__/answers", { signal })),
});

/** The panel's own lists are read again; the pages are left alone. */
export function readPanelAgain(): void {
  void queryClient.invalidateQueries({ queryKey: [OURS] });
}

/** The same world at another time: what the pages show is read again, and its ages follow the clock. */
export async function timeMoved(): Promise<void> {
  await syncClock();
  await queryClient.invalidateQueries();
}

/** Another world: nothing that was read before is true any more. */
export async function worldReplaced(): Promise<void> {
  await syncClock();
  dismissFollowed();
  forgetKnown();
  await queryClient.resetQueries();
}
