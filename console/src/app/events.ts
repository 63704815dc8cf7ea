/** Server-Sent Events over `fetch`, which, unlike `EventSource`, sends credentials as headers. */
import { EventSourceParserStream } from "eventsource-parser/stream";

import { ProblemError, send, type Problem } from "./api";

export interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
}

const FIRST_PAUSE = 500; // milliseconds
const LONGEST_PAUSE = 15_000;

/**
 * The events of a stream until `last` of them was seen (null: none is the last) or the signal is aborted. A stream that
 * breaks is resumed where it broke; it begins after the event `after`. Raises `ProblemError` for an answer that trying
 * again can't mend.
 */
export async function* follow(
  path: string,
  last: string | null,
  signal: AbortSignal,
  after?: string,
): AsyncGenerator<ServerEvent> {
  let seen = after;
  let pause = FIRST_PAUSE;
  while (!signal.aborted) {
    try {
      for await (const event of await connect(path, seen, signal)) {
        pause = FIRST_PAUSE;
        seen = event.id ?? seen;
        yield { name: event.event ?? "message", data: JSON.parse(event.data) };
        if (event.event === last) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ProblemError && error.response.status < 500) throw error;
    }
    await new Promise((resume) => setTimeout(resume, pause));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

async function connect(path: string, seen: string | undefined, signal: AbortSignal) {
  const headers = { Accept: "text/event-stream", ...(seen === undefined ? {} : { "Last-Event-ID": seen }) };
  const response = await send(new Request(new URL(path, location.origin), { headers, signal }));
  if (!response.ok || response.body === null) {
    throw new ProblemError((await response.json()) as Problem, response);
  }
  return iterate(response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()));
}

// Not every browser iterates over a stream itself.
async function* iterate<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
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
