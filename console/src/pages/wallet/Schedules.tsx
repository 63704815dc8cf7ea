import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useNow } from "../../app/clock";
import { schedulesQuery } from "../../app/queries";
import { relative } from "../../parts/ages";
import { Amount } from "../../parts/Amount";
import { Instant } from "../../parts/Freshness";
import { PagedRows, Section } from "../../parts/Section";

const STATUSES = ["SCHEDULED", "COMPLETED", "CANCELLED"] as const;
const NAMES = { SCHEDULED: "Open", COMPLETED: "Completed", CANCELLED: "Cancelled" };

/** Records of intended funding: nothing here sends anything. */
export function Schedules({ address }: { address: string }) {
  const [status, setStatus] = useState<(typeof STATUSES)[number]>("SCHEDULED");
  const query = useInfiniteQuery(schedulesQuery(address, status));
  const now = useNow();
  return (
    <Section
      title="Scheduled funding"
      group="funding"
      action={
        <div className="segments small" role="group" aria-label="Which">
          {STATUSES.map((value) => (
            <button key={value} type="button" aria-pressed={status === value} onClick={() => setStatus(value)}>
              {NAMES[value]}
            </button>
          ))}
        </div>
      }
    >
      <PagedRows query={query} empty={`None ${NAMES[status].toLowerCase()}.`}>
        {({ schedule_id, amount_sol, scheduled_for, overdue, note }) => (
            <li key={schedule_id}>
              <span>
                <Amount value={amount_sol} unit="SOL" />
                {note !== null && <bdi className="muted note">{note}</bdi>}
              </span>
              <span className="row-end">
                {overdue && <span className="badge warning">overdue</span>}
                <span title={scheduled_for}>{relative(scheduled_for, now)}</span>
                <Instant at={scheduled_for} />
              </span>
            </li>
        )}
      </PagedRows>
    </Section>
  );
}
