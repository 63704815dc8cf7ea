import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { useTheme, useZone, type Zone } from "../app/preferences";
import { formatInstant } from "./ages";
import type { ChartProps } from "./Chart";

// Pixels beside the plot; `.coverage-chart svg` has the same.
const LEFT = 56;
const RIGHT = 16;

/** The drawing alone. A pixel needs no more digits than a number has; exact figures are in the table beside it. */
export default function Plot({ title, unit, points, height = 180 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const zone = useZone();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const gaps = gapsOf(points);
    const axis = { stroke: colour("--text-muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        // What stands below on the same axis knows these.
        padding: [8, RIGHT, 0, 0],
        legend: { show: false },
        cursor: { y: false },
        tzDate: (seconds) =>
          zone === "utc" ? uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") : new Date(seconds * 1000),
        axes: [
          { ...axis, size: 30, values: (_, splits, __, ___, increment) => splits.map((at) => tick(at, increment, zone)) },
          { ...axis, size: LEFT },
        ],
        // Where nobody looked is ground of another kind, and no line crosses it.
        hooks: {
          drawClear: [
            (drawn) => {
              drawn.ctx.fillStyle = colour("--gap");
              for (const [from, to] of gaps) {
                const [left, right] = [drawn.valToPos(from, "x", true), drawn.valToPos(to, "x", true)];
                drawn.ctx.fillRect(left, drawn.bbox.top, right - left, drawn.bbox.height);
              }
            },
          ],
        },
        series: [
          {},
          {
            label: unit,
            stroke: colour("--accent"),
            width: 1.5,
            spanGaps: false,
            // What was seen once, and changed by the next look, is a point alone.
            points: { show: true, size: points.length < 60 ? 6 : 3, fill: colour("--accent") },
            ...(stepped === undefined ? {} : { paths: stepped }),
          },
        ],
      },
      [
        points.map(({ at }) => Date.parse(at) / 1000),
        points.map(({ value }) => (value === null ? null : Number(value))),
      ],
      element,
    );
    const sized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    sized.observe(element);
    return () => {
      sized.disconnect();
      plot.destroy();
    };
  }, [points, unit, height, theme, zone]);
  return <div ref={place} className="plot" role="img" aria-label={`${title}; the table below has the figures`} />;
}

/** The stretches without a value, in seconds. */
function gapsOf(points: ChartProps["points"]): (readonly [from: number, to: number])[] {
  const seconds = (at: string | undefined) => Date.parse(at ?? "") / 1000;
  return points.flatMap(({ at, value }, index) => {
    if (value !== null) return [];
    return [[seconds(points[index - 1]?.at ?? at), seconds(points[index + 1]?.at ?? at)] as const];
  });
}

const HOUR = 3600; // seconds
const MONTH = 28 * 24 * HOUR;

/** A tick's words, from largest to smallest as everywhere here: month, day, or time. */
function tick(at: number, increment: number, zone: Zone): string {
  const instant = formatInstant(new Date(at * 1000).toISOString(), zone);
  if (increment >= MONTH) return instant.slice(0, 7);
  return increment >= 24 * HOUR ? instant.slice(5, 10) : instant.slice(11, 16);
}
