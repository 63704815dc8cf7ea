import type { CachedSummary } from "../../app/queries";
import { Address } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { formatCount } from "../../parts/amounts";
import { Status, Tags } from "../../parts/Chips";
import { Age, RowFreshness } from "../../parts/Freshness";
import type { Column } from "../../parts/Grid";
import type { ColumnKey } from "./fields";

export const COLUMN_TITLES: Record<ColumnKey, string> = {
  status: "Status",
  balance: "Balance, SOL",
  freshness: "Read",
  tokens: "Tokens",
  launches: "Launches",
  tags: "Tags",
  activity: "Activity",
  created: "Registered",
  updated: "Changed",
};

type WalletColumn = Column<CachedSummary>;

/** The columns that were chosen; the wallet itself always comes first. */
export function columnsOf(chosen: readonly ColumnKey[], onTag: (tag: string) => void): WalletColumn[] {
  const all: Record<ColumnKey, Omit<WalletColumn, "key" | "title">> = {
    status: {
      width: "7.500rem",
      render: ({ wallet }) => <Status status={wallet.status} />,
    },
    balance: {
      width: "11.500rem",
      align: "end",
      sort: "last_balance",
      render: ({ wallet }) => <Amount value={wallet.last_balance_sol} aligned />,
    },
    freshness: { width: "12.500rem", render: ({ cache }) => <RowFreshness parts={cache.parts} /> },
    tokens: {
      width: "5rem",
      align: "end",
      render: ({ wallet }) =>
        wallet.token_count === null ? <span className="unknown">—</span> : formatCount(wallet.token_count),
    },
    launches: { width: "5.750rem", align: "end", render: ({ wallet }) => formatCount(wallet.launch_count) },
    tags: { width: "minmax(11rem, 1fr)", render: ({ wallet }) => <Tags tags={wallet.tags} onPick={onTag} most={2} /> },
    activity: { width: "5.750rem", align: "end", render: ({ wallet }) => <Age at={wallet.last_activity_at} /> },
    created: {
      width: "6.500rem",
      align: "end",
      sort: "created_at",
      render: ({ wallet }) => <Age at={wallet.created_at} />,
    },
    updated: {
      width: "6.500rem",
      align: "end",
      sort: "updated_at",
      render: ({ wallet }) => <Age at={wallet.updated_at} />,
    },
  };
  return [
    {
      key: "wallet",
      title: "Wallet",
      width: "minmax(13rem, 1.600fr)",
      sort: "label",
      render: ({ wallet }) => (
        <Address address={wallet.wallet_address} label={wallet.label} link ours tabIndex={-1} />
      ),
    },
    ...chosen.map((key) => ({ key, title: COLUMN_TITLES[key], ...all[key] })),
  ];
}
