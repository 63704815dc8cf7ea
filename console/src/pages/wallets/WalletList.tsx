import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";

import { useConnection } from "../../app/connection";
import { refreshWallet } from "../../app/mutations";
import { walletsQuery, type CachedSummary } from "../../app/queries";
import { hrefOf, navigate } from "../../app/router";
import { useUrlState } from "../../app/urlState";
import { NARROW, useMedia } from "../../app/useMedia";
import { useMore } from "../../app/useMore";
import { formatCount } from "../../parts/amounts";
import { Empty } from "../../parts/Empty";
import { Grid } from "../../parts/Grid";
import { usualDirection } from "../../parts/GridHeader";
import { Icon } from "../../parts/Icon";
import { noteWallets } from "../../parts/known";
import { Menu, MenuItem } from "../../parts/Menu";
import { ProblemView } from "../../parts/Problem";
import { createSelection } from "../../parts/selection";
import { ActionBar } from "./ActionBar";
import { columnsOf } from "./columns";
import type { Editing } from "./EditDialog";
import { exportSelected, exportWallets, type Format } from "./export";
import { FIELDS, filtersOf } from "./fields";
import { Toolbar } from "./Toolbar";

const RefreshDialog = lazy(() => import("../../app/shell/RefreshDialog"));
const EditDialog = lazy(() => import("./EditDialog"));
const useSelection = createSelection();
const keyOf = ({ wallet }: CachedSummary) => wallet.wallet_address;

export function WalletList() {
  const [view, change] = useUrlState(FIELDS);
  const { q, status, freshness, tag, min, max, sort, direction } = view;
  const filters = useMemo(
    () => filtersOf({ q, status, freshness, tag, min, max, sort, direction, columns: [] }),
    [q, status, freshness, tag, min, max, sort, direction],
  );
  const list = useInfiniteQuery({ ...walletsQuery(filters), placeholderData: keepPreviousData });
  const rows = list.data?.rows ?? [];
  const { offline } = useConnection();
  const narrow = useMedia(NARROW);
  const selection = useSelection();
  const [refreshing, setRefreshing] = useState<readonly string[] | null>(null);
  const [editing, setEditing] = useState<{ what: Editing; addresses: readonly string[] } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => noteWallets(rows.map(({ wallet }) => wallet)), [rows]);

  const sortBy = useCallback(
    (value: string) => {
      const next = FIELDS.sort.parse(value);
      const usual = usualDirection(next);
      const turned = usual === "asc" ? "desc" : "asc";
      change({ sort: next, direction: next === sort && direction !== turned ? turned : null });
    },
    [change, sort, direction],
  );
  const columns = useMemo(() => columnsOf(view.columns, (value) => change({ tag: value })), [view.columns, change]);
  const more = useMore(list);

  const chosen = [...selection.keys];
  const onRowKey = (key: string, row: CachedSummary) => {
    const addresses = chosen.length > 0 ? chosen : [keyOf(row)];
    if (key === "c") void navigator.clipboard.writeText(addresses.join("\n"));
    else if ((key === "r" || key === "t") && offline) return false;
    else if (key === "t") setEditing({ what: "tags", addresses });
    else if (key === "r" && chosen.length > 0) setRefreshing(chosen);
    else if (key === "r") void refreshWallet(keyOf(row), null).catch(setFailure);
    else if (key === "Escape" && chosen.length > 0) selection.clear();
    else return false;
    return true;
  };
  const filtered = [q, status, freshness, tag, min, max].some((value) => value !== null);
  const download = (format: Format) => void exportWallets(format, filters).catch(setFailure);
  const total = list.data?.total ?? null;
  const atLeast = list.data?.atLeast === true;
  const empty = total === 0 && !atLeast && !list.isPlaceholderData;

  return (
    <div className="page filling">
      <header className="page-head">
        <h1>
          Wallets <span className="count">{countOf(total, atLeast)}</span>
        </h1>
        <div className="page-actions">
          <Menu className="button" trigger={<><Icon name="download" /> Export</>}>
            <p className="menu-note">
              {filtered ? "Those that pass the filters" : "All wallets"}, with metadata and last readings.
            </p>
            <MenuItem onSelect={() => download("csv")}>As CSV</MenuItem>
            <MenuItem onSelect={() => download("jsonl")}>As JSON lines</MenuItem>
          </Menu>
        </div>
      </header>
      <Toolbar view={view} onChange={change} />
      {failure !== null && <ProblemView error={failure} onRetry={() => setFailure(null)} />}
      {list.error !== null && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {empty ? (
        filtered ? (
          <Empty
            title="Nothing matches"
            action={
              <button type="button" className="button" onClick={() => change(NO_FILTER)}>
                Show all wallets
              </button>
            }
          >
            No wallet passes all of these filters now.
          </Empty>
        ) : (
          <Empty title="No wallets yet" action={<a className="button primary" href={hrefOf(["import"])}>Import wallets…</a>}>
            A file of addresses registers many at once; the API registers them, too.
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
            atLeast={atLeast}
            keyOf={keyOf}
            rowHeight={narrow ? 112 : 48}
            sorted={sort}
            direction={direction}
            onSort={sortBy}
            selection={selection}
            onOpen={(row) => navigate(hrefOf(["wallets", keyOf(row)]))}
            onNeedMore={more}
            onRowKey={onRowKey}
            view={JSON.stringify(filters)}
            busy={list.isPlaceholderData}
          />
        )
      )}
      <ActionBar
        selection={selection}
        total={total}
        rows={rows}
        offline={offline}
        onRefresh={setRefreshing}
        onEdit={(what) => setEditing({ what, addresses: chosen })}
        onExport={(format) => void exportSelected(format, chosen, rows).catch(setFailure)}
      />
      {editing !== null && (
        <Suspense fallback={null}>
          <EditDialog {...editing} onClose={() => setEditing(null)} />
        </Suspense>
      )}
      {refreshing !== null && (
        <Suspense fallback={null}>
          <RefreshDialog addresses={refreshing} onClose={() => setRefreshing(null)} />
        </Suspense>
      )}
    </div>
  );
}

const NO_FILTER = { q: null, status: null, freshness: null, tag: null, min: null, max: null } as const;

function countOf(total: number | null, atLeast: boolean): string {
  if (total === null) return "";
  return atLeast ? `≥ ${formatCount(total)}` : formatCount(total);
}
