import { ProblemError, send, type Problem } from "../../app/api";
import { saveAs } from "../../parts/download";

/** All wallets as a file. Raises `ProblemError` or `Unreachable`. */
export async function exportWallets(format: "csv" | "jsonl"): Promise<void> {
  const response = await send(new Request(new URL(`/api/wallets/export?format=${format}`, location.origin)));
  if (!response.ok) throw new ProblemError((await response.json()) as Problem, response);
  await saveAs(`wallets.${format}`, response);
}
