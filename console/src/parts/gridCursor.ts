import { useRef, useState } from "react";

export interface Cell {
  /** −1 is the row of titles. */
  readonly row: number;
  readonly column: number;
}

/** Where a grid's keyboard is, and how keys move it. `active` is current right after `move`. */
export function useActiveCell(size: { rows: number; columns: number }) {
  const at = useRef<Cell>({ row: 0, column: 0 });
  const [, draw] = useState(0);
  const set = ({ row, column }: Cell) => {
    at.current = {
      row: Math.max(-1, Math.min(row, size.rows - 1)),
      column: Math.max(0, Math.min(column, size.columns - 1)),
    };
    draw((n) => n + 1);
  };
  return {
    get active(): Cell {
      return at.current;
    },
    set,
    is: (row: number, column: number) => at.current.row === row && at.current.column === column,
    /** True if the key moves within a grid. */
    move(key: string, control: boolean, page: number): boolean {
      const next = moved(at.current, key, control, page, size);
      if (next === null) return false;
      set(next);
      return true;
    },
  };
}

export function moved(
  { row, column }: Cell,
  key: string,
  control: boolean,
  page: number,
  { rows, columns }: { rows: number; columns: number },
): Cell | null {
  switch (key) {
    case "ArrowDown":
      return { row: row + 1, column };
    case "ArrowUp":
      return { row: row - 1, column };
    case "ArrowRight":
      return { row, column: column + 1 };
    case "ArrowLeft":
      return { row, column: column - 1 };
    case "PageDown":
      return { row: row + page, column };
    case "PageUp":
      return { row: Math.max(0, row - page), column };
    case "Home":
      return control ? { row: 0, column: 0 } : { row, column: 0 };
    case "End":
      return control ? { row: rows - 1, column: columns - 1 } : { row, column: columns - 1 };
  }
  if (control) return null;
  if (key === "j") return { row: row + 1, column };
  if (key === "k") return { row: row - 1, column };
  return null;
}
