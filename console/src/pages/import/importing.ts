/** Asks the server about the rows, and registers them: a hundred a request, as many as one takes. */
import { api, idempotencyKey, ok, type Schemas } from "../../app/api";
import { holdsSecret } from "../../parts/secrets";
import type { ImportRow } from "./parse";

export type Outcome = Schemas["ImportOutcome"];

export interface Judged {
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
}

export type Verdicts = ReadonlyMap<number, Judged>;

const AT_ONCE = 100;

/** Numbers of rows that hold a private key or a recovery phrase. */
export async function rowsWithSecrets(rows: readonly ImportRow[]): Promise<number[]> {
  const found: number[] = [];
  for (const { number, wallet } of rows) {
    const texts = [wallet.wallet_address, wallet.label, wallet.notes, wallet.status_override, (wallet.tags ?? []).join(" ")];
    if (await holdsSecret(texts.filter(Boolean).join("\n"))) found.push(number);
  }
  return found;
}

/** What the page itself knows of rows that can't be sent. */
export function refusedHere(rows: readonly ImportRow[]): Verdicts {
  return new Map(
    rows.flatMap(({ number, problem }) => (problem === null ? [] : [[number, { outcome: "invalid", reasons: [problem] }]])),
  );
}

/**
 * The outcome of each row, a request at a time; a commit that stops half-way has said which rows are registered. `keys`
 * remembers each request's `Idempotency-Key` by its first row: tried again, it is the same request. Raises `ProblemError`
 * or `Unreachable`.
 */
export async function* judge(
  rows: readonly ImportRow[],
  { dryRun, keys, signal }: { dryRun: boolean; keys: Map<number, string>; signal: AbortSignal },
): AsyncGenerator<Verdicts> {
  const sent = rows.filter(({ problem }) => problem === null);
  for (let start = 0; start < sent.length; start += AT_ONCE) {
    const batch = sent.slice(start, start + AT_ONCE);
    const first = batch[0]?.number ?? 0;
    const key = keys.get(first) ?? idempotencyKey();
    keys.set(first, key);
    const answer = await ok(
      api.POST("/api/wallets/import", {
        params: { header: { "Idempotency-Key": key } },
        body: { dry_run: dryRun, wallets: batch.map(({ wallet }) => wallet) },
        signal,
      }),
    );
    yield new Map(
      batch.map(({ number }, index) => {
        const item = answer.items[index];
        const reasons = item?.errors.map(({ where, expected }) => `${fieldOf(where)}: ${expected}`) ?? [];
        return [number, { outcome: item?.outcome ?? "invalid", reasons }];
      }),
    );
  }
}

/** `/body/wallets/3/label` is the row's label. */
function fieldOf(where: string): string {
  return where.replace(/^\/body\/wallets\/\d+\/?/, "") || "wallet";
}
