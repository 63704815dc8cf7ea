import { classes } from "./classes";
import type { Column } from "./Grid";
import { Icon } from "./Icon";

interface HeaderCellProps<R> {
  id: string;
  index: number;
  column: Column<R>;
  active: boolean;
  sorted: boolean;
  direction: "asc" | "desc" | null;
  onSort: ((sort: string) => void) | undefined;
}

/** A column's title. Each order has its usual direction: names ascend, all else begins with the most. */
export function HeaderCell<R>({ id, index, column, active, sorted, direction, onSort }: HeaderCellProps<R>) {
  const ascending = (direction ?? usualDirection(column.sort)) === "asc";
  return (
    <span
      role="columnheader"
      id={id}
      aria-colindex={index + 1}
      aria-sort={sorted ? (ascending ? "ascending" : "descending") : undefined}
      data-column={column.key}
      className={classes("grid-cell", column.align === "end" && "end", active && "active")}
    >
      {column.sort === undefined || onSort === undefined ? (
        column.title
      ) : (
        <button
          type="button"
          tabIndex={-1}
          className={classes("sort", sorted && "sorted")}
          onClick={() => onSort(column.sort ?? "")}
        >
          {column.title}
          {sorted && <Icon name={ascending ? "up" : "down"} />}
        </button>
      )}
    </span>
  );
}

/** Which way an order goes unless somebody says otherwise. */
export function usualDirection(sort: string | undefined): "asc" | "desc" {
  return sort === "label" ? "asc" : "desc";
}
