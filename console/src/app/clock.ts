/** What time it is where the data comes from: a mock's world may stand still, and a laptop's clock may be wrong. */
import { useEffect, useState } from "react";

import { createStore, useStore } from "./store";

interface Clock {
  /** Milliseconds to add to this machine's clock. */
  readonly offset: number;
  /** The moment at which the world stands still; null where it moves. */
  readonly frozenAt: number | null;
}

const clock = createStore<Clock>({ offset: 0, frozenAt: null });
const TOLERATED = 2_000; // milliseconds: an HTTP date has whole seconds, and an answer was under way

export function now(): number {
  const { offset, frozenAt } = clock.get();
  return frozenAt ?? Date.now() + offset;
}

/** The server's time by an answer's `Date`. */
export function noteDate(header: string | null): void {
  const at = Date.parse(header ?? "");
  if (Number.isNaN(at) || clock.get().frozenAt !== null) return;
  const offset = at - Date.now();
  if (Math.abs(offset - clock.get().offset) > TOLERATED) clock.set({ offset, frozenAt: null });
}

/** The time of a mock's world. */
export function setWorldClock(at: number, frozen: boolean): void {
  clock.set({ offset: at - Date.now(), frozenAt: frozen ? at : null });
}

export const useClock = (): Clock => useStore(clock);

/** The time, anew every `milliseconds`; the whole page ticks together. */
export function useNow(milliseconds = 10_000): number {
  const state = useStore(clock);
  const [, tick] = useState(0);
  useEffect(() => {
    if (state.frozenAt !== null) return;
    const timer = setInterval(() => tick((n) => n + 1), milliseconds);
    return () => clearInterval(timer);
  }, [state.frozenAt, milliseconds]);
  return now();
}
