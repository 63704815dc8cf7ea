import { describe, expect, test } from "vitest";

import { operationsOf } from "../src/mock/catalogue";
import { asCurl, asPlaywrightTest } from "../src/mock/snippets";
import type { Served } from "../src/mock/control";

const SERVED: Served = {
  request_id: "req_1",
  operation: "updateWallet",
  method: "PUT",
  path: "/api/wallets/4xep",
  query: "a=b",
  status: 200,
  milliseconds: 3,
  preferences: [],
  armed: null,
  request_headers: { host: "x", "content-type": "application/json", "x-mock-session": "one", "sec-fetch-mode": "cors" },
  request_body: `{"label":"Anna's"}`,
  response_headers: {},
  response_body: `{"label":"Anna's","request_id":"req_1"}`,
  served_at: "2026-11-25T12:00:00.000Z",
};

describe("a served request", () => {
  test("is copied for a shell, each word quoted, without what the connection says", () => {
    expect(asCurl(SERVED, "http://127.0.0.1:1")).toBe(
      [
        "curl --request PUT 'http://127.0.0.1:1/api/wallets/4xep?a=b'",
        "--header 'content-type: application/json'",
        "--header 'x-mock-session: one'",
        `--data-raw '{"label":"Anna'\\''s"}'`,
      ].join(" \\\n  "),
    );
  });

  test("is copied as a test that asks again and expects the same", async () => {
    const asked: unknown[] = [];
    const compared: unknown[] = [];
    const [imports, ...code] = asPlaywrightTest(SERVED, "http://127.0.0.1:1").split("\n");
    expect(imports).toBe(`import { expect, test } from "@playwright/test";`);
    let body: ((fixtures: object) => Promise<void>) | undefined;
    const anyText = { any: "text" };
    const run = new Function("test", "expect", code.join("\n"));
    run(
      (name: string, each: typeof body) => {
        expect(name).toBe("updateWallet answers 200");
        body = each;
      },
      Object.assign((got: unknown) => ({ toBe: (is: unknown) => compared.push([got, is]), toEqual: (is: unknown) => compared.push([got, is]) }), {
        any: () => anyText,
      }),
    );
    await body?.({
      request: {
        fetch: (...what: unknown[]) => {
          asked.push(what);
          return Promise.resolve({ status: () => 200, json: () => Promise.resolve("the answer") });
        },
      },
    });
    expect(asked).toEqual([
      [
        "http://127.0.0.1:1/api/wallets/4xep?a=b",
        {
          method: "PUT",
          headers: { "content-type": "application/json", "x-mock-session": "one" },
          data: { label: "Anna's" },
        },
      ],
    ]);
    expect(compared).toEqual([
      [200, 200],
      ["the answer", { label: "Anna's", request_id: anyText }],
    ]);
  });
});

test("operations are listed with their declared statuses and examples", () => {
  const contract = {
    paths: {
      "/healthz": { get: { operationId: "getHealth", responses: { 200: {} } } },
      "/api/things": {
        parameters: [],
        post: {
          operationId: "makeThing",
          responses: {
            503: { $ref: "#/components/responses/Down" },
            201: { content: { "application/json": { examples: { one: {}, two: {} } } } },
          },
        },
      },
    },
    components: { responses: { Down: { content: { "application/problem+json": { examples: { down: {} } } } } } },
  };
  expect(operationsOf(contract)).toEqual([
    {
      id: "makeThing",
      method: "POST",
      path: "/api/things",
      answers: [
        { status: 201, examples: ["one", "two"] },
        { status: 503, examples: ["down"] },
      ],
    },
  ]);
});
