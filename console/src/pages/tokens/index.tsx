/** What all wallets together hold of each mint. */
import { useInfiniteQuery } from "@tanstack/react-query";

import { useAddressBook } from "../../app/addressBook";
import { tokensQuery } from "../../app/queries";
import type { PageProps } from "../../app/pages";
import { hrefOf, navigate } from "../../app/router";
import { NARROW, useMedia } from "../../app/useMedia";
import { useMore } from "../../app/useMore";
import { Completeness } from "../../parts/Completeness";
import { formatCount } from "../../parts/amounts";
import { Empty } from "../../parts/Empty";
import { Instant } from "../../parts/Freshness";
import { Grid } from "../../parts/Grid";
import { ProblemView } from "../../parts/Problem";
import { COLUMNS } from "./columns";
import { Holders } from "./Holders";

export default function TokensPage({ rest: [mint] }: PageProps) {
  return mint === undefined ? <TokenList /> : <Holders key={mint} mint={mint} />;
}

function TokenList() {
  const query = useInfiniteQuery(tokensQuery);
  const narrow = useMedia(NARROW);
  useAddressBook();
  const found = query.data;
  const more = useMore(query);
  return (
    <div className="page filling">
      <header className="page-head">
        <h1>
          Tokens{" "}
          <span className="count">
            {found !== undefined && (
              <>
                {!found.complete && "≥ "}
                {formatCount(found.total)}
              </>
            )}
          </span>
        </h1>
        <div className="page-actions">
          <button type="button" className="button" disabled={query.isFetching} onClick={() => void query.refetch()}>
            {query.isFetching ? "Counting…" : "Count again"}
          </button>
        </div>
      </header>
      {found !== undefined && (
        <p className="coverage muted">
          Holdings: <Completeness {...found} /> · counted <Instant at={found.computed_at} />
        </p>
      )}
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {found?.total === 0 ? (
        <Empty title={found.complete ? "No wallet holds a token" : "No token is known yet"}>
          {found.complete
            ? "All holdings were read, and there are none."
            : "Some wallets' holdings were never read: a refresh tells what they hold."}
        </Empty>
      ) : (
        (query.error === null || found !== undefined) && (
          <Grid
            label="Tokens"
            className="token-grid"
            columns={COLUMNS}
            rows={found?.rows ?? []}
            total={found?.total ?? null}
            keyOf={({ mint_address }) => mint_address}
            rowHeight={narrow ? 92 : 48}
            onNeedMore={more}
            onOpen={({ mint_address }) => navigate(hrefOf(["tokens", mint_address]))}
            onRowKey={(key, { mint_address }) => {
              if (key !== "c") return false;
              void navigator.clipboard.writeText(mint_address);
              return true;
            }}
          />
        )
      )}
    </div>
  );
}
