/** Server-Sent Events over `fetch`, which, unlike `EventSource`, sends credentials and sessions as headers. */
import { EventSourceParserStream } from "eventsource-parser/stream";

import { type ClientAnswer, ok, ProblemError, UnusableAnswer } from "./answers.js";
import type { WalletClient } from "./client.js";
import type { components, eventData } from "./contract.js";

/** An event of a stream whose events have these data, by their names. */
export type StreamEvent<Data> = {
  [Name in keyof Data]: { readonly name: Name; readonly data: Data[Name]; readonly id: string | undefined };
}[keyof Data];

export type RefreshEvent = StreamEvent<eventData["streamRefreshEvents"]>;

export interface FollowOptions {
  /** Ends the stream, without an error. */
  signal?: AbortSignal;
  /** The id of the last event that was seen: the stream goes on behind it. */
  lastEventId?: string;
}

/** Asks for a stream. `seen` is to be sent as `Last-Event-ID`. */
export type Connect = (
  seen: string | undefined,
  signal: AbortSignal,
) => Promise<ClientAnswer<ReadableStream<Uint8Array> | null>>;

const FIRST_PAUSE = 500; // milliseconds
const LONGEST_PAUSE = 15_000;

/**
 * The events of a refresh-all, ending with `done`. A stream that breaks off is resumed where it broke.
 *
 * Raises `ProblemError` and `UnusableAnswer` for answers below 500, which trying again can't mend.
 */
export function refreshEvents(
  api: WalletClient,
  operationId: components["schemas"]["OperationId"],
  options: FollowOptions = {},
): AsyncGenerator<RefreshEvent, void> {
  const connect: Connect = (seen, signal) =>
    api.GET("/api/wallets/refresh-operations/{operation_id}/events", {
      params: {
        path: { operation_id: operationId },
        ...(seen === undefined ? {} : { header: { "Last-Event-ID": seen } }),
      },
      headers: { Accept: "text/event-stream" },
      parseAs: "stream",
      signal,
    });
  return follow<eventData["streamRefreshEvents"]>(connect, { ...options, last: "done" });
}

/** The same for any stream, until the event `last`; without one, until the signal. */
export async function* follow<Data>(
  connect: Connect,
  options: FollowOptions & { last?: keyof Data },
): AsyncGenerator<StreamEvent<Data>, void> {
  const signal = options.signal ?? new AbortController().signal;
  let seen = options.lastEventId;
  let pause = FIRST_PAUSE;
  while (!signal.aborted) {
    try {
      const stream = await ok(connect(seen, signal));
      if (stream === null) throw new UnusableAnswer("The answer has no stream.", null);
      for await (const event of parsed(stream)) {
        pause = FIRST_PAUSE;
        seen = event.id ?? seen;
        const name = (event.event ?? "message") as keyof Data;
        yield { name, data: JSON.parse(event.data) as Data[typeof name], id: event.id };
        if (name === options.last) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isFinal(error)) throw error;
    }
    await rest(pause, signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

/** Whether trying again can't mend it. */
function isFinal(error: unknown): boolean {
  if (error instanceof ProblemError) return error.response.status < 500 && error.response.status !== 429;
  return error instanceof UnusableAnswer && (error.response?.status ?? 500) < 500;
}

async function* parsed(stream: ReadableStream<Uint8Array>) {
  // Not every browser iterates over a stream itself.
  const text = stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
  const reader = text.pipeThrough(new EventSourceParserStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resume();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
