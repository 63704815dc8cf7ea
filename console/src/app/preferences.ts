/** What a person chose on this machine. None of it is secret or says anything of a wallet. */
import { createStore, useStore, type Store } from "./store";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const ZONES = ["utc", "local"] as const;
export type Zone = (typeof ZONES)[number];
export const EXPLORERS = ["none", "explorer.solana.com", "solscan.io"] as const;
export type Explorer = (typeof EXPLORERS)[number];

export const theme = kept("theme", THEMES, "system");
export const zone = kept("zone", ZONES, "utc");
/** Off until it is chosen: an explorer learns which address is looked at. */
export const explorer = kept("explorer", EXPLORERS, "none");
/** The drawer that controls a mock; a reload, such as another session takes, leaves it as it was. */
export const mockPanel = kept("mock-panel", ["closed", "open"], "closed");
export const toggleMockPanel = (): void => mockPanel.set((now) => (now === "open" ? "closed" : "open"));

export const useZone = (): Zone => useStore(zone);
export const useTheme = (): Theme => useStore(theme);
export const useExplorer = (): Explorer => useStore(explorer);

/** The page's colours follow the choice from now on. */
export function applyTheme(): void {
  const apply = () => {
    document.documentElement.dataset["theme"] = theme.get();
  };
  apply();
  theme.subscribe(apply);
}

function kept<const T extends string>(name: string, values: readonly T[], fallback: T): Store<T> {
  const key = `console.${name}`;
  const known = (value: string | null) => values.find((each) => each === value) ?? fallback;
  const store = createStore<T>(known(localStorage.getItem(key)));
  store.subscribe(() => localStorage.setItem(key, store.get()));
  addEventListener("storage", (event) => {
    if (event.key === key) store.set(known(event.newValue));
  });
  return store;
}
