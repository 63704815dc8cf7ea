/** What changes a wallet, and how what is on the screen follows. */
import { useMutation, type InfiniteData } from "@tanstack/react-query";

import { api, idempotencyKey, ok, type Schemas } from "./api";
import { walletQuery, type CachedSummary, type CachedWallet } from "./queries";
import { queryClient } from "./queryClient";

type Page = Schemas["WalletPage"];

const CHANGED_BY_REFRESH = [
  "wallet",
  "history",
  "activity",
  "schedules",
  "audit",
  "summary",
  "attention",
  "estimate",
  "tokens",
] as const;
const OF_A_WALLET: ReadonlySet<string> = new Set(["wallet", "history", "activity"]);

/** Read one wallet from the chain, all parts or some. */
export function useRefreshWallet(address: string) {
  return useMutation({
    mutationKey: ["refresh", address],
    mutationFn: (parts: readonly Schemas["WalletPart"][] | null) => refreshWallet(address, parts),
  });
}

export async function refreshWallet(address: string, parts: readonly Schemas["WalletPart"][] | null) {
  try {
    const answer = await ok(
      api.POST("/api/wallets/{wallet_address}/refresh", {
        params: { path: { wallet_address: address }, header: { "Idempotency-Key": idempotencyKey() } },
        body: parts === null ? {} : { parts: [...parts] },
      }),
    );
    showEverywhere(answer);
    return answer;
  } catch (error) {
    // An attempt that failed is on record too, with its cause.
    void queryClient.invalidateQueries({ queryKey: ["wallets"] });
    throw error;
  } finally {
    for (const kind of CHANGED_BY_REFRESH) {
      void queryClient.invalidateQueries({ queryKey: OF_A_WALLET.has(kind) ? [kind, address] : [kind] });
    }
  }
}

/** Save a wallet's metadata over the version that `etag` names; another's edit in between is a 412. */
export function useUpdateWallet(address: string) {
  return useMutation({
    mutationFn: async ({ body, etag }: { body: Schemas["UpdateWalletRequest"]; etag: string | null }) => {
      const answer = await api.PUT("/api/wallets/{wallet_address}", {
        params: { path: { wallet_address: address }, header: etag === null ? {} : { "If-Match": etag } },
        body,
      });
      const saved: CachedWallet = await ok(Promise.resolve(answer));
      showEverywhere(saved);
      queryClient.setQueryData(walletQuery(address).queryKey, { ...saved, etag: answer.response.headers.get("ETag") });
      void queryClient.invalidateQueries({ queryKey: ["audit"] });
      return saved;
    },
  });
}

/** A wallet's row in every list that is loaded. Its place in the order may be another: the next reading tells. */
function showEverywhere({ wallet, cache }: Pick<CachedWallet, "wallet" | "cache">): void {
  const { token_holdings, recent_funding: _funding, ...rest } = wallet;
  const row: CachedSummary = { wallet: { ...rest, token_count: token_holdings?.length ?? null }, cache };
  queryClient.setQueriesData<InfiniteData<Page>>({ queryKey: ["wallets"] }, (list) =>
    list === undefined
      ? list
      : {
          ...list,
          pages: list.pages.map((page) => ({
            ...page,
            items: page.items.map((item) =>
              item.wallet.wallet_address === wallet.wallet_address ? row : item,
            ),
          })),
        },
  );
}
