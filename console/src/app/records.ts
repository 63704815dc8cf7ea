/** What people record here besides a wallet's metadata: intended fundings and launches. */
import { useMutation } from "@tanstack/react-query";

import { api, idempotencyKey, ok, type Schemas } from "./api";
import { queryClient } from "./queryClient";

export type Schedule = Schemas["ScheduledFundingInfo"];
export type Launch = Schemas["LaunchInfo"];

export function useScheduleFunding() {
  return useMutation({
    mutationFn: ({ body, key }: { body: Schemas["ScheduleFundingRequest"]; key: string }) =>
      ok(api.POST("/api/wallets/funding/schedule", { params: { header: { "Idempotency-Key": key } }, body })),
    onSuccess: () => readAgain("schedules", "summary", "audit"),
  });
}

export function useCancelFunding() {
  return useMutation({
    mutationFn: (id: Schemas["ScheduleId"]) =>
      ok(api.DELETE("/api/wallets/funding/{schedule_id}", { params: { path: { schedule_id: id } } })),
    // Also after a failure: somebody else may have cancelled it, or a refresh completed it.
    onSettled: () => readAgain("schedules", "summary", "audit"),
  });
}

export function useRecordLaunch() {
  return useMutation({
    mutationFn: ({ body, key }: { body: Schemas["RecordLaunchRequest"]; key: string }) =>
      ok(api.POST("/api/wallets/launches/record", { params: { header: { "Idempotency-Key": key } }, body })),
    onSuccess: () => readAgain("launches", "launch-analytics", "wallets", "wallet", "summary", "audit"),
  });
}

/** A key for one intention: the same content tried again is the same intention, other content is another. */
export function intentionKeys(): (body: object) => string {
  let last = { content: "", key: "" };
  return (body) => {
    const content = JSON.stringify(body);
    if (last.content !== content) last = { content, key: idempotencyKey() };
    return last.key;
  };
}

function readAgain(...kinds: readonly string[]): void {
  for (const kind of kinds) void queryClient.invalidateQueries({ queryKey: [kind] });
}
