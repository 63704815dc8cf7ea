/** Who holds a mint, the largest holding first. */
import { useInfiniteQuery } from "@tanstack/react-query";

import type { Schemas } from "../../app/api";
import { holdersQuery, tokensQuery } from "../../app/queries";
import { hrefOf, navigate } from "../../app/router";
import { NARROW, useMedia } from "../../app/useMedia";
import { Address, WholeAddress } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { formatCount } from "../../parts/amounts";
import type { Column } from "../../parts/Grid";
import { Icon } from "../../parts/Icon";
import { TokenName } from "../../parts/TokenName";
import { CoveredGrid } from "./CoveredGrid";

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
      <CoveredGrid
        query={query}
        none={{ title: "No wallet holds it", why: "The holdings of all wallets were read." }}
        noneKnown="No wallet is known to hold it"
        label="Holders"
        className="holder-grid"
        columns={COLUMNS}
        keyOf={({ wallet_address }) => wallet_address}
        rowHeight={narrow ? 80 : 48}
        onOpen={({ wallet_address }) => navigate(hrefOf(["wallets", wallet_address]))}
      />
    </div>
  );
}
