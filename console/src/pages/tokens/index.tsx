/** What all wallets together hold of each mint. */
import { useInfiniteQuery } from "@tanstack/react-query";

import { useAddressBook } from "../../app/addressBook";
import { tokensQuery } from "../../app/queries";
import type { PageProps } from "../../app/pages";
import { hrefOf, navigate } from "../../app/router";
import { NARROW, useMedia } from "../../app/useMedia";
import { formatCount } from "../../parts/amounts";
import { COLUMNS } from "./columns";
import { CoveredGrid } from "./CoveredGrid";
import { Holders } from "./Holders";

export default function TokensPage({ rest: [mint] }: PageProps) {
  return mint === undefined ? <TokenList /> : <Holders key={mint} mint={mint} />;
}

function TokenList() {
  const query = useInfiniteQuery(tokensQuery);
  const narrow = useMedia(NARROW);
  useAddressBook();
  const found = query.data;
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
      <CoveredGrid
        query={query}
        none={{ title: "No wallet holds a token", why: "All holdings were read, and there are none." }}
        noneKnown="No token is known yet"
        label="Tokens"
        className="token-grid"
        columns={COLUMNS}
        keyOf={({ mint_address }) => mint_address}
        rowHeight={narrow ? 92 : 48}
        onOpen={({ mint_address }) => navigate(hrefOf(["tokens", mint_address]))}
        onRowKey={(key, { mint_address }) => {
          if (key !== "c") return false;
          void navigator.clipboard.writeText(mint_address);
          return true;
        }}
      />
    </div>
  );
}
