import { Address } from "../../parts/Address";
import { isAddress } from "../../parts/base58";
import { Tags } from "../../parts/Chips";
import type { Column } from "../../parts/Grid";
import { StrangersText } from "../../parts/TokenName";
import type { Judged, Outcome } from "./importing";
import type { ImportRow } from "./parse";

export interface ShownRow extends ImportRow {
  /** Null while the server was not asked yet. */
  readonly judged: Judged | null;
}

export function importColumns(registered: boolean): readonly Column<ShownRow>[] {
  const names: Record<Outcome, string> = {
    created: registered ? "registered" : "new",
    exists: "registered before",
    invalid: "can't be registered",
  };
  return [
    { key: "number", title: "Row", width: "4.500rem", align: "end", render: ({ number }) => <span className="muted">{number}</span> },
    {
      key: "wallet",
      title: "Wallet",
      width: "minmax(13rem, 1.300fr)",
      render: ({ wallet, judged }) =>
        isAddress(wallet.wallet_address) ? (
          <Address
            address={wallet.wallet_address}
            label={wallet.label || null}
            link={judged?.outcome === "exists" || (registered && judged?.outcome === "created")}
            ours={judged?.outcome === "exists"}
            tabIndex={-1}
          />
        ) : wallet.wallet_address === "" ? (
          <span className="unknown">—</span>
        ) : (
          <StrangersText text={wallet.wallet_address} />
        ),
    },
    {
      key: "tags",
      title: "Tags",
      width: "minmax(8rem, 0.900fr)",
      render: ({ wallet }) => <Tags tags={wallet.tags ?? []} most={2} />,
    },
    {
      key: "outcome",
      title: registered ? "Outcome" : "What would happen",
      width: "minmax(14rem, 1.600fr)",
      render: ({ judged }) =>
        judged === null ? (
          <span className="muted">not asked yet</span>
        ) : (
          <span className={`import-outcome ${judged.outcome}`} title={judged.reasons.join("\n")}>
            <b>{names[judged.outcome]}</b>
            {judged.reasons.length > 0 && <span className="import-reasons">{judged.reasons.join("; ")}</span>}
          </span>
        ),
    },
  ];
}
