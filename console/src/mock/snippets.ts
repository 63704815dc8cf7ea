/** A request that was served, as something to run again: a command line, and a test. */
import type { Served } from "./control";

/** What a client says of itself or its connection, which another client says in its own way. */
const OF_THE_CONNECTION =
  /^(host|connection|content-length|accept-encoding|accept-language|user-agent|origin|referer|cache-control|pragma|priority|dnt|idempotency-key|if-none-match|sec-.*|traceparent|tracestate)$/;

function headersOf({ request_headers }: Served): [name: string, value: string][] {
  return Object.entries(request_headers).filter(([name]) => !OF_THE_CONNECTION.test(name.toLowerCase()));
}

const urlOf = ({ path, query }: Served, origin: string) => `${origin}${path}${query && `?${query}`}`;

/** For a POSIX shell. */
export function asCurl(served: Served, origin: string): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const words = [
    `curl ${served.method === "GET" ? "" : `--request ${served.method} `}${quoted(urlOf(served, origin))}`,
    ...headersOf(served).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    ...(served.request_body === null ? [] : [`--data-raw ${quoted(served.request_body)}`]),
  ];
  return words.join(" \\\n  ");
}

/** For `@playwright/test`: asks again in the same session, and expects the same answer. */
export function asPlaywrightTest(served: Served, origin: string): string {
  const { method, operation, status, request_body, response_body } = served;
  const options = [
    `    method: ${JSON.stringify(method)},`,
    `    headers: ${indented(Object.fromEntries(headersOf(served)), 4)},`,
    ...(request_body === null ? [] : [`    data: ${literal(request_body, 4)},`]),
  ];
  const json = response_body === null ? undefined : parsed(response_body);
  return [
    `import { expect, test } from "@playwright/test";`,
    "",
    `test(${JSON.stringify(`${operation} answers ${status ?? "nothing"}`)}, async ({ request }) => {`,
    `  const answer = await request.fetch(${JSON.stringify(urlOf(served, origin))}, {`,
    ...options,
    "  });",
    ...(status === null ? [] : [`  expect(answer.status()).toBe(${status});`]),
    ...(json === undefined ? [] : [`  expect(await answer.json()).toEqual(${indented(expected(json), 2)});`]),
    "});",
    "",
  ].join("\n");
}

/** What names one request alone is not the next one's. */
function expected(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("request_id" in body)) return body;
  const { request_id: _one, ...rest } = body;
  return { ...rest, request_id: ANY_TEXT };
}

const ANY_TEXT = "\u0000any text\u0000";

function indented(value: unknown, by: number): string {
  const text = JSON.stringify(value, null, 2).replaceAll("\n", `\n${" ".repeat(by)}`);
  return text.replaceAll(JSON.stringify(ANY_TEXT), "expect.any(String)");
}

/** JSON as the object that it is; other text as text. */
function literal(body: string, by: number): string {
  const value = parsed(body);
  return value === undefined ? JSON.stringify(body) : indented(value, by);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
