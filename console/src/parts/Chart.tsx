/** A step line with its gaps, drawn by uPlot, which is loaded when a chart is; and the same as a table. */
import { lazy, Suspense, type ReactNode } from "react";

import { useZone } from "../app/preferences";
import { formatInstant } from "./ages";
import { formatAmount } from "./amounts";

/** A point of a series; a null value is a gap, which is drawn as one. */
export interface Point {
  readonly at: string;
  /** An exact decimal. */
  readonly value: string | null;
}

export interface ChartProps {
  title: string;
  unit: string;
  points: readonly Point[];
  height?: number;
  /** The same as a table, where its rows say more than the points. */
  table?: ReactNode;
  /** Drawn below it on the same axis. */
  children?: ReactNode;
}

const Plot = lazy(() => import("./Plot"));
const ROWS = 200; // rows of the table; the newest are read most

export function Chart(props: ChartProps) {
  const { title, unit, points, height = 180, table, children } = props;
  if (points.every(({ value }) => value === null)) return <p className="empty-note">No readings to draw yet.</p>;
  return (
    <figure className="chart">
      <figcaption className="visually-hidden">{title}</figcaption>
      <Suspense fallback={<div className="skeleton block" style={{ height: `${height}px` }} />}>
        <Plot {...props} height={height} />
      </Suspense>
      {children}
      {points.some(({ value }) => value === null) && <p className="chart-note muted">Shaded: nobody looked.</p>}
      <details className="chart-table">
        <summary>As a table</summary>
        {table ?? <PointsTable unit={unit} points={points} />}
      </details>
    </figure>
  );
}

function PointsTable({ unit, points }: Pick<ChartProps, "unit" | "points">) {
  const zone = useZone();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col" className="end">
            {unit}
          </th>
        </tr>
      </thead>
      <tbody>
        {points.slice(-ROWS).map(({ at, value }) => (
          <tr key={at}>
            <td>{formatInstant(at, zone)}</td>
            <td className="end">{value === null ? "—" : formatAmount(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
