import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ok } from "../app/api";
import { useClock, useNow } from "../app/clock";
import { callerQuery } from "../app/queries";
import { Instant } from "../parts/Freshness";
import { MomentField } from "../parts/MomentField";
import { control, timeMoved } from "./control";
import { Card, useControl } from "./parts";

const HOUR = 3600; // seconds
const DAY = 24 * HOUR;

/** The session's time: it ages what the pages show. */
export function ClockCard() {
  const frozen = useClock().frozenAt !== null;
  const now = new Date(useNow(1000)).toISOString();
  const { data: caller } = useQuery(callerQuery);
  const [at, setAt] = useState<string | null>(null);
  const freeze = useControl(
    (moment: string | null) =>
      ok(control.POST("/__mock__/clock/freeze", moment === null ? {} : { body: { at: moment } })),
    timeMoved,
  );
  const move = useControl((seconds: number) => ok(control.POST("/__mock__/clock/move", { body: { seconds } })), timeMoved);
  const run = useControl((_: null) => ok(control.POST("/__mock__/clock/run")), timeMoved);
  const present = useControl((_: null) => ok(control.POST("/__mock__/clock/reset")), timeMoved);
  return (
    <Card
      title="Clock"
      note={
        <>
          <Instant at={now} /> · {frozen ? "stands still" : "runs"}
        </>
      }
    >
      <div className="button-row">
        {frozen ? (
          <button type="button" className="button" onClick={() => run.send(null)}>
            Run
          </button>
        ) : (
          <button type="button" className="button" onClick={() => freeze.send(null)}>
            Freeze
          </button>
        )}
        <button type="button" className="button" onClick={() => move.send(HOUR)}>
          +1 h
        </button>
        <button type="button" className="button" onClick={() => move.send(DAY)}>
          +1 d
        </button>
        {caller !== undefined && (
          <button type="button" className="button" onClick={() => move.send(Math.floor(caller.cache_ttl_ms / 1000) + 1)}>
            Until everything is stale
          </button>
        )}
        <button type="button" className="button quiet" onClick={() => present.send(null)}>
          Back to the present
        </button>
      </div>
      <form
        className="mock-pair"
        onSubmit={(event) => {
          event.preventDefault();
          if (at !== null) freeze.send(at);
        }}
      >
        <MomentField label="Freeze at" value={at} onChange={setAt} />
        <button type="submit" className="button" disabled={at === null}>
          Freeze there
        </button>
      </form>
      {freeze.problem ?? move.problem ?? run.problem ?? present.problem}
    </Card>
  );
}
