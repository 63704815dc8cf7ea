import { QueryClient } from "@tanstack/react-query";

import { problemOf, Unreachable } from "./api";

const TRIES = 2;

/** Nothing is polled: what is shown stays until somebody asks for it again, or an event says that it changed. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      // Offline is what a request says; some browsers call a machine without a route to the Internet offline.
      networkMode: "always",
      retry: (failures, error) =>
        failures < TRIES && !(error instanceof Unreachable) && problemOf(error)?.retryable === true,
      retryDelay: (failures) => 400 * 2 ** failures,
    },
    mutations: { networkMode: "always", retry: false },
  },
});
