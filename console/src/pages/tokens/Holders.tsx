/** Who holds a mint, the largest holding first. */
import { useInfiniteQuery } from "@tanstack/react-query";

import type { Schemas } from "../../app/api";
import { holdersQuery, tokensQuery } from "../../app/queries";
import { hrefOf, navigate } from "../../app/router";
import { NARROW, useMedia } from "../../app/useMedia";
import { useMore } from "../../app/useMore";
import { Address, WholeAddress } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { formatCount } from "../../parts/amounts";
import { Completeness } from "../../parts/Completeness";
import { Empty } from "../../parts/Empty";
import { Instant } from "../../parts/Freshness";
import { Grid, type Column } from "../../parts/Grid";
import { Icon } from "../../parts/Icon";
import { ProblemView } from "../../parts/Problem";
import { TokenName } from "../../parts/TokenName";

type Holder = Schemas["TokenHolder"];

const COLUMNS: readonly Column<Holder>[] = [
  {
    key: "wallet",
    title: "Wallet",
    width: "minmax(14rem, 2fr)",
    render: ({ wallet_address, label }) => <Address address={wallet_address} label={label} link ours tabIndex={-1} />,
  },
  {
    key: "balance",
    title: "Balance",
    width: "minmax(10rem, 1fr)",
    align: "end",
    render: ({ balance }) => <Amount value={balance} />,
  },
];

export function Holders({ mint }: { mint: string }) {
  const query = useInfiniteQuery(holdersQuery(mint));
  // Its name, where the list of tokens that led here has it.
  const tokens = useInfiniteQuery(tokensQuery);
  const token = tokens.data?.rows.find(({ mint_address }) => mint_address === mint);
  const narrow = useMedia(NARROW);
  const found = query.data;
  const more = useMore(query);
  return (
    <div className="page filling">
      <a className="back" href={hrefOf(["tokens"])}>
        <Icon name="back" /> Tokens
      </a>
      <header className="page-head holders-head">
        <div>
          <h1>
            Holders{" "}
            <span className="count">
              {found !== undefined && `${found.complete ? "" : "≥ "}${formatCount(found.total)}`}
            </span>
          </h1>
          {token !== undefined && (
            <p>
              <TokenName name={token.name} ticker={token.ticker} mint={mint} /> · held together{" "}
              <Amount value={token.balance} />
            </p>
          )}
          <WholeAddress address={mint} what="mint" />
        </div>
      </header>
      {found !== undefined && (
        <p className="coverage muted">
          Holdings: <Completeness {...found} /> · counted <Instant at={found.computed_at} />
        </p>
      )}
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {found?.total === 0 ? (
        <Empty title={found.complete ? "No wallet holds it" : "No wallet is known to hold it"}>
          {found.complete
            ? "The holdings of all wallets were read."
            : "Some wallets' holdings were never read: a refresh tells what they hold."}
        </Empty>
      ) : (
        (query.error === null || found !== undefined) && (
          <Grid
            label="Holders"
            className="holder-grid"
            columns={COLUMNS}
            rows={found?.rows ?? []}
            total={found?.total ?? null}
            keyOf={({ wallet_address }) => wallet_address}
            rowHeight={narrow ? 80 : 48}
            onNeedMore={more}
            onOpen={({ wallet_address }) => navigate(hrefOf(["wallets", wallet_address]))}
          />
        )
      )}
    </div>
  );
}
