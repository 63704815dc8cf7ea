/** Every request of the console goes through `send`; all but event streams and the mock's own by the typed client. */
import { ok, ProblemError, UnusableAnswer, walletClient, type Problem } from "wallet-orchestrator-client";

import { noteDate, setWorldClock } from "./clock";
import { isControllable, noteAnswer, noteBackend, noteControllable, noteOffline, outagesSoFar } from "./connection";
import { askForCredential, credentials, mockSession } from "./session";

export { ok, ProblemError, UnusableAnswer };
export type { Problem, Schemas } from "wallet-orchestrator-client";

/** The server could not be reached, or broke off. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

const CALLER = "/api/wallets/me";

/** `fetch` with credentials. A 401 asks who it is in place and tries again. Raises `Unreachable`. */
export async function send(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await attempt(request);
  if (response.status === 401 && (await askForCredential())) return send(again);
  return response;
}

async function attempt(request: Request): Promise<Response> {
  for (const [name, value] of Object.entries(await credentials())) request.headers.set(name, value);
  if (mockSession !== null) request.headers.set("X-Mock-Session", mockSession);
  const outages = outagesSoFar();
  let response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    noteOffline(true);
    throw new Unreachable("The server can't be reached.", { cause: error });
  }
  noteAnswer(outages);
  if (!request.url.includes("/__mock__/")) {
    noteDate(response.headers.get("Date"));
    const backend = response.headers.get("X-Backend");
    noteBackend(backend);
    // Groups of operations may be a mock's while the rest is real; who asks is told by what answers the rest.
    if (backend === "mock" && request.url.endsWith(CALLER) && !isControllable()) void syncClock();
  }
  return response;
}

/** Take over the time of the mock's world, which only a mock as a whole has. */
export async function syncClock(): Promise<void> {
  const response = await attempt(new Request(new URL("/__mock__/clock", location.origin)));
  if (!response.ok) return;
  noteControllable();
  const clock = (await response.json()) as { now: string; frozen: boolean };
  setWorldClock(Date.parse(clock.now), clock.frozen);
}

export const api = walletClient(location.origin, { fetch: send });

/** The problem in an error, if the server sent one. */
export function problemOf(error: unknown): Problem | null {
  return error instanceof ProblemError && typeof error.problem?.code === "string" ? error.problem : null;
}

/** Seconds until it makes sense to try again, by an answer's `Retry-After`; null without one. */
export function retryAfter(error: unknown): number | null {
  if (!(error instanceof ProblemError)) return null;
  const seconds = Number(error.response.headers.get("Retry-After") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

/** For a POST's `Idempotency-Key`: one an intention, kept while it is tried again. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}
