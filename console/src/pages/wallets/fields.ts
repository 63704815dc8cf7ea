import type { Schemas } from "../../app/api";
import { choice, optional, several, text } from "../../app/fields";

export const STATUSES = ["UNFUNDED", "FUNDED", "LAUNCHED", "ARCHIVED"] as const satisfies readonly Schemas["WalletStatus"][];
export const STATES = ["never", "error", "stale", "fresh"] as const satisfies readonly Schemas["FreshnessState"][];
export const COLUMNS = ["status", "balance", "freshness", "tokens", "launches", "tags", "activity", "created", "updated"] as const;
export type ColumnKey = (typeof COLUMNS)[number];

/** The list's view, as it stands in the URL. */
export const FIELDS = {
  status: optional(STATUSES),
  freshness: optional(STATES),
  tag: text(32),
  sort: choice(["created_at", "updated_at", "last_balance", "label"], "created_at"),
  columns: several(COLUMNS, ["status", "balance", "freshness", "tokens", "launches", "tags", "activity"]),
};
