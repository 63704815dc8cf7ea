import type { Schemas } from "../../app/api";
import { useNow } from "../../app/clock";
import { hrefOf } from "../../app/router";
import { Address } from "../../parts/Address";
import { relative } from "../../parts/ages";
import { Instant } from "../../parts/Freshness";
import type { Column } from "../../parts/Grid";
import { StrangersText } from "../../parts/TokenName";
import { actionName, isOperation } from "./actions";

export type Entry = Schemas["AuditEntry"];

export const AUDIT_COLUMNS: readonly Column<Entry>[] = [
  {
    key: "action",
    title: "Action",
    width: "minmax(11rem, 1.100fr)",
    render: ({ action }) => (
      <span className="audit-action" title={action}>
        {actionName(action)}
      </span>
    ),
  },
  { key: "subject", title: "Subject", width: "minmax(13rem, 1.300fr)", render: ({ subject }) => <Subject id={subject} /> },
  {
    key: "actor",
    title: "Who",
    width: "minmax(9rem, 0.900fr)",
    render: ({ actor }) => <Actor actor={actor} />,
  },
  {
    key: "detail",
    title: "Detail",
    width: "minmax(12rem, 1.600fr)",
    render: ({ detail }) => <Detail detail={detail} />,
  },
  { key: "at", title: "When", width: "13.500rem", align: "end", render: ({ at }) => <When at={at} /> },
];

export function Subject({ id, plain = false }: { id: string; plain?: boolean }) {
  if (!isOperation(id)) return <Address address={id} link={!plain} ours tabIndex={-1} />;
  return (
    <a className="address-link operation-link" href={hrefOf(["refreshes", id])} tabIndex={-1}>
      <code>{id}</code>
    </a>
  );
}

/** `key:` and `user:` say how the caller was told; the name after it is somebody's own. */
export function Actor({ actor }: { actor: string }) {
  const [kind, ...name] = actor.split(":");
  if (name.length === 0) return <span className="muted">{actor}</span>;
  return (
    <span className="audit-actor" title={actor}>
      <span className="muted">{kind}</span> <StrangersText text={name.join(":")} />
    </span>
  );
}

export function Detail({ detail }: { detail: Entry["detail"] }) {
  const facts = Object.entries(detail);
  if (facts.length === 0) return <span className="unknown">—</span>;
  return (
    <span className="audit-detail" title={facts.map(([name, value]) => `${name}: ${value}`).join("\n")}>
      {facts.map(([name, value]) => (
        <span key={name} className="audit-fact">
          <span className="muted">{name.replaceAll("_", " ")}</span>{" "}
          {name === "outcome" ? <span className={`audit-outcome ${value}`}>{value}</span> : <StrangersText text={value} />}
        </span>
      ))}
    </span>
  );
}

function When({ at }: { at: string }) {
  return (
    <span className="audit-when">
      <span className="muted">{relative(at, useNow())}</span>
      <Instant at={at} />
    </span>
  );
}
