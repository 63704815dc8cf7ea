import { useState } from "react";

import { useConnection } from "../../app/connection";
import { useCancelFunding, type Schedule } from "../../app/records";
import { Address, Ends } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { CopyButton } from "../../parts/CopyButton";
import { Dialog } from "../../parts/Dialog";
import { Instant } from "../../parts/Freshness";
import { ProblemView } from "../../parts/Problem";
import { ScheduleState } from "./columns";

/** One scheduled funding in full, and what can be done about it. */
export function ScheduleDialog({ schedule, onClose }: { schedule: Schedule; onClose(): void }) {
  const [asking, setAsking] = useState(false);
  const cancel = useCancelFunding();
  const { offline } = useConnection();
  const open = schedule.status === "SCHEDULED";
  return (
    <Dialog
      title={asking ? "Cancel this funding?" : "Scheduled funding"}
      description={asking ? "The record stays, as cancelled. A transfer that arrives later completes nothing." : undefined}
      onClose={onClose}
      actions={
        asking ? (
          <>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              Keep it
            </button>
            <button
              type="button"
              className="button primary"
              disabled={cancel.isPending || offline}
              onClick={() => cancel.mutate(schedule.schedule_id, { onSuccess: onClose })}
            >
              {cancel.isPending ? "Cancelling…" : "Cancel the funding"}
            </button>
          </>
        ) : (
          <>
            {open && (
              <button type="button" className="button" disabled={offline} onClick={() => setAsking(true)}>
                Cancel it…
              </button>
            )}
            <button type="button" className="button primary" onClick={onClose}>
              Close
            </button>
          </>
        )
      }
    >
      <dl className="facts">
        <dt>To</dt>
        <dd>
          <Address address={schedule.wallet_address} link ours />
        </dd>
        <dt>Amount</dt>
        <dd>
          <Amount value={schedule.amount_sol} unit="SOL" />
        </dd>
        <dt>State</dt>
        <dd>
          <ScheduleState schedule={schedule} />
        </dd>
        <dt>Meant to arrive</dt>
        <dd>
          <Instant at={schedule.scheduled_for} />
        </dd>
        <dt>Transfer</dt>
        <dd>
          {schedule.matched_signature === null ? (
            <span className="unknown">—</span>
          ) : (
            <>
              <Ends address={schedule.matched_signature} />
              <CopyButton text={schedule.matched_signature} what="signature" />
            </>
          )}
        </dd>
        <dt>Note</dt>
        <dd>{schedule.note === null ? <span className="unknown">—</span> : <bdi className="notes">{schedule.note}</bdi>}</dd>
        <dt>Recorded</dt>
        <dd>
          <Instant at={schedule.created_at} />
        </dd>
        <dt>Id</dt>
        <dd>
          <code>{schedule.schedule_id}</code> <CopyButton text={schedule.schedule_id} what="id" />
        </dd>
      </dl>
      {cancel.error !== null && <ProblemView error={cancel.error} />}
    </Dialog>
  );
}
