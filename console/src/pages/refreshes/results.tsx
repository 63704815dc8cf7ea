import type { Schemas } from "../../app/api";
import type { ItemResult } from "../../app/queries";
import { Address } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
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
    render: (result) => causeOf(result) ?? <Changes result={result} />,
  },
  { key: "finished", title: "Read", width: "6rem", align: "end", render: ({ finished_at }) => <Age at={finished_at} /> },
];

/** What the reading changed against the one before, in a line. */
function Changes({ result }: { result: ItemResult }) {
  const { changes } = result;
  const words = changes === null ? [] : changedWords(changes);
  const moved = changes !== null && changes.balance_sol !== null && changes.balance_sol !== "0";
  if (!moved && words.length === 0) return <span className="muted">{groupOf(result)}</span>;
  return (
    <span className="clipped" title={words.join(", ")}>
      {moved && <Amount value={changes.balance_sol} unit="SOL" signed />}
      <span className="muted">
        {moved && words.length > 0 && ", "}
        {words.join(", ")}
      </span>
    </span>
  );
}

export function changedWords(changes: Schemas["RefreshChanges"]): string[] {
  const counted: readonly (readonly [string, readonly unknown[]])[] = [
    ["tokens new", changes.tokens_added],
    ["tokens gone", changes.tokens_removed],
    ["in another amount", changes.tokens_changed],
    ["transfers in", changes.new_funding],
    ["fundings completed", changes.completed_schedules],
  ];
  const words = counted.filter(([, items]) => items.length > 0).map(([what, items]) => `${items.length} ${what}`);
  const { status_before: before, status_after: after } = changes;
  return before === after ? words : [...words, `now ${after?.toLowerCase() ?? "of no status"}`];
}

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
