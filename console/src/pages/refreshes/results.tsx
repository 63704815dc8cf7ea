import type { Schemas } from "../../app/api";
import type { ItemResult } from "../../app/queries";
import { Address } from "../../parts/Address";
import { Age, PART_NAMES, PARTS } from "../../parts/Freshness";
import { csvOf } from "../../parts/csv";
import type { Column } from "../../parts/Grid";

export type Group = "changed" | "failed" | "unchanged";

/** A result that failed in part has failed: its last good values are older than they look. */
export function groupOf({ outcome, results }: ItemResult): Group {
  if (outcome === "failed" || outcome === "partial") return "failed";
  return PARTS.some((part) => results[part]?.outcome === "updated") ? "changed" : "unchanged";
}

const OUTCOMES: Record<Schemas["PartOutcome"], string> = {
  updated: "changed",
  unchanged: "same",
  superseded: "older than stored",
  failed: "failed",
};

export const RESULT_COLUMNS: readonly Column<ItemResult>[] = [
  {
    key: "wallet",
    title: "Wallet",
    width: "minmax(12rem, 1.200fr)",
    render: ({ wallet_address }) => <Address address={wallet_address} link ours tabIndex={-1} />,
  },
  ...PARTS.map((part): Column<ItemResult> => ({
    key: part,
    title: PART_NAMES[part],
    width: "8.500rem",
    render: ({ results }) => {
      const result = results[part];
      if (result === null) return <span className="unknown">—</span>;
      return <span className={`part-outcome ${result.outcome}`}>{OUTCOMES[result.outcome]}</span>;
    },
  })),
  {
    key: "cause",
    title: "Result",
    width: "minmax(10rem, 1.500fr)",
    render: (result) => causeOf(result) ?? <span className="muted">{groupOf(result)}</span>,
  },
  { key: "finished", title: "Read", width: "6rem", align: "end", render: ({ finished_at }) => <Age at={finished_at} /> },
];

/** Why a result, or some part of it, failed. */
export function causeOf({ error, results }: ItemResult): string | null {
  if (error !== null) return error.message;
  return PARTS.map((part) => results[part]?.error?.message).find((message) => message !== undefined) ?? null;
}

export function resultsAsCsv(results: readonly ItemResult[]): string {
  const head = ["wallet_address", "outcome", ...PARTS, "cause", "finished_at"];
  const rows = results.map((result) => [
    result.wallet_address,
    result.outcome,
    ...PARTS.map((part) => result.results[part]?.outcome ?? ""),
    causeOf(result) ?? "",
    result.finished_at,
  ]);
  return csvOf([head, ...rows]);
}
