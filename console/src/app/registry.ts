/** The console's pages. A page that is added here is in the rail, in the palette, and has its keys. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";

import type { IconName } from "../parts/Icon";
import type { Group } from "./mocked";

/** What stands in the path after the page's own segment: the address in `#/wallets/4xep…`. */
export interface PageProps {
  rest: readonly string[];
}

export interface PageEntry {
  /** The first segment of its path. */
  readonly path: string;
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
    page: lazy(() => import("../pages/overview")),
  },
  { path: "wallets", title: "Wallets", icon: "wallet", letter: "w", page: lazy(() => import("../pages/wallets")) },
  { path: "tokens", title: "Tokens", icon: "token", group: "portfolio", letter: "t", page: lazy(() => import("../pages/tokens")) },
  { path: "funding", title: "Funding", icon: "funding", group: "funding", letter: "f", page: lazy(() => import("../pages/funding")) },
  { path: "launches", title: "Launches", icon: "launch", group: "launch", letter: "l", page: lazy(() => import("../pages/launches")) },
  {
    path: "refreshes",
    title: "Refreshes",
    icon: "refresh",
    group: "refresh",
    letter: "r",
    page: lazy(() => import("../pages/refreshes")),
  },
  { path: "audit", title: "Audit", icon: "audit", letter: "a", page: lazy(() => import("../pages/audit")) },
  { path: "import", title: "Import", icon: "import", letter: "i", page: lazy(() => import("../pages/import")) },
  { path: "settings", title: "Settings", icon: "settings", letter: "s", page: lazy(() => import("../pages/settings")) },
];

/** Where `#/` leads. */
export const HOME = "overview";
