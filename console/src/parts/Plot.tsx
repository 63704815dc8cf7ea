import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { useTheme, useZone } from "../app/preferences";
import type { ChartProps } from "./Chart";

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
    const axis = { stroke: colour("--text-muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { y: false },
        tzDate: (seconds) =>
          zone === "utc" ? uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") : new Date(seconds * 1000),
        axes: [axis, { ...axis, size: 64 }],
        series: [
          {},
          {
            label: unit,
            stroke: colour("--accent"),
            width: 1.5,
            spanGaps: false,
            points: { show: points.length < 40, size: 5 },
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
