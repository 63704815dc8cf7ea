import { useInfiniteQuery } from "@tanstack/react-query";

import { auditQuery } from "../../app/queries";
import { Age } from "../../parts/Freshness";
import { ProblemView } from "../../parts/Problem";
import { More, Section } from "../../parts/Section";

/** Who did what to this wallet, newest first. */
export function Audit({ address }: { address: string }) {
  const query = useInfiniteQuery(auditQuery(address));
  const rows = query.data?.rows ?? [];
  return (
    <Section title="Audit" note={query.data === undefined ? "" : String(query.data.total)}>
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.total === 0 && <p className="empty-note">Nothing recorded.</p>}
      {rows.length > 0 && (
        <ul className="rows">
          {rows.map(({ audit_id, at, actor, action, detail }) => (
            <li key={audit_id}>
              <span>
                <code>{action}</code>{" "}
                <span className="muted">
                  {Object.entries(detail)
                    .map(([name, value]) => `${name} ${value}`)
                    .join(", ")}
                </span>
              </span>
              <span className="row-end">
                <bdi>{actor}</bdi>
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
