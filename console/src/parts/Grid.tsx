/**
 * A grid of rows of which only those in view exist (ARIA APG's grid: one tab stop, arrows move within). The scroll bar
 * has the length of all rows; those not loaded yet are skeletons.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useId, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";

import { classes } from "./classes";
import { HeaderCell } from "./GridHeader";
import { useActiveCell } from "./gridCursor";
import { cellIdOf, GridRow } from "./GridRow";
import type { Selection } from "./selection";

export interface Column<R> {
  readonly key: string;
  readonly title: string;
  /** A track of CSS grid, such as `minmax(12rem, 2fr)`. */
  readonly width: string;
  readonly align?: "end";
  /** What the server calls this order; absent where it has none. */
  readonly sort?: string;
  render(row: R): ReactNode;
}

interface GridProps<R> {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  /** How many there are in all; null while that is not known. */
  total: number | null;
  /** There are more than `total`: how many, nobody has counted. */
  atLeast?: boolean;
  keyOf(row: R): string;
  onOpen?(row: R): void;
  /** The end of what is loaded comes into view. */
  onNeedMore?(): void;
  sorted?: string;
  /** The order's direction; absent for its usual one. */
  direction?: "asc" | "desc" | null;
  onSort?(sort: string): void;
  selection?: Selection;
  /** Other keys, with the row that they are for. */
  onRowKey?(key: string, row: R): boolean;
  rowHeight?: number;
  /** What the rows are of, such as filters and an order: another one begins at the top. */
  view?: string;
  /** While rows are replaced: they stay, and say that they wait. */
  busy?: boolean;
  /** Where the pages are narrow, a row is a card; its look is the page's. */
  className?: string;
}

const SKELETONS = 12;
const MORE = 3; // skeletons where an uncounted list goes on
const OVERSCAN = 5; // rows beyond the edge: what a wheel or an arrow brings into view is drawn already
const SHORT = 128; // pixels of rows; what is less high needs no room to scroll

export function Grid<R>(props: GridProps<R>) {
  const { columns, rows, total, keyOf, selection, rowHeight = 48, onNeedMore } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { atLeast = false } = props;
  const counted = Math.max(total ?? SKELETONS, rows.length);
  const count = counted + (atLeast ? MORE : 0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
  });
  useEffect(() => virtual.measure(), [rowHeight]);
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length && rows.length < count && (rows.length > 0 || atLeast)) onNeedMore?.();
  }, [last, rows.length, count, atLeast, onNeedMore]);

  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [props.view]);

  const lead = selection === undefined ? 0 : 1;
  const cursor = useActiveCell({ rows: count, columns: columns.length + lead });
  const template = [...(lead ? ["2.500rem"] : []), ...columns.map(({ width }) => width)].join(" ");
  const cellId = (row: number, column: number) => cellIdOf(id, row, column);

  const toggle = (index: number, upTo: boolean) => {
    const row = rows[index];
    if (selection === undefined || row === undefined) return;
    if (upTo) selection.extend(index, (at) => (rows[at] === undefined ? null : keyOf(rows[at])));
    else selection.toggle(keyOf(row), index);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current || event.metaKey || event.altKey) return;
    const at = cursor.active.row;
    const row = rows[at];
    if (cursor.move(event.key, event.ctrlKey, Math.max(1, Math.floor(scroller.current.clientHeight / rowHeight) - 1))) {
      const { row: next } = cursor.active;
      if (next >= 0) virtual.scrollToIndex(next);
    } else if (at < 0 && (event.key === "Enter" || event.key === " ")) {
      const sort = columns[cursor.active.column - lead]?.sort;
      if (sort !== undefined) props.onSort?.(sort);
    } else if (event.key === "x" || event.key === " ") toggle(at, event.shiftKey);
    else if (event.key === "Enter" && row !== undefined) props.onOpen?.(row);
    else if (event.ctrlKey || row === undefined || props.onRowKey?.(event.key, row) !== true) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onClick = (index: number, event: MouseEvent) => {
    cursor.set({ row: index, column: cursor.active.column });
    const target = event.target as Element;
    if (target.closest("[data-select]") !== null) toggle(index, event.shiftKey);
    else if (target.closest("a, button, summary, details") === null && getSelection()?.isCollapsed !== false) {
      const row = rows[index];
      if (row !== undefined) props.onOpen?.(row);
    }
  };

  // Rows are drawn anew for what they show alone.
  const latest = useRef(onClick);
  latest.current = onClick;
  const clicked = useCallback((index: number, event: MouseEvent) => latest.current(index, event), []);

  return (
    <div
      className={classes("grid", count * rowHeight < SHORT && "short", props.className, props.busy === true && "busy")}
      role="grid"
      aria-label={props.label}
      aria-rowcount={total === null || atLeast ? -1 : count + 1}
      aria-colcount={columns.length + lead}
      aria-multiselectable={selection === undefined ? undefined : true}
      aria-busy={props.busy === true || total === null}
      aria-activedescendant={cellId(cursor.active.row, cursor.active.column)}
      tabIndex={0}
      ref={scroller}
      onKeyDown={onKeyDown}
    >
      <div className="grid-head" role="rowgroup">
        <div className="grid-row" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          {selection !== undefined && (
            <span role="columnheader" aria-colindex={1} id={cellId(-1, 0)} className="grid-cell">
              <span className="visually-hidden">Selected</span>
            </span>
          )}
          {columns.map((column, index) => (
            <HeaderCell
              key={column.key}
              id={cellId(-1, index + lead)}
              index={index + lead}
              column={column}
              active={cursor.is(-1, index + lead)}
              sorted={column.sort !== undefined && column.sort === props.sorted}
              direction={props.direction ?? null}
              onSort={props.onSort}
            />
          ))}
        </div>
      </div>
      <div className="grid-body" role="rowgroup" style={{ height: `${virtual.getTotalSize()}px` }}>
        {shown.map(({ index, start }) => {
          const row = rows[index];
          const { active } = cursor;
          return (
            <GridRow
              key={row === undefined ? `skeleton-${index}` : keyOf(row)}
              row={row}
              index={index}
              start={start}
              height={rowHeight}
              columns={columns}
              template={template}
              grid={id}
              selected={selection === undefined ? null : row !== undefined && selection.has(keyOf(row))}
              active={active.row === index ? active.column : null}
              onClick={clicked}
            />
          );
        })}
      </div>
    </div>
  );
}
