/** Groups of operations that a mock answers still, while the others are real. */
import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "./api";
import { callerQuery } from "./queries";

export type Group = Schemas["CallerInfo"]["mocked_groups"][number];

/** Whether what a group of operations says is the mock's, beside others that are real. */
export function useMocked(group: Group | undefined): boolean {
  const { data: caller } = useQuery(callerQuery);
  return caller?.backend === "real" && group !== undefined && caller.mocked_groups.includes(group);
}
