import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useAddressBook } from "../../app/addressBook";
import { auditQuery } from "../../app/queries";
import { hrefOf, navigate } from "../../app/router";
import { useUrlState } from "../../app/urlState";
import { NARROW, useMedia } from "../../app/useMedia";
import { useMore } from "../../app/useMore";
import { formatCount } from "../../parts/amounts";
import { isAddress } from "../../parts/base58";
import { RemoveChip } from "../../parts/Chips";
import { CopyButton } from "../../parts/CopyButton";
import { Dialog } from "../../parts/Dialog";
import { Empty } from "../../parts/Empty";
import { Instant } from "../../parts/Freshness";
import { Grid } from "../../parts/Grid";
import { ProblemView } from "../../parts/Problem";
import { TextField } from "../../parts/TextField";
import { actionName, isOperation, isSubject } from "./actions";
import { Actor, AUDIT_COLUMNS, Detail, Subject, type Entry } from "./columns";
import { FIELDS } from "./fields";

/** Who changed what, newest first. */
export default function AuditPage() {
  const [{ subject }, change] = useUrlState(FIELDS);
  const list = useInfiniteQuery(auditQuery(subject));
  useAddressBook();
  const rows = list.data?.rows ?? [];
  const narrow = useMedia(NARROW);
  const [opened, setOpened] = useState<Entry | null>(null);
  const more = useMore(list);
  const total = list.data?.total ?? null;
  return (
    <div className="page filling">
      <header className="page-head">
        <h1>
          Audit <span className="count">{total === null ? "" : formatCount(total)}</span>
        </h1>
      </header>
      <div className="toolbar">
        {subject === null ? (
          <SubjectFilter onSubject={(found) => change({ subject: found })} />
        ) : (
          <span className="filter-chip on">
            <span className="filter-chip-button">
              {isOperation(subject) ? "Refresh" : "Wallet"}{" "}
              <span className="filter-chip-value audit-chip">
                <Subject id={subject} />
              </span>
            </span>
            <RemoveChip name="Subject" onRemove={() => change({ subject: null })} />
          </span>
        )}
      </div>
      {list.error !== null && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {total === 0 ? (
        subject === null ? (
          <Empty title="Nothing was changed yet">Each change of a wallet is listed here, with who made it.</Empty>
        ) : (
          <Empty
            title="Nothing matches"
            action={
              <button type="button" className="button" onClick={() => change({ subject: null })}>
                Show all entries
              </button>
            }
          >
            Nothing of this subject is recorded.
          </Empty>
        )
      ) : (
        (list.error === null || rows.length > 0) && (
          <Grid<Entry>
            label="Audit trail"
            className="audit-grid"
            columns={AUDIT_COLUMNS}
            rows={rows}
            total={total}
            keyOf={({ audit_id }) => audit_id}
            onOpen={setOpened}
            onNeedMore={more}
            onRowKey={(key, row) => key === "w" && (navigate(subjectPage(row.subject)), true)}
            rowHeight={narrow ? 104 : 52}
            view={subject ?? ""}
          />
        )
      )}
      {opened !== null && <EntryDialog entry={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

function subjectPage(subject: string): string {
  return hrefOf(isOperation(subject) ? ["refreshes", subject] : ["wallets", subject]);
}

function SubjectFilter({ onSubject }: { onSubject(subject: string): void }) {
  const [typed, setTyped] = useState("");
  const [refused, setRefused] = useState(false);
  return (
    <form
      className="audit-filter"
      onSubmit={(event) => {
        event.preventDefault();
        const sought = typed.trim();
        if (isSubject(sought, isAddress)) onSubject(sought);
        else setRefused(sought !== "");
      }}
    >
      <TextField
        label="Only about this wallet or refresh"
        bare
        value=""
        placeholder="A wallet's address, or a refresh's id"
        maxLength={64}
        onChange={(text) => {
          setTyped(text);
          setRefused(false);
        }}
        {...(refused ? { hint: "That is neither an address nor the id of a refresh." } : {})}
      />
      <button type="submit" className="button" disabled={typed.trim() === ""}>
        Filter
      </button>
    </form>
  );
}

function EntryDialog({ entry, onClose }: { entry: Entry; onClose(): void }) {
  return (
    <Dialog title={actionName(entry.action)} onClose={onClose}>
      <dl className="facts">
        <dt>When</dt>
        <dd>
          <Instant at={entry.at} />
        </dd>
        <dt>Who</dt>
        <dd>
          <Actor actor={entry.actor} />
        </dd>
        <dt>Subject</dt>
        <dd>
          <a href={subjectPage(entry.subject)} className="audit-whole" onClick={onClose}>
            {entry.subject}
          </a>
        </dd>
        <dt>Detail</dt>
        <dd>
          <Detail detail={entry.detail} />
        </dd>
        <dt>Operation</dt>
        <dd>
          <code>{entry.action}</code>
        </dd>
        <dt>Request</dt>
        <dd className="audit-request">
          {entry.request_id === null ? (
            <span className="muted">none: the server did it itself</span>
          ) : (
            <>
              <code>{entry.request_id}</code>
              <CopyButton text={entry.request_id} what="the request's id" />
            </>
          )}
        </dd>
      </dl>
    </Dialog>
  );
}
