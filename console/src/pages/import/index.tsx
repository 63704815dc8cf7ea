/** Many wallets at once. A dry run comes first, and says of each row what would happen; then they are registered. */
import { useEffect, useRef, useState } from "react";

import { queryClient } from "../../app/queryClient";
import { useConnection } from "../../app/connection";
import { ProblemView } from "../../parts/Problem";
import { SECRET_REFUSED } from "../../parts/TextField";
import { holdsSecret } from "../../parts/secrets";
import { judge, refusedHere, rowsWithSecrets, type Verdicts } from "./importing";
import { parseWallets, Unreadable, type ImportRow, type Parsed } from "./parse";
import { Review, type Stage } from "./Review";
import { Source } from "./Source";
import "./import.css";

interface Loaded extends Parsed {
  readonly name: string | null;
}

export default function ImportPage() {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [verdicts, setVerdicts] = useState<Verdicts>(new Map());
  const [stage, setStage] = useState<Stage>("checking");
  const [refused, setRefused] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const { offline } = useConnection();
  const running = useRef(new AbortController());
  const keys = useRef(new Map<number, string>());
  useEffect(() => () => running.current.abort(), []);

  const load = async (text: string, name: string | null) => {
    setRefused(null);
    try {
      const parsed = parseWallets(text);
      // One that can't be read as a wallet may be a key's own file: nothing of it is shown, whatever it is.
      const secrets = await rowsWithSecrets(parsed.rows);
      if (secrets.length > 0) throw new Unreadable(`Row ${secrets.slice(0, 5).join(", ")}: ${SECRET_REFUSED}`);
      if (parsed.rows.every(({ problem }) => problem !== null) && (await holdsSecret(text))) throw new Unreadable(SECRET_REFUSED);
      setLoaded({ ...parsed, name });
      keys.current = new Map();
      await check(parsed.rows);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      setRefused((await holdsSecret(text)) ? SECRET_REFUSED : error.message);
    }
  };

  /** Ask about all rows, or register those of them that are still to be. */
  const run = async (rows: readonly ImportRow[], dryRun: boolean, known: Verdicts) => {
    running.current.abort();
    running.current = new AbortController();
    const { signal } = running.current;
    setFailure(null);
    setVerdicts(known);
    setStage(dryRun ? "checking" : "registering");
    let all = known;
    try {
      for await (const some of judge(rows, { dryRun, keys: dryRun ? new Map() : keys.current, signal })) {
        all = new Map([...all, ...some]);
        setVerdicts(all);
      }
      setStage(dryRun ? "checked" : "registered");
    } catch (error) {
      if (signal.aborted) return;
      setFailure(error);
      setStage(dryRun ? "unchecked" : "stopped");
    }
    if (!dryRun) for (const kind of ["wallets", "summary", "audit"]) void queryClient.invalidateQueries({ queryKey: [kind] });
  };
  const check = (rows: readonly ImportRow[]) => run(rows, true, refusedHere(rows));
  const register = (rows: readonly ImportRow[]) => {
    // After a commit that broke off, those without an outcome are left.
    const wanted = stage === "stopped" ? undefined : "created";
    const left = rows.filter(({ number }) => verdicts.get(number)?.outcome === wanted);
    const numbers = new Set(left.map(({ number }) => number));
    return run(left, false, new Map([...verdicts].filter(([number]) => !numbers.has(number))));
  };

  const again = () => {
    running.current.abort();
    setLoaded(null);
    setRefused(null);
    setFailure(null);
  };

  return (
    <div className={loaded === null ? "page" : "page filling"}>
      <header className="page-head">
        <h1>Import</h1>
        {loaded !== null && (
          <div className="page-actions">
            <button type="button" className="button" onClick={again}>
              Another file
            </button>
          </div>
        )}
      </header>
      {loaded === null ? (
        <>
          <p className="muted import-about">
            Registers wallets with their label, notes, tags and status. What is registered already is left as it is, and
            nothing is read from the chain. The file is read in this page; first you see what would happen.
          </p>
          {refused !== null && (
            <p className="problem" role="alert">
              {refused}
            </p>
          )}
          <Source onText={(text, name) => void load(text, name)} onRefused={setRefused} />
        </>
      ) : (
        <>
          {failure !== null && (
            <ProblemView
              error={failure}
              onRetry={() =>
                void (stage === "unchecked" ? check(loaded.rows) : register(loaded.rows))
              }
            />
          )}
          <Review
            name={loaded.name}
            rows={loaded.rows}
            leftOut={loaded.leftOut}
            verdicts={verdicts}
            stage={stage}
            disabled={offline}
            onRegister={() => void register(loaded.rows)}
          />
        </>
      )}
    </div>
  );
}
