/**
 * Who the console speaks for. Credentials live in memory; in `sessionStorage` only where the user asked for that, and then
 * until the tab closes. They are sent as a header, and never stand in a URL, in `localStorage` or in a cookie.
 */
import { renewed, type FirebaseSite, type SignInRefused, type Tokens } from "./firebase";
import { createStore, useStore } from "./store";

const KEPT = "console.credential";
const IDLE_MILLISECONDS = 30 * 60 * 1000;
const BEFORE_EXPIRY = 60_000; // milliseconds: a token is renewed before it is refused

/** An API key; or a user of the Firebase project, whose ID token lasts an hour and is then renewed. */
export type Credential =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "user"; readonly email: string; readonly site: FirebaseSite; readonly tokens: Tokens };

export interface Session {
  readonly credential: Credential | null;
  /** `asked`: an answer was 401. `locked`: nobody was here for half an hour. */
  readonly prompt: "none" | "asked" | "refused" | "locked";
  /** Whether the credential is kept until the tab closes: a reload still has it. */
  readonly keeps: boolean;
}

const found = kept();
const session = createStore<Session>({ credential: found, prompt: "none", keeps: found !== null });
let forgetAnswers: () => void = () => undefined;
let waiting: ((signedIn: boolean) => void)[] = [];
let renewing: Promise<void> | null = null;
let lastSeen = Date.now();

/** In mock mode, the session (a world of its own) that this page works in: `/console/?session=NAME`. */
export const mockSession: string | null = new URLSearchParams(location.search).get("session");

export function useSession(): Session {
  return useStore(session);
}

/** The header to send; none without a credential, or when its account gives no token any more. */
export async function credentials(): Promise<Record<string, string>> {
  const { credential } = session.get();
  if (credential?.kind === "user" && credential.tokens.expiresAt - BEFORE_EXPIRY < Date.now()) {
    renewing ??= renew(credential).finally(() => {
      renewing = null;
    });
    await renewing;
  }
  const now = session.get().credential;
  if (now === null) return {};
  return now.kind === "key" ? { "X-API-Key": now.key } : { Authorization: `Bearer ${now.tokens.idToken}` };
}

async function renew(credential: Extract<Credential, { kind: "user" }>): Promise<void> {
  const tokens = await renewed(credential.site, credential.tokens.refreshToken).catch((error: SignInRefused) =>
    error.reachable ? null : credential.tokens,
  );
  // Locked or signed out meanwhile: nothing comes back.
  if (session.get().credential !== credential) return;
  session.set((current) => ({ ...current, credential: tokens === null ? null : { ...credential, tokens } }));
  store();
}

/** Ask who it is in place, since an answer was 401. True once there is a credential to try again with. */
export function askForCredential(): Promise<boolean> {
  session.set(({ credential, prompt, keeps }) => ({
    credential: null,
    // Of several requests that went out together, the first decides.
    prompt: prompt === "locked" || prompt === "refused" ? prompt : credential === null ? "asked" : "refused",
    keeps,
  }));
  return new Promise((resolve) => waiting.push(resolve));
}

export function signIn(credential: Credential, keepUntilTabCloses: boolean): void {
  lastSeen = Date.now();
  session.set({ credential, prompt: "none", keeps: keepUntilTabCloses });
  store();
  settle(true);
}

/** Whether the credential that is in use is kept until the tab closes, from now on. */
export function keepCredentials(keeps: boolean): void {
  session.set((current) => ({ ...current, keeps }));
  store();
}

/** The prompt is closed without a credential: what waits for one fails with its 401. */
export function dismissPrompt(): void {
  session.set((current) => ({ ...current, prompt: "none" }));
  settle(false);
}

export function askToSignIn(): void {
  session.set((current) => ({ ...current, prompt: "asked" }));
}

export function signOut(): void {
  session.set({ credential: null, prompt: "none", keeps: false });
  store();
}

/** Forget the credential and what was read with it, as half an hour alone does. */
export function lock(): void {
  session.set({ credential: null, prompt: "locked", keeps: false });
  store();
  forgetAnswers();
}

/** Calls `forget` when half an hour went by without a key or a pointer. Only what needed a credential is locked. */
export function lockWhenIdle(forget: () => void): () => void {
  forgetAnswers = forget;
  const seen = () => {
    lastSeen = Date.now();
  };
  const look = () => {
    if (session.get().credential === null || Date.now() - lastSeen < IDLE_MILLISECONDS) return;
    lock();
  };
  const events = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
  for (const name of events) addEventListener(name, seen, { passive: true, capture: true });
  // A timer sleeps with the computer: whoever comes back is looked at before anything is shown.
  document.addEventListener("visibilitychange", look);
  const timer = setInterval(look, 15_000);
  return () => {
    for (const name of events) removeEventListener(name, seen, { capture: true });
    document.removeEventListener("visibilitychange", look);
    clearInterval(timer);
  };
}

function settle(signedIn: boolean): void {
  const told = waiting;
  waiting = [];
  for (const tell of told) tell(signedIn);
}

function store(): void {
  const { credential, keeps } = session.get();
  if (keeps && credential !== null) sessionStorage.setItem(KEPT, JSON.stringify(credential));
  else sessionStorage.removeItem(KEPT);
}

function kept(): Credential | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Credential | null;
  } catch {
    return null;
  }
}
