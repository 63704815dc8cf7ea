import { Mark, STATE_NAMES } from "./Freshness";
import { coverageBars, STATES, type CoveredPoint } from "./coverageBars";

/** Below a chart, on its axis: how many of the wallets were fresh, stale, failing or never read at each point. */
export function Coverage({ points }: { points: readonly CoveredPoint[] }) {
  return (
    <div className="coverage-chart" aria-hidden="true">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" shapeRendering="crispEdges" focusable="false">
        {coverageBars(points).map(({ state, x, width, y, height }) => (
          <rect key={`${state}${x}`} className={state} x={x} width={width} y={y} height={height} />
        ))}
      </svg>
      <ul>
        {STATES.map((state) => (
          <li key={state}>
            <Mark state={state} /> {STATE_NAMES[state]}
          </li>
        ))}
      </ul>
    </div>
  );
}
