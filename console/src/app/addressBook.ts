/** The team's own addresses, for pages whose answers name wallets and mints by their addresses alone. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { noteMints, noteWallets } from "../parts/known";
import { api, ok, type Schemas } from "./api";

const PAGES = 5; // of 200: labels of a larger fleet are learnt as its pages are seen
const SIZE = 200;

const addressBookQuery = queryOptions({
  queryKey: ["address-book"],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }) => {
    let token: string | null = null;
    for (let page = 0; page < PAGES; page++) {
      const query: { page_token: string } | { page_size: number } = token === null ? { page_size: SIZE } : { page_token: token };
      const found: Schemas["WalletPage"] = await ok(api.GET("/api/wallets", { params: { query }, signal }));
      noteWallets(found.items.map(({ wallet }) => wallet));
      token = found.next_page_token;
      if (token === null) break;
    }
    const launches = await ok(api.GET("/api/wallets/launches", { params: { query: { page_size: SIZE } }, signal }));
    noteMints(launches.items.map(({ mint_address }) => mint_address));
    return true;
  },
});

/** Learn labels and launched mints once. What can't be learnt is shown without. */
export function useAddressBook(): void {
  useQuery(addressBookQuery);
}
