/** Signing in by e-mail and password at Firebase, over Google's two REST endpoints; no library of theirs is loaded. */
import { queryOptions } from "@tanstack/react-query";

/** Where to sign in, as the server tells it to whoever asks. */
export interface FirebaseSite {
  readonly key: string;
  readonly accounts: string;
  readonly tokens: string;
}

export interface Tokens {
  readonly idToken: string;
  readonly refreshToken: string;
  /** By this machine's clock, in milliseconds. */
  readonly expiresAt: number;
}

/** What Firebase said instead of signing in, in words for a person. */
export class SignInRefused extends Error {
  override readonly name = "SignInRefused";
  /** Whether it was Google that refused, and not the way there. */
  readonly reachable: boolean;

  constructor(words: string, options?: ErrorOptions) {
    super(words, options);
    this.reachable = options === undefined;
  }
}

/** Null where nobody signs in by e-mail. */
export const siteQuery = queryOptions({
  queryKey: ["sign-in"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<FirebaseSite | null> => {
    const answer = await fetch(`${import.meta.env.BASE_URL}sign-in.json`, { signal });
    return answer.ok ? ((await answer.json()) as { firebase: FirebaseSite | null }).firebase : null;
  },
});

const SAID: readonly (readonly [code: RegExp, words: string])[] = [
  [/INVALID_LOGIN_CREDENTIALS|EMAIL_NOT_FOUND|INVALID_PASSWORD|INVALID_EMAIL/, "This e-mail and password are not known."],
  [/USER_DISABLED/, "This account is disabled."],
  [/TOO_MANY_ATTEMPTS/, "Too many attempts: try again later."],
  [/OPERATION_NOT_ALLOWED|PASSWORD_LOGIN_DISABLED/, "This project does not let anybody in by password."],
  [/API_KEY/, "The server's web key is not one of this project."],
  [/MFA|SECOND_FACTOR/, "This account wants a second factor, which the console can't ask for: use an API key."],
];

/** Raises `SignInRefused`. */
export async function signInWithPassword(site: FirebaseSite, email: string, password: string): Promise<Tokens> {
  const { idToken, refreshToken, expiresIn } = await post(
    `${site.accounts}/v1/accounts:signInWithPassword?key=${site.key}`,
    "application/json",
    JSON.stringify({ email, password, returnSecureToken: true }),
  );
  // With a second factor to come there is no token yet.
  if (idToken === undefined || refreshToken === undefined) throw new SignInRefused(wordsFor("MFA"));
  return { idToken, refreshToken, expiresAt: until(expiresIn) };
}

/** Another ID token for an hour. Raises `SignInRefused` when the account gives none any more. */
export async function renewed(site: FirebaseSite, refreshToken: string): Promise<Tokens> {
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken });
  const answer = await post(`${site.tokens}/v1/token?key=${site.key}`, "application/x-www-form-urlencoded", `${body}`);
  return {
    idToken: answer.id_token ?? "",
    refreshToken: answer.refresh_token ?? refreshToken,
    expiresAt: until(answer.expires_in),
  };
}

const until = (seconds: string | undefined) => Date.now() + Number(seconds ?? 0) * 1000;

async function post(url: string, type: string, body: string): Promise<Partial<Record<string, string>>> {
  let response;
  try {
    response = await fetch(url, { method: "POST", headers: { "Content-Type": type }, body });
  } catch (error) {
    throw new SignInRefused("Google's sign-in can't be reached.", { cause: error });
  }
  const answer: unknown = await response.json().catch(() => ({}));
  if (!response.ok) throw new SignInRefused(wordsFor((answer as { error?: { message?: string } }).error?.message ?? ""));
  return answer as Partial<Record<string, string>>;
}

function wordsFor(code: string): string {
  return SAID.find(([pattern]) => pattern.test(code))?.[1] ?? "Google's sign-in refused, and did not say why.";
}
