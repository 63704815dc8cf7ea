/** The module of each page, by the first segment of its path. */
import type { ComponentType } from "react";

/** What stands in the path after the page's own segment: the address in `#/wallets/4xep…`. */
export interface PageProps {
  rest: readonly string[];
}

type PageModule = () => Promise<{ default: ComponentType<PageProps> }>;

/** Where `#/` leads. */
export const HOME = "overview";

export const PAGE_MODULES = {
  overview: () => import("../pages/overview"),
  wallets: () => import("../pages/wallets"),
  tokens: () => import("../pages/tokens"),
  funding: () => import("../pages/funding"),
  launches: () => import("../pages/launches"),
  refreshes: () => import("../pages/refreshes"),
  audit: () => import("../pages/audit"),
  import: () => import("../pages/import"),
  settings: () => import("../pages/settings"),
} as const satisfies Record<string, PageModule>;

export const walletModule = () => import("../pages/wallet");

/** Load what shows a path, ahead of the frame that asks for it again: what can't be loaded is told there. */
export function loadAhead([first = HOME, second]: readonly string[]): void {
  const modules: Record<string, PageModule> = PAGE_MODULES;
  const ignored = () => undefined;
  void modules[first]?.().catch(ignored);
  if (first === "wallets" && second !== undefined) void walletModule().catch(ignored);
}
