import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";

import { useConnection } from "../../app/connection";
import { refreshWallet } from "../../app/mutations";
import { walletsQuery, type CachedSummary, type WalletFilters } from "../../app/queries";
import { hrefOf, navigate } from "../../app/router";
import { useUrlState } from "../../app/urlState";
import { NARROW, useMedia } from "../../app/useMedia";
import { formatCount } from "../../parts/amounts";
import { FilterChip, RemoveChip } from "../../parts/Chips";
import { Empty } from "../../parts/Empty";
import { Mark, STATE_NAMES } from "../../parts/Freshness";
import { Grid } from "../../parts/Grid";
import { Icon } from "../../parts/Icon";
import { noteWallets } from "../../parts/known";
import { Menu, MenuChoice, MenuItem, MenuToggle } from "../../parts/Menu";
import { ProblemView } from "../../parts/Problem";
import { createSelection } from "../../parts/selection";
import { ActionBar } from "./ActionBar";
import { COLUMN_TITLES, columnsOf } from "./columns";
import { exportWallets } from "./export";
import { COLUMNS, FIELDS, STATES, STATUSES, type ColumnKey } from "./fields";

const RefreshDialog = lazy(() => import("../../app/shell/RefreshDialog"));
const useSelection = createSelection();
const SORTS: Record<WalletFilters["sort"], string> = {
  created_at: "newest first",
  updated_at: "last changed",
  last_balance: "largest balance",
  label: "label",
};
const keyOf = ({ wallet }: CachedSummary) => wallet.wallet_address;

export function WalletList() {
  const [view, change] = useUrlState(FIELDS);
  const { status, freshness, tag, sort } = view;
  const filters = useMemo(() => ({ status, freshness, tag, sort }), [status, freshness, tag, sort]);
  const list = useInfiniteQuery({ ...walletsQuery(filters), placeholderData: keepPreviousData });
  const rows = list.data?.rows ?? [];
  const { offline } = useConnection();
  const narrow = useMedia(NARROW);
  const selection = useSelection();
  const [refreshing, setRefreshing] = useState<readonly string[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => noteWallets(rows.map(({ wallet }) => wallet)), [rows]);

  // The contract takes one of these filters at a time: another one takes its place.
  const filterBy = useCallback(
    (filter: Partial<Pick<WalletFilters, "status" | "freshness" | "tag">>) =>
      change({ status: null, freshness: null, tag: null, ...filter }),
    [change],
  );
  const columns = useMemo(() => columnsOf(view.columns, (value) => filterBy({ tag: value })), [view.columns, filterBy]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const chosen = [...selection.keys];
  const onRowKey = (key: string, row: CachedSummary) => {
    const addresses = chosen.length > 0 ? chosen : [keyOf(row)];
    if (key === "c") void navigator.clipboard.writeText(addresses.join("\n"));
    else if (key === "r" && offline) return false;
    else if (key === "r" && chosen.length > 0) setRefreshing(chosen);
    else if (key === "r") void refreshWallet(keyOf(row), null).catch(setFailure);
    else if (key === "Escape" && chosen.length > 0) selection.clear();
    else return false;
    return true;
  };
  const filtered = status !== null || freshness !== null || tag !== null;
  const total = list.data?.total ?? null;
  const empty = total === 0 && !list.isPlaceholderData;

  return (
    <div className="page filling">
      <header className="page-head">
        <h1>
          Wallets <span className="count">{total === null ? "" : formatCount(total)}</span>
        </h1>
        <div className="page-actions">
          <Menu className="button" trigger={<><Icon name="download" /> Export</>}>
            <p className="menu-note">All wallets, with metadata and last readings.</p>
            <MenuItem onSelect={() => void exportWallets("csv").catch(setFailure)}>As CSV</MenuItem>
            <MenuItem onSelect={() => void exportWallets("jsonl").catch(setFailure)}>As JSON lines</MenuItem>
          </Menu>
        </div>
      </header>
      <div className="toolbar">
        <FilterChip
          name="Status"
          value={status}
          options={STATUSES.map((value) => ({ value, label: value.toLowerCase() }))}
          onChange={(value) => filterBy({ status: value })}
        />
        <FilterChip
          name="Freshness"
          value={freshness}
          options={STATES.map((value) => ({ value, label: <><Mark state={value} /> {STATE_NAMES[value]}</> }))}
          onChange={(value) => filterBy({ freshness: value })}
        />
        {tag !== null && (
          <span className="filter-chip on">
            <span className="filter-chip-button">
              Tag <span className="filter-chip-value">{tag}</span>
            </span>
            <RemoveChip name="Tag" onRemove={() => filterBy({})} />
          </span>
        )}
        <span className="toolbar-space" />
        <Menu className="button quiet" trigger={<>{SORTS[sort]} <Icon name="down" /></>} label={`Order: ${SORTS[sort]}`}>
          <MenuChoice
            value={sort}
            options={(Object.keys(SORTS) as (keyof typeof SORTS)[]).map((value) => ({ value, label: SORTS[value] }))}
            onChange={(value) => change({ sort: value ?? "created_at" })}
          />
        </Menu>
        <Menu className="button quiet icon-only wide-only" label="Columns" trigger={<Icon name="columns" />}>
          {COLUMNS.map((key) => (
            <MenuToggle
              key={key}
              checked={view.columns.includes(key)}
              onChange={(on) => change({ columns: withColumn(view.columns, key, on) })}
            >
              {COLUMN_TITLES[key]}
            </MenuToggle>
          ))}
        </Menu>
      </div>
      {failure !== null && <ProblemView error={failure} onRetry={() => setFailure(null)} />}
      {list.error !== null && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {empty ? (
        filtered ? (
          <Empty
            title="Nothing matches"
            action={
              <button type="button" className="button" onClick={() => filterBy({})}>
                Show all wallets
              </button>
            }
          >
            No wallet passes this filter now.
          </Empty>
        ) : (
          <Empty title="No wallets yet" action={<a href="/docs">How to register one</a>}>
            Wallets are registered over the API, one by one or by import.
          </Empty>
        )
      ) : (
        (list.error === null || rows.length > 0) && (
          <Grid
            label="Wallets"
            className="wallet-grid"
            columns={columns}
            rows={rows}
            total={total}
            keyOf={keyOf}
            rowHeight={narrow ? 112 : 48}
            sorted={sort}
            onSort={(value) => change({ sort: FIELDS.sort.parse(value) })}
            selection={selection}
            onOpen={(row) => navigate(hrefOf(["wallets", keyOf(row)]))}
            onNeedMore={more}
            onRowKey={onRowKey}
            view={JSON.stringify(filters)}
            busy={list.isPlaceholderData}
          />
        )
      )}
      <ActionBar selection={selection} total={total} rows={rows} offline={offline} onRefresh={setRefreshing} />
      {refreshing !== null && (
        <Suspense fallback={null}>
          <RefreshDialog addresses={refreshing} onClose={() => setRefreshing(null)} />
        </Suspense>
      )}
    </div>
  );
}

function withColumn(chosen: readonly ColumnKey[], key: ColumnKey, on: boolean): readonly ColumnKey[] {
  return on ? [...chosen, key] : chosen.filter((each) => each !== key);
}
