/** The team's own launches, newest first; of one wallet or of all, deleted wallets included. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { useAddressBook } from "../../app/addressBook";
import { useConnection } from "../../app/connection";
import { text } from "../../app/fields";
import { launchesQuery, walletLaunchesQuery } from "../../app/queries";
import type { Launch } from "../../app/records";
import { useUrlState } from "../../app/urlState";
import { NARROW, useMedia } from "../../app/useMedia";
import { Ends } from "../../parts/Address";
import { formatCount } from "../../parts/amounts";
import { RemoveChip } from "../../parts/Chips";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { labelOf, noteMints, useKnownAddresses } from "../../parts/known";
import { ListGrid } from "../../parts/ListGrid";
import { COLUMNS } from "./columns";
import { LaunchDialog } from "./LaunchDialog";
import { RecordForm } from "./RecordForm";

const FIELDS = { wallet: text(44) };

export default function LaunchesPage() {
  const [{ wallet }, change] = useUrlState(FIELDS);
  const query = useInfiniteQuery({
    ...(wallet === null ? launchesQuery : walletLaunchesQuery(wallet)),
    placeholderData: keepPreviousData,
  });
  const narrow = useMedia(NARROW);
  const { offline } = useConnection();
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<Launch | null>(null);
  useAddressBook();
  useKnownAddresses();
  const rows = query.data?.rows ?? [];
  useEffect(() => noteMints(rows.map(({ mint_address }) => mint_address)), [rows]);
  const total = query.data?.total ?? null;
  const add = (
    <button type="button" className="button primary" disabled={offline} onClick={() => setAdding(true)}>
      <Icon name="launch" /> Record a launch…
    </button>
  );
  return (
    <div className="page filling">
      <header className="page-head">
        <h1>
          Launches <span className="count">{total === null ? "" : formatCount(total)}</span>
        </h1>
        <div className="page-actions">{add}</div>
      </header>
      {wallet !== null && (
        <div className="toolbar">
          <span className="filter-chip on">
            <span className="filter-chip-button">
              Wallet <span className="filter-chip-value">{labelOf(wallet) ?? <Ends address={wallet} />}</span>
            </span>
            <RemoveChip name="Wallet" onRemove={() => change({ wallet: null })} />
          </span>
        </div>
      )}
      <ListGrid
        query={query}
        label="Launches"
        className="launch-grid"
        columns={COLUMNS}
        keyOf={({ launch_id }) => launch_id}
        rowHeight={narrow ? 84 : 48}
        onOpen={(row) => setShown(row)}
      >
        <Empty
          title={wallet === null ? "No launch recorded yet" : "Nothing matches"}
          action={
            wallet === null ? (
              add
            ) : (
              <button type="button" className="button" onClick={() => change({ wallet: null })}>
                Show all launches
              </button>
            )
          }
        >
          {wallet === null
            ? "A launch is recorded when it was made: its mint is then known as ours everywhere."
            : "No launch of this wallet is recorded."}
        </Empty>
      </ListGrid>
      {adding && <RecordForm wallet={wallet} onClose={() => setAdding(false)} />}
      {shown !== null && <LaunchDialog launch={shown} onClose={() => setShown(null)} />}
    </div>
  );
}
