/** What the pages read, each with the key under which it is kept. A key begins with the kind of thing. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, ok, type Schemas } from "./api";
import { now } from "./clock";

export type CachedWallet = Schemas["CachedWalletResponse"];
export type CachedSummary = Schemas["CachedWalletSummary"];
export type Operation = Schemas["RefreshOperation"];
/** Ids come from addresses and storage too: the server says whether there is such a one. */
type OperationId = Operation["operation_id"];
export type ItemResult = Schemas["RefreshItemResult"];

/** All of them hold together; null is no filter. */
export interface WalletFilters {
  /** Beginnings of words of a label, a tag, or the address; with `…` in front the end of an address. */
  readonly q?: string | null;
  readonly status?: Schemas["WalletStatus"] | null;
  readonly unknown_status?: boolean | null;
  readonly freshness?: Schemas["FreshnessState"] | null;
  readonly tag?: string | null;
  readonly min_balance?: string | null;
  readonly max_balance?: string | null;
  readonly sort?: Schemas["WalletSort"];
  readonly direction?: Schemas["SortDirection"] | null;
}

/** The first page is small, so that rows show soon; the list then begins again with larger pages. */
interface Start {
  readonly token: string | null;
  readonly size: number;
}
const FIRST: Start = { token: null, size: 50 };
const LARGE = 200;
const DAY = 86_400_000; // milliseconds

interface Page<T> {
  readonly items: T[];
  readonly next_page_token: string | null;
  readonly total_size: number | null;
}

/**
 * A list by pages: `select` gives the rows that are there and how many there are in all. Where the server can't count
 * them without reading each, `total` is what was found so far, and `atLeast` says so until the list has ended.
 */
function listOptions<T>(key: readonly unknown[], read: (start: Start, signal: AbortSignal) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: FIRST,
    getNextPageParam: (last: Page<T>, _pages, { size }: Start): Start | null => {
      if (last.next_page_token === null) return null;
      return size === FIRST.size ? { token: null, size: LARGE } : { token: last.next_page_token, size };
    },
    select: ({ pages }) => {
      const counted = pages.length > 1 ? pages.slice(1) : pages;
      const rows = counted.flatMap((page) => page.items);
      const total = counted[0]?.total_size ?? null;
      const atLeast = total === null && counted.at(-1)?.next_page_token !== null;
      return { rows, total: total ?? rows.length, atLeast };
    },
  });
}

/** A list by pages each of which says how complete it is: the first page's words hold for all. */
function coveredListOptions<P extends Page<unknown>>(
  key: readonly unknown[],
  read: (start: Start, signal: AbortSignal) => Promise<P>,
) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: FIRST,
    getNextPageParam: (last: P): Start | null =>
      last.next_page_token === null ? null : { token: last.next_page_token, size: FIRST.size },
    select: ({ pages }) => {
      const first = pages[0] as P;
      return { ...first, rows: pages.flatMap(({ items }) => items) as P["items"], total: first.total_size ?? 0 };
    },
  });
}

/** Empty values are no parameters. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  const filled = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(filled) as { [K in keyof T]?: Exclude<T[K], null | undefined> };
}

const page = ({ token, size }: Start) => given({ page_token: token, page_size: token === null ? size : null });

export const walletsQuery = (filters: WalletFilters) =>
  listOptions(["wallets", filters], (start, signal) =>
    ok(api.GET("/api/wallets", { params: { query: { ...given(filters), ...page(start) } }, signal })),
  );

/** The first wallets that a search finds. */
export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ["wallets-found", q],
    queryFn: ({ signal }) => ok(api.GET("/api/wallets", { params: { query: { q, page_size: 8 } }, signal })),
  });

/** One wallet, with the ETag that an edit must name. */
export const walletQuery = (address: string) =>
  queryOptions({
    queryKey: ["wallet", address],
    queryFn: async ({ signal }) => {
      const answer = await api.GET("/api/wallets/{wallet_address}", {
        params: { path: { wallet_address: address } },
        signal,
      });
      const found: CachedWallet = await ok(Promise.resolve(answer));
      return { ...found, etag: answer.response.headers.get("ETag") };
    },
  });

export const schedulesQuery = (address: string | null, status: Schemas["ScheduleStatus"]) =>
  listOptions(["schedules", { address, status }], (start, signal) =>
    ok(
      api.GET("/api/wallets/funding/scheduled", {
        params: { query: { ...given({ wallet_address: address }), status, ...page(start) } },
        signal,
      }),
    ),
  );

/** All launches, newest first. */
export const launchesQuery = listOptions(["launches", { address: null }], (start, signal) =>
  ok(api.GET("/api/wallets/launches", { params: { query: page(start) }, signal })),
);

export const walletLaunchesQuery = (address: string) =>
  listOptions(["launches", { address }], (start, signal) =>
    ok(
      api.GET("/api/wallets/launches/{wallet_address}", {
        params: { path: { wallet_address: address }, query: page(start) },
        signal,
      }),
    ),
  );

