/** What `use-sync-external-store` fills in for React before 18, from the runtime itself. */
import { useRef, useSyncExternalStore } from "react";

export { useSyncExternalStore };

/** A part of a store; the same part again, as `same` judges, is not a change. */
export function useSyncExternalStoreWithSelector<S, P>(
  subscribe: (changed: () => void) => () => void,
  snapshot: () => S,
  _server: unknown,
  select: (state: S) => P,
  same: (one: P, other: P) => boolean = Object.is,
): P {
  const last = useRef<{ of: S; by: unknown; part: P } | null>(null);
  return useSyncExternalStore(subscribe, () => {
    const state = snapshot();
    const known = last.current;
    if (known !== null && Object.is(known.of, state) && known.by === select) return known.part;
    const part = select(state);
    const kept = known !== null && same(known.part, part) ? known.part : part;
    last.current = { of: state, by: select, part: kept };
    return kept;
  });
}
