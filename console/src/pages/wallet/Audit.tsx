import { useInfiniteQuery } from "@tanstack/react-query";

import { auditQuery } from "../../app/queries";
import { Age } from "../../parts/Freshness";
import { ProblemView } from "../../parts/Problem";
import { More, Section } from "../../parts/Section";
import { actionName } from "../audit/actions";
import { Actor, Detail } from "../audit/columns";

/** Who did what to this wallet, newest first. */
export function Audit({ address }: { address: string }) {
  const query = useInfiniteQuery(auditQuery(address));
  const rows = query.data?.rows ?? [];
  return (
    <Section title="Audit" note={query.data === undefined ? "" : String(query.data.total)}>
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.total === 0 && <p className="empty-note">Nothing recorded.</p>}
      {rows.length > 0 && (
        <ul className="rows audit-rows">
          {rows.map(({ audit_id, at, actor, action, detail }) => (
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
          ))}
        </ul>
      )}
      <More
        shown={rows.length}
        total={query.data?.total ?? 0}
        loading={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </Section>
  );
}
