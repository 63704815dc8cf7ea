import type { UseInfiniteQueryResult } from "@tanstack/react-query";

import type { Schemas } from "../../app/api";
import { Address } from "../../parts/Address";
import { Age } from "../../parts/Freshness";
import { PagedRows, Section } from "../../parts/Section";
import { TokenName } from "../../parts/TokenName";

type Rows = { rows: Schemas["LaunchInfo"][]; total: number };

export function Launches({ query }: { query: UseInfiniteQueryResult<Rows> }) {
  return (
    <Section title="Launches" group="launch" note={query.data === undefined ? "" : String(query.data.total)}>
      <PagedRows query={query} empty="No launches recorded.">
        {({ launch_id, mint_address, token_name, token_ticker, launched_at }) => (
            <li key={launch_id}>
              <TokenName name={token_name} ticker={token_ticker} mint={mint_address} />
              <span className="row-end">
                <Address address={mint_address} label={null} ours />
                <Age at={launched_at} />
              </span>
            </li>
        )}
      </PagedRows>
    </Section>
  );
}
