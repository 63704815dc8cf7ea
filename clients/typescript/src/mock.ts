/** Control of the mock through `/__mock__/`: worlds, clock, armed answers, what was asked; each in a session of its own. */
import type { Client, ClientOptions } from "openapi-fetch";

import { ok } from "./answers.js";
import { typedClient } from "./client.js";
import { type Connect, follow, type FollowOptions, type StreamEvent } from "./events.js";
import type { components, eventData, operations, paths } from "./mockContract.js";

export { ok, ProblemError, UnusableAnswer } from "./answers.js";

/** Every shape of the mock's contract by its name: `MockSchemas["ArmedAnswer"]`. */
export type MockSchemas = components["schemas"];
export type World = MockSchemas["World"];
export type Clock = MockSchemas["Clock"];
export type ArmedAnswer = MockSchemas["ArmedAnswer"];
export type ServedRequest = MockSchemas["ServedRequest"];
export type WorldName = NonNullable<MockSchemas["SetWorldRequest"]["world"]>;
export type WorldDescription = MockSchemas["WorldDescription"];
export type RequestFilter = NonNullable<operations["listServedRequests"]["parameters"]["query"]>;

export interface MockSessionOptions extends ClientOptions {
  /** The session's name; absent for the world that all requests without a session share. */
  session?: string;
}

/** One session of a mock at `http://127.0.0.1:8000` or elsewhere. Its methods raise what `ok` raises. */
export class MockSession {
  readonly name: string | null;
  /** The base URL for what can send no headers (EventSource, links, rendering on a server): the session is in it. */
  readonly baseUrl: string;
  /** The headers that put a request into the session. */
  readonly headers: { "X-Mock-Session": string } | Record<string, never>;
  /** All of `/__mock__/`, typed; the methods below are what is mostly needed of it. */
  readonly api: Client<paths>;

  constructor(serverUrl: string, options: MockSessionOptions = {}) {
    const server = serverUrl.replace(/\/+$/, "");
    this.name = options.session ?? null;
    this.headers = this.name === null ? {} : { "X-Mock-Session": this.name };
    this.baseUrl = this.name === null ? server : `${server}/__mock__/s/${this.name}`;
    this.api = typedClient<paths>(server, options);
  }

  /** Begin the session's world anew: nothing written, armed or listed; the clock stays. */
  reset(): Promise<World> {
    return ok(this.api.POST("/__mock__/reset"));
  }

  /** Which world the session has. */
  world(): Promise<World> {
    return ok(this.api.GET("/__mock__/world"));
  }

  /** Begin another world: one of the mock's own, or one described here. */
  setWorld(world: WorldName | WorldDescription, options: { seed?: number } = {}): Promise<World> {
    const body = typeof world === "string" ? { world, ...options } : { description: world, ...options };
    return ok(this.api.POST("/__mock__/world", { body }));
  }

  /** What the session has now, as the file of a world (YAML). */
  describe(): Promise<string> {
    return ok(this.api.GET("/__mock__/world/description"));
  }

  /** What time it is in the session. */
  clock(): Promise<Clock> {
    return ok(this.api.GET("/__mock__/clock"));
  }

  /** Stop the clock, at a moment or where it is. */
  freeze(at?: Date | string): Promise<Clock> {
    if (at === undefined) return ok(this.api.POST("/__mock__/clock/freeze"));
    return ok(this.api.POST("/__mock__/clock/freeze", { body: { at: at instanceof Date ? at.toISOString() : at } }));
  }

  /** Move the clock by seconds, backwards if negative; a frozen one stays frozen. */
  move(seconds: number): Promise<Clock> {
    return ok(this.api.POST("/__mock__/clock/move", { body: { seconds } }));
  }

  /** Let a frozen clock go on. */
  run(): Promise<Clock> {
    return ok(this.api.POST("/__mock__/clock/run"));
  }

  /** Back to the system's time. */
  resetClock(): Promise<Clock> {
    return ok(this.api.POST("/__mock__/clock/reset"));
  }

  /** Say what an operation answers from now on: `arm({ operation: "listWallets", status: 503, count: 1 })`. */
  arm(answer: ArmAnswer): Promise<ArmedAnswer> {
    return ok(this.api.POST("/__mock__/answers", { body: answer as MockSchemas["ArmAnswerRequest"] }));
  }

  /** What is armed. */
  async armed(): Promise<ArmedAnswer[]> {
    return (await ok(this.api.GET("/__mock__/answers"))).items;
  }

  /** Remove an armed answer by its id; without one, all. */
  async disarm(answerId?: ArmedAnswer["answer_id"]): Promise<void> {
    if (answerId === undefined) await ok(this.api.DELETE("/__mock__/answers"));
    else await ok(this.api.DELETE("/__mock__/answers/{answer_id}", { params: { path: { answer_id: answerId } } }));
  }

  /** What the session was asked, newest first. */
  async requests(filter: RequestFilter = {}): Promise<ServedRequest[]> {
    return (await ok(this.api.GET("/__mock__/requests", { params: { query: filter } }))).items;
  }

  /** Each request as it is answered, until the signal. */
  requestEvents(options: FollowOptions = {}): AsyncGenerator<StreamEvent<eventData["streamServedRequests"]>, void> {
    const connect: Connect = (seen, signal) =>
      this.api.GET("/__mock__/requests/events", {
        ...(seen === undefined ? {} : { params: { header: { "Last-Event-ID": seen } } }),
        headers: { Accept: "text/event-stream" },
        parseAs: "stream",
        signal,
      });
    return follow(connect, options);
  }

  /** Forget what was asked. */
  async clearRequests(): Promise<void> {
    await ok(this.api.DELETE("/__mock__/requests"));
  }

  /** Count requests: `verify({ operation: "createWallet", exactly: 2, body: { label: "Desk" } })`. */
  verify(expected: MockSchemas["VerifyRequest"]): Promise<MockSchemas["Verification"]> {
    return ok(this.api.POST("/__mock__/requests/verify", { body: expected }));
  }

  /** Keep world and clock as they are under a name. */
  save(snapshot: string): Promise<MockSchemas["Snapshot"]> {
    return ok(this.api.PUT("/__mock__/snapshots/{snapshot}", { params: { path: { snapshot } } }));
  }

  /** Go back to a snapshot. */
  restore(snapshot: string): Promise<World> {
    return ok(this.api.POST("/__mock__/snapshots/{snapshot}/restore", { params: { path: { snapshot } } }));
  }

  /** All sessions with a name. */
  async sessions(): Promise<MockSchemas["SessionInfo"][]> {
    return (await ok(this.api.GET("/__mock__/sessions"))).items;
  }

  /** Forget the session, and everything in it. */
  async end(): Promise<void> {
    if (this.name === null) await this.reset();
    else await ok(this.api.DELETE("/__mock__/sessions/{session}", { params: { path: { session: this.name } } }));
  }
}

/** An answer to arm; what has a default may be left out. */
export type ArmAnswer = Partial<MockSchemas["ArmAnswerRequest"]>;
