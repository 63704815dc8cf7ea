import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useCallback } from "react";

type Pages = Pick<UseInfiniteQueryResult, "fetchNextPage" | "hasNextPage" | "isFetchingNextPage">;

/** Asks for the next page of a list, where there is one that is not on its way. */
export function useMore({ fetchNextPage, hasNextPage, isFetchingNextPage }: Pages): () => void {
  return useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
}
