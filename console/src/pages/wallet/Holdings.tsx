import { useMemo } from "react";

import type { Schemas } from "../../app/api";
import { Address } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { formatCount } from "../../parts/amounts";
import { Grid, type Column } from "../../parts/Grid";
import { Section } from "../../parts/Section";
import { TokenName } from "../../parts/TokenName";
import { NARROW, useMedia } from "../../app/useMedia";

type Holding = Schemas["TokenHolding"];

const COLUMNS: readonly Column<Holding>[] = [
  {
    key: "token",
    title: "Token",
    width: "minmax(12rem, 1.500fr)",
    render: ({ name, ticker, mint_address }) => <TokenName name={name} ticker={ticker} mint={mint_address} />,
  },
  {
    key: "balance",
    title: "Balance",
    width: "minmax(9rem, 1fr)",
    align: "end",
    render: ({ balance }) => <Amount value={balance} />,
  },
  {
    key: "mint",
    title: "Mint",
    width: "minmax(9rem, .900fr)",
    render: ({ mint_address }) => <Address address={mint_address} label={null} />,
  },
];

interface HoldingsProps {
  /** Null while they were never read. */
  holdings: readonly Holding[] | null;
  part: Schemas["CachePart"];
}

export function Holdings({ holdings, part }: HoldingsProps) {
  const narrow = useMedia(NARROW);
  const rowHeight = narrow ? 84 : 44;
  const rows = useMemo(() => holdings ?? [], [holdings]);
  const count = holdings === null ? "not read yet" : `${part.truncated ? "at least " : ""}${formatCount(rows.length)}`;
  return (
    <Section title="Token holdings" note={count}>
      {holdings === null && <p className="empty-note">Never read: this wallet may hold tokens or none.</p>}
      {holdings?.length === 0 && <p className="empty-note">No tokens when it was read.</p>}
      {rows.length > 0 && (
        <div className="inset-grid" style={{ height: `${Math.min(rows.length, narrow ? 5 : 8) * rowHeight + 34}px` }}>
          <Grid
            label="Token holdings"
            className="holding-grid"
            columns={COLUMNS}
            rows={rows}
            total={rows.length}
            keyOf={({ mint_address }) => mint_address}
            rowHeight={rowHeight}
          />
        </div>
      )}
    </Section>
  );
}
