/**
 * Wallets from a file, read in the page: CSV with a header line, or JSON lines. What the console exports can be imported
 * again. Nothing here judges a wallet: that is the server's dry run. A row that can't even be asked about says why.
 */
import Papa from "papaparse";

import type { Schemas } from "../../app/api";

export type ImportWallet = Schemas["ImportWallet"];

export interface ImportRow {
  /** The record's place in the file, from 1; a header is none. */
  readonly number: number;
  readonly wallet: ImportWallet;
  /** Why it can't be sent; null if it can. */
  readonly problem: string | null;
}

export interface Parsed {
  readonly rows: readonly ImportRow[];
  /** Columns or members that are no metadata, such as an export's readings. */
  readonly leftOut: readonly string[];
}

/** The file as a whole is none of what can be read; the message quotes nothing of it. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

export const MOST_ROWS = 10_000;
const FIELDS = ["wallet_address", "label", "notes", "tags", "status_override"] as const;
// Beyond these the server refuses a request as a whole.
const LONGEST = { wallet_address: 100, label: 500, notes: 4000, status_override: 50 } as const;
const MOST_TAGS = 50;
const LONGEST_TAG = 100;
/** The export puts an apostrophe before what a spreadsheet would take for a formula, and before one that stood there. */
const DEFUSED = /^'(?='*[=+\-@＝＋－＠\t\r\n])/;
/** A column that only an export has: its cells are texts as they are, not as somebody has typed them. */
const EXPORTED = "cache_state";

const ENCODINGS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * The text of a file: UTF-8, or UTF-16 where its first bytes say so, as spreadsheets save "Unicode text". Raises
 * `Unreadable`: read as something else, umlauts and emoji would be registered as other characters.
 */
export function textOf(bytes: Uint8Array): string {
  const [encoding] = ENCODINGS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? ["utf-8"];
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable("Its text is not UTF-8. Save it as CSV UTF-8.");
  }
}

/** Raises `Unreadable`. */
export function parseWallets(text: string): Parsed {
  const content = text.replace(/^\uFEFF/, "").trim();
  if (content === "") throw new Unreadable("There is nothing in it.");
  const parsed = /^[[{]/.test(content) ? fromJsonLines(content) : fromCsv(content);
  if (parsed.rows.length > MOST_ROWS) throw new Unreadable(`It has more than ${MOST_ROWS} wallets. Import it in parts.`);
  return { ...parsed, rows: withoutRepeats(parsed.rows) };
}

function fromCsv(content: string): Parsed {
  const { data, errors } = Papa.parse<string[]>(content, { skipEmptyLines: "greedy" });
  if (errors.some(({ type }) => type === "Quotes")) throw new Unreadable("A quoted cell never ends, or ends amid its text.");
  const [head = [], ...records] = data;
  const names = head.map((name) => name.trim().toLowerCase());
  if (!names.includes("wallet_address")) {
    throw new Unreadable("It needs a header line with a column wallet_address, or one JSON object a line.");
  }
  const isExport = names.includes(EXPORTED);
  const rows = records.map((cells, index): ImportRow => {
    const written = (name: string) => cells[names.indexOf(name)] ?? "";
    const cell = (name: string) => (isExport ? written(name) : written(name).trim()).replace(DEFUSED, "");
    const given = {
      wallet_address: cell("wallet_address"),
      label: cell("label") || null,
      notes: cell("notes") || null,
      tags: tagsOf(cell("tags")),
      status_override: cell("status_override") || null,
    };
    return checked(index + 1, given, cells.length > names.length ? "It has more cells than the header." : null);
  });
  return { rows, leftOut: names.filter((name) => name !== "" && !FIELDS.some((field) => field === name)) };
}

function fromJsonLines(content: string): Parsed {
  const leftOut = new Set<string>();
  const lines = content.split("\n").filter((line) => line.trim() !== "");
  const rows = lines.map((line, index): ImportRow => {
    const found = walletOf(line);
    if (found === null) return checked(index + 1, { wallet_address: "" }, "It is not a JSON object.");
    for (const name of Object.keys(found)) if (!FIELDS.some((field) => field === name)) leftOut.add(name);
    const { wallet_address = "", label = null, notes = null, tags = [], status_override = null } = found;
    const isText = (value: unknown) => value === null || typeof value === "string";
    const fits =
      typeof wallet_address === "string" &&
      [label, notes, status_override].every(isText) &&
      Array.isArray(tags) &&
      tags.every((tag) => typeof tag === "string");
    if (!fits) return checked(index + 1, { wallet_address: String(wallet_address).slice(0, 100) }, "A field is of another type than text.");
    return checked(index + 1, { wallet_address, label, notes, tags, status_override } as ImportWallet, null);
  });
  return { rows, leftOut: [...leftOut] };
}

/** A line is a wallet, or holds one as the export has it. */
function walletOf(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const record = value as Record<string, unknown>;
    return typeof record["wallet"] === "object" ? (record["wallet"] as Record<string, unknown> | null) : record;
  } catch {
    return null;
  }
}

/** `["ops","q4"]` as the export has it, or `ops; q4` as people type it. */
function tagsOf(cell: string): string[] {
  if (cell.startsWith("[")) {
    try {
      const tags: unknown = JSON.parse(cell);
      if (Array.isArray(tags)) return tags.map(String);
    } catch {
      return [cell];
    }
  }
  return cell.split(/[;,]/).map((tag) => tag.trim()).filter(Boolean);
}

function checked(number: number, wallet: ImportWallet, problem: string | null): ImportRow {
  const long = (Object.keys(LONGEST) as (keyof typeof LONGEST)[]).find((name) => (wallet[name]?.length ?? 0) > LONGEST[name]);
  const tags = wallet.tags ?? [];
  const found =
    problem ??
    (wallet.wallet_address === "" ? "It has no address." : null) ??
    (long === undefined ? null : `Its ${long} is longer than ${LONGEST[long]} characters.`) ??
    (tags.length > MOST_TAGS ? `It has more than ${MOST_TAGS} tags.` : null) ??
    (tags.some((tag) => tag.length > LONGEST_TAG) ? `A tag is longer than ${LONGEST_TAG} characters.` : null);
  return { number, wallet, problem: found };
}

function withoutRepeats(rows: readonly ImportRow[]): ImportRow[] {
  const first = new Map<string, number>();
  return rows.map((row) => {
    const { wallet_address: address } = row.wallet;
    const before = first.get(address);
    if (address !== "" && before === undefined) first.set(address, row.number);
    return before === undefined || row.problem !== null ? row : { ...row, problem: `The same address as row ${before}.` };
  });
}
