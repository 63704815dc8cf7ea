/** Rows that were counted from the holdings of all wallets, and how complete those are; or why there are no rows. */
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ComponentProps } from "react";

import { Completeness } from "../../parts/Completeness";
import { Empty } from "../../parts/Empty";
import { Instant } from "../../parts/Freshness";
import { ListGrid } from "../../parts/ListGrid";

interface CoveredRows<R> extends ComponentProps<typeof Completeness> {
  rows: R[];
  total: number;
  complete: boolean;
  computed_at: string;
}

interface CoveredGridProps<R> extends Omit<ComponentProps<typeof ListGrid<R>>, "query" | "children"> {
  query: UseInfiniteQueryResult<CoveredRows<R>>;
  /** What is said where there is nothing, and all holdings were read. */
  none: { title: string; why: string };
  /** Where there is nothing yet, since some never were. */
  noneKnown: string;
}

export function CoveredGrid<R>({ query, none, noneKnown, ...grid }: CoveredGridProps<R>) {
  const found = query.data;
  return (
    <>
      {found !== undefined && (
        <p className="coverage muted">
          Holdings: <Completeness {...found} /> · counted <Instant at={found.computed_at} />
        </p>
      )}
      <ListGrid query={query} {...grid}>
        {found?.complete === true ? (
          <Empty title={none.title}>{none.why}</Empty>
        ) : (
          <Empty title={noneKnown}>Some wallets&apos; holdings were never read: a refresh tells what they hold.</Empty>
        )}
      </ListGrid>
    </>
  );
}
