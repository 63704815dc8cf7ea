import createClient, { type Client, type ClientOptions } from "openapi-fetch";

import type { components, operations, paths } from "./contract.js";

export type { components, operations, paths };

/** Every shape of the contract by its name: `Schemas["WalletInfo"]`. */
export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];
export type WalletClient = Client<paths>;

export interface WalletClientOptions extends ClientOptions {
  /** Sent as `X-API-Key`. */
  apiKey?: string;
  /** Mock mode: the session, a world of its own, that every request belongs to. */
  session?: string;
}

/** A client for one server, such as `http://127.0.0.1:8000`. Paths, parameters, bodies and answers are typed. */
export function walletClient(baseUrl: string, options: WalletClientOptions = {}): WalletClient {
  const { apiKey, session, headers, ...rest } = options;
  const client = createClient<paths>({ ...rest, baseUrl, ...(headers === undefined ? {} : { headers }) });
  client.use({
    onRequest({ request }) {
      if (apiKey !== undefined) request.headers.set("X-API-Key", apiKey);
      if (session !== undefined) request.headers.set("X-Mock-Session", session);
      return request;
    },
  });
  return client;
}

/** An answer that is not a success: what the server says of it, and the answer itself. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(
    readonly problem: Problem,
    readonly response: Response,
  ) {
    super(`${problem.title} ${problem.detail}`);
  }
}

/** The data of an answer; an answer that is a problem is thrown as a `ProblemError`. */
export async function ok<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Exclude<T, undefined>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new ProblemError(error as Problem, response);
  return data as Exclude<T, undefined>;
}
