/** Editing many wallets together: tags and the status that is set by hand. */
import { api, idempotencyKey, ok, type Schemas } from "./api";
import { queryClient } from "./queryClient";

const AT_ONCE = 100; // addresses that one request takes
const CHANGED = ["wallets", "wallet", "summary", "tags", "attention", "audit"] as const;

export type Edit = Pick<
  Schemas["EditWalletsRequest"],
  "add_tags" | "remove_tags" | "set_status_override" | "clear_status_override"
>;
export interface Edited {
  readonly changed: number;
  readonly unchanged: number;
  readonly missing: number;
  /** Those that would break a rule, each with the reason. */
  readonly invalid: readonly Schemas["EditedWallet"][];
}

/**
 * What an edit did to each wallet, or would do. Raises `ProblemError` or `Unreachable`: what was edited until then stays
 * edited, and to begin again is safe.
 */
export async function editWallets(addresses: readonly string[], edit: Edit, dryRun: boolean): Promise<Edited> {
  let sum: Edited = { changed: 0, unchanged: 0, missing: 0, invalid: [] };
  try {
    for (let at = 0; at < addresses.length; at += AT_ONCE) {
      const answer = await ok(
        api.POST("/api/wallets/edit", {
          params: { header: { "Idempotency-Key": idempotencyKey() } },
          body: { add_tags: [], remove_tags: [], ...edit, addresses: addresses.slice(at, at + AT_ONCE), dry_run: dryRun },
        }),
      );
      sum = {
        changed: sum.changed + answer.changed,
        unchanged: sum.unchanged + answer.unchanged,
        missing: sum.missing + answer.missing,
        invalid: [...sum.invalid, ...answer.items.filter(({ outcome }) => outcome === "invalid")],
      };
    }
  } finally {
    if (!dryRun) for (const kind of CHANGED) void queryClient.invalidateQueries({ queryKey: [kind] });
  }
  return sum;
}
