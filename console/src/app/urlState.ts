import { useCallback, useMemo } from "react";

import { readState, writeState, type Fields, type StateOf } from "./fields";
import { currentPlace, hrefOf, navigate, usePlace } from "./router";

/** The view's state, and how to change some of it. */
export function useUrlState<F extends Fields>(
  fields: F,
): [StateOf<F>, (changes: Partial<StateOf<F>>, options?: { replace?: boolean }) => void] {
  const { query } = usePlace();
  const state = useMemo(() => readState(fields, query), [fields, query]);
  const change = useCallback(
    (changes: Partial<StateOf<F>>, options?: { replace?: boolean }) => {
      const { path, query: current } = currentPlace();
      const next = { ...readState(fields, current), ...changes };
      navigate(hrefOf(path, writeState(fields, next, current)), options);
    },
    [fields],
  );
  return [state, change];
}
