/** What the session was asked, as it is asked. */
import { useEffect, useState } from "react";

import { ok } from "../app/api";
import { follow } from "../app/events";
import { control, type Served } from "./control";

const MOST = 200; // as many as the mock keeps
const TOGETHER = 150; // milliseconds: a page asks several things at once

export interface ServedRequests {
  /** Newest first. */
  readonly requests: readonly Served[];
  readonly error: unknown;
  clear(): void;
}

/** The kept requests, and those to come while this is on the screen. */
export function useServedRequests(): ServedRequests {
  const [requests, setRequests] = useState<readonly Served[]>([]);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const stop = new AbortController();
    let waiting: Served[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      const arrived = waiting.reverse();
      waiting = [];
      setRequests((known) => withoutTwice([...arrived, ...known]).slice(0, MOST));
    };
    const watch = async () => {
      // From the first on: what is kept comes before what is to come.
      for await (const { data } of follow("/__mock__/requests/events", null, stop.signal, "0")) {
        waiting.push(data as Served);
        timer ??= setTimeout(show, TOGETHER);
      }
    };
    watch().catch((failure: unknown) => !stop.signal.aborted && setError(failure));
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, []);
  const clear = () => {
    void ok(control.DELETE("/__mock__/requests")).then(() => setRequests([]), setError);
  };
  return { requests, error, clear };
}

function withoutTwice(requests: readonly Served[]): Served[] {
  const seen = new Set<string>();
  return requests.filter(({ request_id }) => !seen.has(request_id) && seen.add(request_id) !== undefined);
}
