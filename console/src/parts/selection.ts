import { createStore, useStore } from "../app/store";

/** Rows chosen by their keys: it survives scrolling, sorting and filtering, and leaving the page. */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  has(key: string): boolean;
  toggle(key: string, index: number): void;
  /** From the row toggled last to this one, those that are loaded. */
  extend(index: number, keyAt: (index: number) => string | null): void;
  clear(): void;
  replace(keys: Iterable<string>): void;
}

/** A selection that lives as long as the page; its hook. */
export function createSelection(): () => Selection {
  const store = createStore<ReadonlySet<string>>(new Set());
  let anchor = 0;
  const change = (edit: (keys: Set<string>) => void) =>
    store.set((current) => {
      const next = new Set(current);
      edit(next);
      return next;
    });
  return () => {
    const keys = useStore(store);
    return {
      keys,
      has: (key) => keys.has(key),
      toggle(key, index) {
        anchor = index;
        change((next) => {
          if (!next.delete(key)) next.add(key);
        });
      },
      extend(index, keyAt) {
        const [from, to] = [Math.min(anchor, index), Math.max(anchor, index)];
        change((next) => {
          for (let at = from; at <= to; at++) {
            const key = keyAt(at);
            if (key !== null) next.add(key);
          }
        });
      },
      clear: () => store.set(new Set<string>()),
      replace: (next) => store.set(new Set(next)),
    };
  };
}
