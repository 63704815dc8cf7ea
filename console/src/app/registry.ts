/** The console's pages. A page that is added here is in the rail, in the palette, and has its keys. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";

import type { IconName } from "../parts/Icon";
import type { Group } from "./mocked";
import { PAGE_MODULES, type PageProps } from "./pages";

export interface PageEntry {
  /** The first segment of its path. */
  readonly path: keyof typeof PAGE_MODULES;
  readonly title: string;
  readonly icon: IconName;
  /** The group of operations that it stands on, if one may still be a mock's while the others are real. */
  readonly group?: Group;
  /** Shown by `g` and then this letter. */
  readonly letter: string;
  readonly page: LazyExoticComponent<ComponentType<PageProps>>;
}

/** In the rail's order: Overview, Wallets, Tokens, Funding, Launches, Refreshes, Audit, Import, Settings. */
export const PAGES: readonly PageEntry[] = [
  {
    path: "overview",
    title: "Overview",
    icon: "overview",
    letter: "o",
    group: "portfolio",
    page: lazy(PAGE_MODULES.overview),
  },
  { path: "wallets", title: "Wallets", icon: "wallet", letter: "w", page: lazy(PAGE_MODULES.wallets) },
  { path: "tokens", title: "Tokens", icon: "token", group: "portfolio", letter: "t", page: lazy(PAGE_MODULES.tokens) },
  { path: "funding", title: "Funding", icon: "funding", group: "funding", letter: "f", page: lazy(PAGE_MODULES.funding) },
  { path: "launches", title: "Launches", icon: "launch", group: "launch", letter: "l", page: lazy(PAGE_MODULES.launches) },
  {
    path: "refreshes",
    title: "Refreshes",
    icon: "refresh",
    group: "refresh",
    letter: "r",
    page: lazy(PAGE_MODULES.refreshes),
  },
  { path: "audit", title: "Audit", icon: "audit", letter: "a", page: lazy(PAGE_MODULES.audit) },
  { path: "import", title: "Import", icon: "import", letter: "i", page: lazy(PAGE_MODULES.import) },
  { path: "settings", title: "Settings", icon: "settings", letter: "s", page: lazy(PAGE_MODULES.settings) },
];
