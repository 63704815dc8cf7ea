/**
 * The refresh-all operation under way: one for the whole server, followed by events, and found again after a reload and
 * in every tab by its id, which is kept on this machine.
 */
import { api, idempotencyKey, ok, problemOf, type Schemas } from "./api";
import { follow } from "./events";
import { operationQuery, type Operation } from "./queries";
import { queryClient } from "./queryClient";
import { mockSession } from "./session";
import { createStore, useStore } from "./store";

const KEPT = `console.refresh-operation${mockSession === null ? "" : `.${mockSession}`}`;
const SHOWN_EVERY = 150; // milliseconds
const CHANGED_BY_REFRESH = [
  "wallets",
  "wallet",
  "history",
  "activity",
  "summary",
  "schedules",
  "tokens",
  "holders",
  "tags",
  "launch-analytics",
  "attention",
  "portfolio-history",
  "estimate",
  "operations",
  "audit",
] as const;

export type RefreshRequest = Schemas["RefreshAllRequest"];

/** The operation in the header: running, or finished and not yet dismissed. */
const followed = createStore<Operation | null>(null);
let following: { id: string; stop: AbortController } | null = null;

export const useFollowed = (): Operation | null => useStore(followed);
export const isRunning = ({ state }: Operation): boolean => state === "PENDING" || state === "RUNNING";

/** Start one, or join the one that runs already. Raises `ProblemError` for everything but a running operation. */
export async function startRefresh(request: RefreshRequest): Promise<{ id: string; joined: boolean }> {
  try {
    const operation = await ok(
      api.POST("/api/wallets/refresh-all", {
        body: request,
        params: { header: { "Idempotency-Key": idempotencyKey() } },
      }),
    );
    show(operation);
    followOperation(operation.operation_id);
    void queryClient.invalidateQueries({ queryKey: ["operations"] });
    return { id: operation.operation_id, joined: false };
  } catch (error) {
    const problem = problemOf(error);
    if (problem?.code !== "refresh_all_running" || problem.operation_id === undefined) throw error;
    followOperation(problem.operation_id);
    return { id: problem.operation_id, joined: true };
  }
}

export async function cancelRefresh(id: Schemas["OperationId"]): Promise<void> {
  show(
    await ok(
      api.POST("/api/wallets/refresh-operations/{operation_id}/cancel", {
        params: { path: { operation_id: id }, header: { "Idempotency-Key": idempotencyKey() } },
      }),
    ),
  );
}

/** Look for the operation under way, whoever started it, or the one that was not dismissed; follow what other tabs start. */
export function findRunningRefresh(): void {
  const id = localStorage.getItem(KEPT);
  if (id !== null) followOperation(id);
  addEventListener("storage", (event) => {
    if (event.key === KEPT && event.newValue !== null) followOperation(event.newValue);
  });
  void api
    .GET("/api/wallets/refresh-operations", { params: { query: { page_size: 1 } } })
    .then(({ data }) => {
      const [newest] = data?.items ?? [];
      if (newest !== undefined && isRunning(newest)) followOperation(newest.operation_id);
    })
    // Whoever can't be told now is told by what the page itself reads.
    .catch(() => undefined);
}

export function dismissFollowed(): void {
  stopFollowing();
  followed.set(null);
  localStorage.removeItem(KEPT);
}

export function stopFollowing(): void {
  following?.stop.abort();
  following = null;
}

export function followOperation(id: string): void {
  if (following?.id === id) return;
  stopFollowing();
  const stop = new AbortController();
  following = { id, stop };
  localStorage.setItem(KEPT, id);
  void watch(id, stop.signal);
}

async function watch(id: string, signal: AbortSignal): Promise<void> {
  try {
    const operation = await queryClient.fetchQuery({ ...operationQuery(id), staleTime: 0 });
    if (signal.aborted) return;
    show(operation);
    if (!isRunning(operation)) return;
    let latest = operation;
    let timer: ReturnType<typeof setTimeout> | undefined;
    for await (const { name, data } of follow(`/api/wallets/refresh-operations/${id}/events`, "done", signal)) {
      if (name === "progress" || name === "done") latest = data as Operation;
      timer ??= setTimeout(() => {
        timer = undefined;
        if (!signal.aborted) show(latest);
      }, SHOWN_EVERY);
    }
    clearTimeout(timer);
    if (signal.aborted) return;
    show(latest);
    changed(id);
  } catch (error) {
    if (signal.aborted) return;
    // Another world or server than the one it ran in.
    if (problemOf(error)?.code === "operation_not_found") forget();
    following = null;
  }
}

function show(operation: Operation): void {
  queryClient.setQueryData(operationQuery(operation.operation_id).queryKey, operation);
  followed.set(operation);
}

/** What a finished operation may have changed is read again, where it is on the screen. */
function changed(id: string): void {
  for (const kind of CHANGED_BY_REFRESH) {
    void queryClient.invalidateQueries({ queryKey: [kind] });
  }
  void queryClient.invalidateQueries({ queryKey: ["results", id] });
}

function forget(): void {
  followed.set(null);
  localStorage.removeItem(KEPT);
}
