/** What every answer tells besides its data: whether the server is reachable, which backend spoke, what time it is. */
import { createStore, useStore } from "./store";

export interface Connection {
  readonly offline: boolean;
  /** By the first path segments that answered: groups of operations may be replaced one at a time. */
  readonly backends: ReadonlySet<string>;
  /** Whether `/__mock__/` answers: the backend is a mock, which can be controlled. */
  readonly controllable: boolean;
}

const connection = createStore<Connection>({ offline: !navigator.onLine, backends: new Set(), controllable: false });

addEventListener("online", () => noteOffline(false));
addEventListener("offline", () => {
  outages += 1;
  noteOffline(true);
});

/** Goes up whenever the machine loses its network: an answer to what was asked for before says nothing about now. */
let outages = 0;

export const outagesSoFar = (): number => outages;

export function useConnection(): Connection {
  return useStore(connection);
}

export const isControllable = (): boolean => connection.get().controllable;

/** An answer came that was asked for after so many outages. */
export function noteAnswer(asked: number): void {
  if (asked === outages) noteOffline(false);
}

export function noteOffline(offline: boolean): void {
  connection.set((current) => (current.offline === offline ? current : { ...current, offline }));
}

export function noteControllable(): void {
  connection.set((current) => (current.controllable ? current : { ...current, controllable: true }));
}

export function noteBackend(name: string | null): void {
  if (name === null || connection.get().backends.has(name)) return;
  connection.set((current) => ({ ...current, backends: new Set([...current.backends, name]) }));
}
