import type { Launch } from "../../app/records";
import { Address } from "../../parts/Address";
import { Age, Instant } from "../../parts/Freshness";
import type { Column } from "../../parts/Grid";
import { TokenName } from "../../parts/TokenName";

export const COLUMNS: readonly Column<Launch>[] = [
  {
    key: "token",
    title: "Token",
    width: "minmax(14rem, 1.500fr)",
    render: ({ token_name, token_ticker, mint_address }) => (
      <TokenName name={token_name} ticker={token_ticker} mint={mint_address} />
    ),
  },
  {
    key: "mint",
    title: "Mint",
    width: "minmax(10rem, 1fr)",
    render: ({ mint_address }) => <Address address={mint_address} label={null} ours />,
  },
  {
    key: "wallet",
    title: "By wallet",
    width: "minmax(12rem, 1.200fr)",
    render: ({ wallet_address }) => <Address address={wallet_address} link ours tabIndex={-1} />,
  },
  { key: "age", title: "Age", width: "5.500rem", align: "end", render: ({ launched_at }) => <Age at={launched_at} /> },
  { key: "when", title: "Launched", width: "13.500rem", render: ({ launched_at }) => <Instant at={launched_at} /> },
];
