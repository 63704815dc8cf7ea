import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "../../app/api";
import { activityQuery } from "../../app/queries";
import { Address, Ends } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { formatCount, lamportsOf } from "../../parts/amounts";
import { Age, Instant } from "../../parts/Freshness";
import { ProblemView } from "../../parts/Problem";
import { More, Section } from "../../parts/Section";

type Transaction = Schemas["WalletTransaction"];

const STEP = 15; // rows that are shown at once
const DUST = 1_000_000n; // lamports; 0.001 SOL, what poisoners send to be seen in a list

/** The wallet's transactions as refreshes have read them, with how far back they are all there. */
export function Activity({ address }: { address: string }) {
  const query = useInfiniteQuery(activityQuery(address));
  const found = query.data;
  const [most, setMost] = useState(STEP);
  const loaded = found?.rows ?? [];
  const rows = loaded.slice(0, most);
  const dust = rows.filter(isDust);
  return (
    <Section
      title="Activity"
      note={
        found !== undefined &&
        found.as_of !== null && (
          <>
            {formatCount(found.total)} ·{" "}
            {found.complete_since === null ? (
              "complete, to the very first"
            ) : (
              <>
                complete since <Instant at={found.complete_since} />
              </>
            )}
          </>
        )
      }
    >
      {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {found === undefined && query.error === null && <div className="skeleton block" />}
      {found?.total === 0 && (
        <p className="empty-note">{found.as_of === null ? "Never read." : "No transaction is known."}</p>
      )}
      <Transactions transactions={rows.filter((each) => !isDust(each))} />
      {dust.length > 0 && (
        <details className="fold">
          <summary>{dust.length} that brought under 0.001 SOL</summary>
          <Transactions transactions={dust} />
        </details>
      )}
      <More
        shown={rows.length}
        total={found?.total ?? 0}
        loading={query.isFetchingNextPage}
        onMore={() => {
          setMost((now) => now + STEP);
          if (loaded.length < most + STEP && query.hasNextPage) void query.fetchNextPage();
        }}
      />
    </Section>
  );
}

/** What came in unasked and is next to nothing. */
function isDust({ change_sol, token_changes, failed }: Transaction): boolean {
  const lamports = lamportsOf(change_sol ?? "");
  return !failed && lamports !== null && lamports > 0n && lamports < DUST && token_changes?.length === 0;
}

function Transactions({ transactions }: { transactions: readonly Transaction[] }) {
  if (transactions.length === 0) return null;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Transactions">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col" className="end">
              SOL
            </th>
            <th scope="col">Tokens</th>
            <th scope="col">With</th>
            <th scope="col">Signature</th>
          </tr>
        </thead>
        <tbody>
          {transactions.map((transaction) => (
            <tr key={transaction.signature}>
              <td>
                <Age at={transaction.block_time} />
              </td>
              <td className="end">
                {transaction.failed ? (
                  <span className="badge warning">failed</span>
                ) : (
                  <Amount value={transaction.change_sol} aligned signed />
                )}
              </td>
              <td>
                <TokenChanges changes={transaction.token_changes} />
              </td>
              <td>
                {transaction.counterparty === null ? (
                  <span className="unknown">—</span>
                ) : (
                  <Address address={transaction.counterparty} />
                )}
              </td>
              <td>
                <Ends address={transaction.signature} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TokenChanges({ changes }: { changes: Transaction["token_changes"] }) {
  const [first, ...others] = changes ?? [];
  if (first === undefined) return <span className="unknown">—</span>;
  return (
    <>
      <Amount value={first.balance} signed /> <Ends address={first.mint_address} />
      {others.length > 0 && <span className="muted"> and {others.length} more</span>}
    </>
  );
}
