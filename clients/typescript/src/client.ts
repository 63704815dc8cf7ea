import createClient, { type Client, type ClientOptions, type Middleware } from "openapi-fetch";

import { UnusableAnswer } from "./answers.js";
import type { paths } from "./contract.js";

export type WalletClient = Client<paths>;

export interface WalletClientOptions extends ClientOptions {
  /** Sent as `X-API-Key`. */
  apiKey?: string;
  /** Mock mode: the session, a world of its own, that every request belongs to. */
  session?: string;
}

/** A client for one server, such as `http://127.0.0.1:8000`. Paths, parameters, bodies and answers are typed. */
export function walletClient(baseUrl: string, options: WalletClientOptions = {}): WalletClient {
  return typedClient<paths>(baseUrl, options);
}

/** The same for any contract. `Paths` is what openapi-typescript makes of it. */
export function typedClient<Paths extends object>(baseUrl: string, options: WalletClientOptions): Client<Paths> {
  const { apiKey, session, ...rest } = options;
  const client = createClient<Paths>({ ...rest, baseUrl: baseUrl.replace(/\/+$/, "") });
  client.use(readable, {
    onRequest({ request }) {
      if (apiKey !== undefined) request.headers.set("X-API-Key", apiKey);
      if (session !== undefined) request.headers.set("X-Mock-Session", session);
      return request;
    },
  });
  return client;
}

const TEXT = new Set(["text/csv", "application/x-ndjson", "application/yaml", "text/plain"]);

/** Downloads become strings; what is neither JSON nor a download, such as the page of a proxy, an `UnusableAnswer`. */
const readable: Middleware = {
  async onResponse({ response, options }) {
    if (!response.ok || response.status === 204 || options.parseAs !== "json") return undefined;
    const type = response.headers.get("Content-Type")?.split(";", 1)[0]?.trim().toLowerCase();
    if (type === undefined || type === "application/json" || type.endsWith("+json")) return undefined;
    const text = await response.text();
    if (!TEXT.has(type)) throw new UnusableAnswer(`The answer is ${type}, not JSON; is the base URL right?`, response, text);
    const { status, statusText, headers } = response;
    const kept = new Headers(headers);
    kept.delete("Content-Length");
    return new Response(JSON.stringify(text), { status, statusText, headers: kept });
  },
};
