import { useState } from "react";

interface OnDemand<T> {
  /** The module, once it was asked for and is there. */
  loaded: T | null;
  ask(): void;
  /** For what the pointer or the focus is on, and which may be asked for next. */
  near: { onPointerEnter(): void; onFocus(): void };
}

/** A module that is loaded when somebody asks for it. What can't be loaded is raised to the error boundary around. */
export function useOnDemand<T extends object>(load: () => Promise<T>): OnDemand<T> {
  const [found, setFound] = useState<{ module: T } | { failure: unknown } | null>(null);
  if (found !== null && "failure" in found) throw found.failure;
  const ahead = () => void load().catch(() => undefined);
  return {
    loaded: found?.module ?? null,
    ask: () =>
      void load().then(
        (module) => setFound({ module }),
        (failure: unknown) => setFound({ failure }),
      ),
    near: { onPointerEnter: ahead, onFocus: ahead },
  };
}