export const auditQuery = (subject: string | null) =>
  listOptions(["audit", { subject }], (start, signal) =>
    ok(api.GET("/api/wallets/audit", { params: { query: { ...given({ subject }), ...page(start) } }, signal })),
  );

/** Who the server takes the caller for, and what it tells of itself. */
export const callerQuery = queryOptions({
  queryKey: ["caller"],
  queryFn: ({ signal }) => ok(api.GET("/api/wallets/me", { signal })),
  staleTime: 5 * 60_000,
});

export const summaryQuery = queryOptions({
  queryKey: ["summary"],
  queryFn: ({ signal }) => ok(api.GET("/api/wallets/portfolio/summary", { signal })),
});

/** What needs somebody now: counts, and the first ten of each kind. */
export const attentionQuery = queryOptions({
  queryKey: ["attention"],
  queryFn: ({ signal }) => ok(api.GET("/api/wallets/attention", { signal })),
});

/** Tags in use, most used first: as many as a person can choose from. */
export const tagsQuery = queryOptions({
  queryKey: ["tags"],
  queryFn: ({ signal }) => ok(api.GET("/api/wallets/tags", { params: { query: { page_size: 200 } }, signal })),
});

/** Launches of the last UTC days, today included, and the wallets that have funds but never launched. */
export const launchAnalyticsQuery = (days: number) =>
  queryOptions({
    queryKey: ["launch-analytics", days],
    queryFn: ({ signal }) => ok(api.GET("/api/wallets/portfolio/launches", { params: { query: { days } }, signal })),
  });

/** Totals by mint. Each page says how complete the snapshot is that all of them come from. */
export const tokensQuery = coveredListOptions(["tokens"], (start, signal) =>
  ok(api.GET("/api/wallets/portfolio/tokens", { params: { query: page(start) }, signal })),
);

/** The wallets that hold a mint, the largest holding first. */
export const holdersQuery = (mint: string) =>
  coveredListOptions(["holders", mint], (start, signal) =>
    ok(
      api.GET("/api/wallets/portfolio/tokens/{mint_address}/wallets", {
        params: { path: { mint_address: mint }, query: page(start) },
        signal,
      }),
    ),
  );

/** The days before now that a chart shows; null is all that is kept. */
export type Days = number | null;
const MOST_POINTS = 400; // a chart has no more pixels to show them

/** What refreshes found changed of a wallet. */
export const historyQuery = (address: string, days: Days) =>
  queryOptions({
    queryKey: ["history", address, days],
    queryFn: ({ signal }) =>
      ok(
        api.GET("/api/wallets/{wallet_address}/history", {
          params: { path: { wallet_address: address }, query: { ...since(days), max_points: MOST_POINTS } },
          signal,
        }),
      ),
  });

/** What all wallets added up to in the past. */
export const portfolioHistoryQuery = (days: Days) =>
  queryOptions({
    queryKey: ["portfolio-history", days],
    queryFn: ({ signal }) =>
      ok(
        api.GET("/api/wallets/portfolio/history", {
          params: { query: { ...since(days), max_points: MOST_POINTS } },
          signal,
        }),
      ),
  });

/** A wallet's transactions, as far as refreshes have read them; each page says how far that is. */
export const activityQuery = (address: string) =>
  coveredListOptions(["activity", address], (start, signal) =>
    ok(
      api.GET("/api/wallets/{wallet_address}/activity", {
        params: { path: { wallet_address: address }, query: page(start) },
        signal,
      }),
    ),
  );

function since(days: Days): { from?: string } {
  return days === null ? {} : { from: new Date(now() - days * DAY).toISOString() };
}

/** Every refresh-all that is kept, newest first. */
export const operationsQuery = listOptions(["operations"], (start, signal) =>
  ok(api.GET("/api/wallets/refresh-operations", { params: { query: page(start) }, signal })),
);

/** What a refresh-all of all parts costs now. */
export const estimateQuery = (scope: Schemas["RefreshScope"]) =>
  queryOptions({
    queryKey: ["estimate", scope],
    queryFn: ({ signal }) => ok(api.GET("/api/wallets/refresh-estimate", { params: { query: { scope } }, signal })),
  });

export const operationQuery = (id: string) =>
  queryOptions({
    queryKey: ["operation", id],
    queryFn: ({ signal }) =>
      ok(
        api.GET("/api/wallets/refresh-operations/{operation_id}", {
          params: { path: { operation_id: id as OperationId } },
          signal,
        }),
      ),
  });

export const operationResultsQuery = (id: string) =>
  listOptions(["results", id], (start, signal) =>
    ok(
      api.GET("/api/wallets/refresh-operations/{operation_id}/results", {
        params: { path: { operation_id: id as OperationId }, query: page(start) },
        signal,
      }),
    ),
  );
