import type { components } from "./contract.js";

export type Problem = components["schemas"]["Problem"];

/** An answer that is not what was asked for: of a proxy, cut off, empty. Problems of the API are `ProblemError`s. */
export class UnusableAnswer extends Error {
  override readonly name: string = "UnusableAnswer";
  /** Null where the answer could not even be read as one. */
  readonly response: Response | null;
  /** How its body begins. */
  readonly body: string;

  constructor(message: string, response: Response | null, body = "", options?: ErrorOptions) {
    super(message, options);
    this.response = response;
    this.body = body.slice(0, 1000);
  }
}

/** An answer that is not a success: what the server says of it, and the answer itself. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  readonly response: Response;

  constructor(problem: Problem, response: Response) {
    super(`${problem.title} ${problem.detail}`);
    this.problem = problem;
    this.response = response;
  }
}

/** What a request of the client comes to. */
export interface ClientAnswer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The data of an answer. Raises `ProblemError` for a problem, `UnusableAnswer` for what no server of the contract
 * sends.
 *
 * A request with `If-None-Match` says what it has: `ok(answer, { unchanged: known })` is `known` after a 304.
 */
export async function ok<T>(
  answer: Promise<ClientAnswer<T>>,
  known?: { unchanged: Exclude<T, undefined> },
): Promise<Exclude<T, undefined>> {
  const { data, error, response } = await readAnswer(answer);
  if (response.status === 304) {
    if (known !== undefined) return known.unchanged;
    throw new UnusableAnswer("The answer is 304: what is known already is still so.", response);
  }
  if (!response.ok) {
    if (isProblem(error)) throw new ProblemError(error, response);
    const text = typeof error === "string" ? error : (JSON.stringify(error) ?? "");
    throw new UnusableAnswer(`The answer is ${response.status} without a problem in it.`, response, text);
  }
  if (data === undefined && response.status !== 204) throw new UnusableAnswer("The answer is empty.", response);
  return data as Exclude<T, undefined>;
}

async function readAnswer<T>(answer: Promise<ClientAnswer<T>>): Promise<ClientAnswer<T>> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new UnusableAnswer("The answer is not whole, or not JSON.", null, "", { cause });
  }
}

/** Whether something is a problem of the API, of which all members are there. */
export function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const { code, title, detail, errors } = value as Record<string, unknown>;
  return typeof code === "string" && typeof title === "string" && typeof detail === "string" && Array.isArray(errors);
}
