/** The rows of a list that is read by pages; what stands there where it has none; what went wrong. */
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ComponentProps, ReactNode } from "react";

import { useMore } from "../app/useMore";
import { Grid } from "./Grid";
import { ProblemView } from "./Problem";

type GridProps<R> = ComponentProps<typeof Grid<R>>;

interface ListGridProps<R> extends Omit<GridProps<R>, "rows" | "total" | "onNeedMore" | "busy"> {
  query: UseInfiniteQueryResult<{ rows: R[]; total: number }>;
  /** In place of the grid, where the list is empty. */
  children: ReactNode;
}

export function ListGrid<R>({ query, children, ...grid }: ListGridProps<R>) {
  const { data, error, isPlaceholderData, refetch } = query;
  const more = useMore(query);
  return (
    <>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {data?.total === 0 && !isPlaceholderData
        ? children
        : (error === null || data !== undefined) && (
            <Grid
              {...grid}
              rows={data?.rows ?? []}
              total={data?.total ?? null}
              onNeedMore={more}
              busy={isPlaceholderData}
            />
          )}
    </>
  );
}
