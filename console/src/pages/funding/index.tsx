/** Intended fundings, overdue ones first: records of intent, which a refresh completes when it sees the transfer. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { useAddressBook } from "../../app/addressBook";
import { useConnection } from "../../app/connection";
import { schedulesQuery, summaryQuery } from "../../app/queries";
import type { Schedule } from "../../app/records";
import { useUrlState } from "../../app/urlState";
import { NARROW, useMedia } from "../../app/useMedia";
import { Ends } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { formatCount, mostPlaces } from "../../parts/amounts";
import { RemoveChip } from "../../parts/Chips";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { labelOf, useKnownAddresses } from "../../parts/known";
import { ListGrid } from "../../parts/ListGrid";
import { columnsOf } from "./columns";
import { FIELDS, STATUS_NAMES, STATUSES } from "./fields";
import { ScheduleDialog } from "./ScheduleDialog";
import { ScheduleForm } from "./ScheduleForm";

export default function FundingPage() {
  const [{ status, wallet }, change] = useUrlState(FIELDS);
  const query = useInfiniteQuery({ ...schedulesQuery(wallet, status), placeholderData: keepPreviousData });
  const { data: summary } = useQuery(summaryQuery);
  const narrow = useMedia(NARROW);
  const { offline } = useConnection();
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<Schedule | null>(null);
  useAddressBook();
  useKnownAddresses();
  const total = query.data?.total ?? null;
  const places = mostPlaces((query.data?.rows ?? []).map(({ amount_sol }) => amount_sol));
  const columns = useMemo(() => columnsOf(places), [places]);
  const add = (
    <button type="button" className="button primary" disabled={offline} onClick={() => setAdding(true)}>
      <Icon name="funding" /> Schedule a funding…
    </button>
  );
  return (
    <div className="page filling">
      <header className="page-head">
        <h1>
          Funding <span className="count">{total === null ? "" : formatCount(total)}</span>
        </h1>
        <div className="page-actions">{add}</div>
      </header>
      <div className="toolbar">
        <div className="segments" role="group" aria-label="Which fundings">
          {STATUSES.map((value) => (
            <button key={value} type="button" aria-pressed={status === value} onClick={() => change({ status: value })}>
              {STATUS_NAMES[value]}
            </button>
          ))}
        </div>
        {wallet !== null && (
          <span className="filter-chip on">
            <span className="filter-chip-button">
              Wallet <span className="filter-chip-value">{labelOf(wallet) ?? <Ends address={wallet} />}</span>
            </span>
            <RemoveChip name="Wallet" onRemove={() => change({ wallet: null })} />
          </span>
        )}
        <span className="toolbar-space" />
        {summary !== undefined && status === "SCHEDULED" && wallet === null && (
          <span className="muted">
            <Amount value={summary.scheduled_sol} unit="SOL" /> to arrive
          </span>
        )}
      </div>
      <ListGrid
        query={query}
        label="Scheduled fundings"
        className="funding-grid"
        columns={columns}
        keyOf={({ schedule_id }) => schedule_id}
        rowHeight={narrow ? 84 : 48}
        onOpen={(row) => setShown(row)}
      >
        <Empty
          title={wallet === null && status === "SCHEDULED" ? "No open funding" : "Nothing matches"}
          action={
            wallet === null && status === "SCHEDULED" ? (
              add
            ) : (
              <button type="button" className="button" onClick={() => change({ status: "SCHEDULED", wallet: null })}>
                Show all open ones
              </button>
            )
          }
        >
          {wallet === null && status === "SCHEDULED"
            ? "A scheduled funding says what is meant to arrive. Nothing is sent from here; a refresh sees the transfer and completes it."
            : `No funding that is ${STATUS_NAMES[status].toLowerCase()}${wallet === null ? "." : " for this wallet."}`}
        </Empty>
      </ListGrid>
      {adding && <ScheduleForm wallet={wallet} onClose={() => setAdding(false)} />}
      {shown !== null && <ScheduleDialog schedule={shown} onClose={() => setShown(null)} />}
    </div>
  );
}
