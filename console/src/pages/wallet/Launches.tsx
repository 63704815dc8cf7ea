import type { UseInfiniteQueryResult } from "@tanstack/react-query";

import type { Schemas } from "../../app/api";
import { Address } from "../../parts/Address";
import { Age } from "../../parts/Freshness";
import { ProblemView } from "../../parts/Problem";
import { More, Section } from "../../parts/Section";
import { TokenName } from "../../parts/TokenName";

type Rows = { rows: Schemas["LaunchInfo"][]; total: number };

export function Launches({ query }: { query: UseInfiniteQueryResult<Rows> }) {
  const rows = query.data?.rows ?? [];
  return (
    <Section title="Launches" group="launch" note={query.data === undefined ? "" : String(query.data.total)}>
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.total === 0 && <p className="empty-note">No launches recorded.</p>}
      {rows.length > 0 && (
        <ul className="rows">
          {rows.map(({ launch_id, mint_address, token_name, token_ticker, launched_at }) => (
            <li key={launch_id}>
              <TokenName name={token_name} ticker={token_ticker} mint={mint_address} />
              <span className="row-end">
                <Address address={mint_address} label={null} ours />
                <Age at={launched_at} />
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
