import type { Schemas } from "../../app/api";
import { amount, choice, optional, several, text, type StateOf } from "../../app/fields";
import type { WalletFilters } from "../../app/queries";
import { canonicalSol } from "../../parts/amounts";

export const STATUSES = ["UNFUNDED", "FUNDED", "LAUNCHED", "ARCHIVED"] as const satisfies readonly Schemas["WalletStatus"][];
export const STATES = ["never", "error", "stale", "fresh"] as const satisfies readonly Schemas["FreshnessState"][];
export const COLUMNS = ["status", "balance", "freshness", "tokens", "launches", "tags", "activity", "created", "updated"] as const;
export type ColumnKey = (typeof COLUMNS)[number];

/** The list's view, as it stands in the URL. */
export const FIELDS = {
  q: text(100),
  status: optional([...STATUSES, "UNKNOWN"]),
  freshness: optional(STATES),
  tag: text(32),
  min: amount,
  max: amount,
  sort: choice(["created_at", "updated_at", "last_balance", "label"], "created_at"),
  direction: optional(["asc", "desc"]),
  columns: several(COLUMNS, ["status", "balance", "freshness", "tokens", "launches", "tags", "activity"]),
};

/** What a view asks the server for. */
export function filtersOf({ q, status, freshness, tag, min, max, sort, direction }: StateOf<typeof FIELDS>): WalletFilters {
  return {
    q,
    status: status === "UNKNOWN" ? null : status,
    unknown_status: status === "UNKNOWN" ? true : null,
    freshness,
    tag,
    min_balance: min === null ? null : canonicalSol(min),
    max_balance: max === null ? null : canonicalSol(max),
    sort,
    direction,
  };
}
