import type { Schemas } from "../../app/api";
import { hrefOf } from "../../app/router";
import { Address } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { formatCount } from "../../parts/amounts";
import type { Column } from "../../parts/Grid";
import { TokenName } from "../../parts/TokenName";

type Token = Schemas["PortfolioToken"];

const PROGRAMS: Record<Schemas["TokenProgram"], string> = { "spl-token": "SPL Token", "token-2022": "Token-2022" };

export const COLUMNS: readonly Column<Token>[] = [
  {
    key: "token",
    title: "Token",
    width: "minmax(15rem, 1.800fr)",
    render: ({ name, ticker, mint_address }) => <TokenName name={name} ticker={ticker} mint={mint_address} />,
  },
  {
    key: "mint",
    title: "Mint",
    width: "minmax(10rem, 1fr)",
    render: ({ mint_address }) => <Address address={mint_address} label={null} />,
  },
  {
    key: "balance",
    title: "Held together",
    width: "minmax(11rem, 1.200fr)",
    align: "end",
    render: ({ balance }) => <Amount value={balance} />,
  },
  {
    key: "holders",
    title: "Wallets",
    width: "6rem",
    align: "end",
    render: ({ mint_address, wallets_holding }) => (
      <a href={hrefOf(["tokens", mint_address])} tabIndex={-1} title="Who holds it">
        {formatCount(wallets_holding)}
        <span className="narrow-only"> {wallets_holding === 1 ? "wallet" : "wallets"}</span>
      </a>
    ),
  },
  {
    key: "program",
    title: "Program",
    width: "8rem",
    render: ({ token_program }) => <span className="muted">{PROGRAMS[token_program]}</span>,
  },
];
