import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";

import { useMocked, type Group } from "../app/mocked";
import { classes } from "./classes";
import { ProblemView } from "./Problem";

interface SectionProps {
  title: string;
  note?: ReactNode;
  action?: ReactNode;
  /** The operations that it shows, where the page around it stands on others. */
  group?: Group;
  children: ReactNode;
}

/** A part of a page with a title of its own. */
export function Section(props: SectionProps) {
  const id = useId();
  const mocked = useMocked(props.group);
  return (
    <section className={classes("card", mocked && "mocked")} aria-labelledby={id}>
      <header className="card-head">
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <span className="muted">{props.note}</span>}
        {mocked && (
          <span className="badge warning" title="A faked world, while the rest of the page is real">
            mock
          </span>
        )}
        {props.action}
      </header>
      {props.children}
    </section>
  );
}

interface PagedRowsProps<Row> {
  query: UseInfiniteQueryResult<{ rows: Row[]; total: number }>;
  /** What is said where there is nothing. */
  empty: string;
  className?: string;
  /** The `li` of a row. */
  children(row: Row): ReactNode;
}

/** The rows of a section, page after page: also why there are none. */
export function PagedRows<Row>({ query, empty, className, children }: PagedRowsProps<Row>) {
  const { rows = [], total } = query.data ?? {};
  return (
    <>
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {total === 0 && <p className="empty-note">{empty}</p>}
      {rows.length > 0 && <ul className={classes("rows", className)}>{rows.map(children)}</ul>}
      <More
        shown={rows.length}
        total={total ?? 0}
        loading={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </>
  );
}

/** A list that comes in pages: its end says that there is more. */
export function More(props: { shown: number; total: number; loading: boolean; onMore(): void }) {
  if (props.shown >= props.total) return null;
  return (
    <button type="button" className="button quiet more" disabled={props.loading} onClick={props.onMore}>
      {props.loading ? "Loading…" : `Show more of ${props.total}`}
    </button>
  );
}
