/**
 * Who the console speaks for. The key lives in memory; in `sessionStorage` only where the user asked for that, and then
 * until the tab closes. It is sent as a header, and never stands in a URL, in `localStorage` or in a cookie.
 */
import { createStore, useStore } from "./store";

const KEPT = "console.api-key";
const IDLE_MILLISECONDS = 30 * 60 * 1000;

export interface Session {
  readonly apiKey: string | null;
  /** `asked`: an answer was 401. `locked`: nobody was here for half an hour. */
  readonly prompt: "none" | "asked" | "refused" | "locked";
  /** Whether the key is kept until the tab closes: a reload still has it. */
  readonly keeps: boolean;
}

const session = createStore<Session>({ apiKey: kept(), prompt: "none", keeps: kept() !== null });
let forgetAnswers: () => void = () => undefined;
let waiting: ((signedIn: boolean) => void)[] = [];
let lastSeen = Date.now();

/** In mock mode, the session (a world of its own) that this page works in: `/console/?session=NAME`. */
export const mockSession: string | null = new URLSearchParams(location.search).get("session");

export function useSession(): Session {
  return useStore(session);
}

export function credentials(): Record<string, string> {
  const { apiKey } = session.get();
  return apiKey === null ? {} : { "X-API-Key": apiKey };
}

/** Ask for a key in place, since an answer was 401. True once there is one to try again with. */
export function askForKey(): Promise<boolean> {
  session.set(({ apiKey, prompt, keeps }) => ({
    apiKey: null,
    // Of several requests that went out together, the first decides.
    prompt: prompt === "locked" || prompt === "refused" ? prompt : apiKey === null ? "asked" : "refused",
    keeps,
  }));
  return new Promise((resolve) => waiting.push(resolve));
}

export function signIn(apiKey: string, keepUntilTabCloses: boolean): void {
  lastSeen = Date.now();
  session.set({ apiKey, prompt: "none", keeps: keepUntilTabCloses });
  store();
  settle(true);
}

/** Whether the key that is in use is kept until the tab closes, from now on. */
export function keepCredentials(keeps: boolean): void {
  session.set((current) => ({ ...current, keeps }));
  store();
}

/** The prompt is closed without a key: what waits for one fails with its 401. */
export function dismissPrompt(): void {
  session.set((current) => ({ ...current, prompt: "none" }));
  settle(false);
}

export function askToSignIn(): void {
  session.set((current) => ({ ...current, prompt: "asked" }));
}

export function signOut(): void {
  session.set({ apiKey: null, prompt: "none", keeps: false });
  store();
}

/** Forget the key and what was read with it, as half an hour alone does. */
export function lock(): void {
  session.set({ apiKey: null, prompt: "locked", keeps: false });
  store();
  forgetAnswers();
}

/** Calls `forget` when half an hour went by without a key or a pointer. Only what needed a key is locked. */
export function lockWhenIdle(forget: () => void): () => void {
  forgetAnswers = forget;
  const seen = () => {
    lastSeen = Date.now();
  };
  const look = () => {
    if (session.get().apiKey === null || Date.now() - lastSeen < IDLE_MILLISECONDS) return;
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
  const { apiKey, keeps } = session.get();
  if (keeps && apiKey !== null) sessionStorage.setItem(KEPT, apiKey);
  else sessionStorage.removeItem(KEPT);
}

function kept(): string | null {
  return sessionStorage.getItem(KEPT);
}
