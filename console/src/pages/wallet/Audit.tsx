import { useInfiniteQuery } from "@tanstack/react-query";

import { auditQuery } from "../../app/queries";
import { Age } from "../../parts/Freshness";
import { PagedRows, Section } from "../../parts/Section";
import { actionName } from "../audit/actions";
import { Actor, Detail } from "../audit/columns";

/** Who did what to this wallet, newest first. */
export function Audit({ address }: { address: string }) {
  const query = useInfiniteQuery(auditQuery(address));
  return (
    <Section title="Audit" note={query.data === undefined ? "" : String(query.data.total)}>
      <PagedRows query={query} empty="Nothing recorded." className="audit-rows">
        {({ audit_id, at, actor, action, detail }) => (
            <li key={audit_id}>
              <span className="audit-what">
                <span title={action}>{actionName(action)}</span>{" "}
                {Object.keys(detail).length > 0 && <Detail detail={detail} />}
              </span>
              <span className="row-end">
                <Actor actor={actor} />
                <Age at={at} />
              </span>
            </li>
        )}
      </PagedRows>
    </Section>
  );
}
