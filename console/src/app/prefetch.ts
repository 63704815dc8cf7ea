/** Prefetch: what the page of a place reads first is asked for before anything is drawn. */
import { filtersOf, FIELDS as WALLET_FIELDS } from "../pages/wallets/fields";
import { readState } from "./fields";
import { HOME } from "./pages";
import type { Place } from "./place";
import { callerQuery, summaryQuery, walletQuery, walletsQuery } from "./queries";
import { queryClient } from "./queryClient";

/** Errors are kept with what was asked for, and told by the page. */
export function prefetch({ path: [page = HOME, address], query }: Place): void {
  void queryClient.prefetchQuery(callerQuery);
  if (page === "overview") void queryClient.prefetchQuery(summaryQuery);
  else if (page !== "wallets") return;
  else if (address !== undefined) void queryClient.prefetchQuery(walletQuery(address));
  else void queryClient.prefetchInfiniteQuery(walletsQuery(filtersOf(readState(WALLET_FIELDS, query))));
}
