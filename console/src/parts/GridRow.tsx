import { memo, type MouseEvent, type ReactNode } from "react";

import { classes } from "./classes";
import type { Column } from "./Grid";

interface GridRowProps<R> {
  /** Absent while it is not loaded. */
  row: R | undefined;
  index: number;
  /** Pixels from the body's top. */
  start: number;
  height: number;
  columns: readonly Column<R>[];
  /** The tracks of CSS grid. */
  template: string;
  /** The grid's id: its cells' begin with it. */
  grid: string;
  /** Null where rows can't be selected. */
  selected: boolean | null;
  /** The column of the keyboard's cell, if that is in this row. */
  active: number | null;
  onClick(index: number, event: MouseEvent): void;
}

export const cellIdOf = (grid: string, row: number, column: number): string => `${grid}-${row}-${column}`;

/** A row of a grid. It is drawn anew only when something of it changed, however often the grid is. */
export const GridRow = memo(function GridRow<R>(props: GridRowProps<R>) {
  const { row, index, selected, active, columns } = props;
  const lead = selected === null ? 0 : 1;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected === null || row === undefined ? undefined : selected}
      className={classes("grid-row", selected === true && "selected", active !== null && "active-row")}
      style={{
        gridTemplateColumns: props.template,
        height: `${props.height}px`,
        transform: `translateY(${props.start}px)`,
      }}
      onClick={(event: MouseEvent) => props.onClick(index, event)}
    >
      {selected !== null && (
        <span
          role="gridcell"
          aria-colindex={1}
          id={cellIdOf(props.grid, index, 0)}
          data-select=""
          className={classes("grid-cell select-cell", active === 0 && "active")}
        >
          <span className="tick" aria-hidden="true" />
          <span className="visually-hidden">{selected ? "selected" : "not selected"}</span>
        </span>
      )}
      {columns.map((column, at) => (
        <span
          key={column.key}
          role="gridcell"
          aria-colindex={at + lead + 1}
          id={cellIdOf(props.grid, index, at + lead)}
          data-column={column.key}
          className={classes("grid-cell", column.align === "end" && "end", active === at + lead && "active")}
        >
          {row === undefined ? <span className="skeleton" /> : column.render(row)}
        </span>
      ))}
    </div>
  );
}) as <R>(props: GridRowProps<R> & { key?: string }) => ReactNode;
