import { api, ok, ProblemError, send, type Problem } from "../../app/api";
import type { CachedSummary, WalletFilters } from "../../app/queries";
import { given } from "../../app/queries";
import { csvOf } from "../../parts/csv";
import { saveAs } from "../../parts/download";

export type Format = "csv" | "jsonl";
const AT_ONCE = 6; // requests of a selection under way together

/** The wallets that pass the list's filters as a file, made by the server. Raises `ProblemError` or `Unreachable`. */
export async function exportWallets(format: Format, { sort: _sort, direction: _way, ...filters }: WalletFilters): Promise<void> {
  const response = await send(new Request(new URL(`/api/wallets/export?${queryOf({ format, ...filters })}`, location.origin)));
  if (!response.ok) throw new ProblemError((await response.json()) as Problem, response);
  await saveAs(`wallets.${format}`, response);
}

function queryOf(parameters: object): URLSearchParams {
  return new URLSearchParams(Object.entries(given(parameters)).map(([name, value]) => [name, String(value)]));
}

/** A selection as the same file; wallets that are not loaded are asked for. Raises `ProblemError` or `Unreachable`. */
export async function exportSelected(
  format: Format,
  addresses: readonly string[],
  loaded: readonly CachedSummary[],
): Promise<void> {
  const known = new Map(loaded.map((row) => [row.wallet.wallet_address, row]));
  const rows: CachedSummary[] = [];
  for (let at = 0; at < addresses.length; at += AT_ONCE) {
    rows.push(...(await Promise.all(addresses.slice(at, at + AT_ONCE).map((each) => known.get(each) ?? read(each)))));
  }
  await save(format, rows);
}

async function read(address: string): Promise<CachedSummary> {
  const { wallet, cache } = await ok(
    api.GET("/api/wallets/{wallet_address}", { params: { path: { wallet_address: address } } }),
  );
  const { token_holdings, recent_funding: _funding, ...rest } = wallet;
  return { wallet: { ...rest, token_count: token_holdings?.length ?? null }, cache };
}

/** In the form of the server's own export. */
async function save(format: Format, rows: readonly CachedSummary[]): Promise<void> {
  const [text, type] = format === "csv" ? [asCsv(rows), "text/csv"] : [asLines(rows), "application/x-ndjson"];
  await saveAs(`wallets.${format}`, new Response(text, { headers: { "Content-Type": type } }));
}

const asLines = (rows: readonly CachedSummary[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

export function asCsv(rows: readonly CachedSummary[]): string {
  const columns = Object.keys(rows[0]?.wallet ?? {}) as (keyof CachedSummary["wallet"])[];
  const text = (value: unknown) =>
    value === null ? "" : Array.isArray(value) ? `[${value.map((each) => JSON.stringify(each)).join(", ")}]` : String(value);
  return csvOf([
    [...columns, "cache_state"],
    ...rows.map(({ wallet, cache }) => [...columns.map((column) => text(wallet[column])), cache.state]),
  ]);
}
