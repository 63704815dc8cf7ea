import { useNow } from "../../app/clock";
import type { Schedule } from "../../app/records";
import { Address } from "../../parts/Address";
import { ageOf, relative } from "../../parts/ages";
import { Amount } from "../../parts/Amount";
import { Instant } from "../../parts/Freshness";
import type { Column } from "../../parts/Grid";
import { Icon } from "../../parts/Icon";
import { STATUS_NAMES } from "./fields";

/** The columns; amounts have at most so many `places`. */
export const columnsOf = (places: number): readonly Column<Schedule>[] => [
  {
    key: "wallet",
    title: "To wallet",
    width: "minmax(13rem, 1.200fr)",
    render: ({ wallet_address }) => <Address address={wallet_address} link ours tabIndex={-1} />,
  },
  {
    key: "amount",
    title: "Amount, SOL",
    width: "11rem",
    align: "end",
    render: ({ amount_sol }) => <Amount value={amount_sol} aligned={places} />,
  },
  { key: "state", title: "State", width: "10.500rem", render: (schedule) => <ScheduleState schedule={schedule} /> },
  {
    key: "when",
    title: "Meant to arrive",
    width: "13rem",
    render: ({ scheduled_for }) => <Instant at={scheduled_for} />,
  },
  {
    key: "note",
    title: "Note",
    width: "minmax(10rem, 1fr)",
    render: ({ note }) => (note === null ? <span className="unknown">—</span> : <bdi className="clipped">{note}</bdi>),
  },
];

/** Overdue by how much, open and due when, completed or cancelled. */
export function ScheduleState({ schedule: { status, overdue, scheduled_for } }: { schedule: Schedule }) {
  const now = useNow();
  // An answer says whether it was overdue then; its moment may have passed since.
  if (status === "SCHEDULED" && (overdue || Date.parse(scheduled_for) <= now)) {
    return (
      <span className="schedule-state overdue">
        <Icon name="warning" /> {ageOf(scheduled_for, now)} overdue
      </span>
    );
  }
  if (status === "SCHEDULED") {
    return (
      <span className="schedule-state">
        <Icon name="clock" /> {relative(scheduled_for, now)}
      </span>
    );
  }
  return (
    <span className="schedule-state">
      <Icon name={status === "COMPLETED" ? "check" : "close"} /> {STATUS_NAMES[status].toLowerCase()}
    </span>
  );
}
