/** What needs somebody now, each with the way to it. Groups without anything are not shown. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";

import type { Schemas } from "../../app/api";
import { useNow } from "../../app/clock";
import { useConnection } from "../../app/connection";
import { attentionQuery } from "../../app/queries";
import { hrefOf } from "../../app/router";
import { Address } from "../../parts/Address";
import { ageOf } from "../../parts/ages";
import { Amount } from "../../parts/Amount";
import { formatAmount, formatCount, solOf } from "../../parts/amounts";
import { ProblemView } from "../../parts/Problem";
import { Section } from "../../parts/Section";
import { causeOf } from "./causes";

const RefreshDialog = lazy(() => import("../../app/shell/RefreshDialog"));
const SHOWN = 5;

type Listed = Schemas["AttentionWallet"];

export function Attention({ refreshAll }: { refreshAll: ReactNode }) {
  const { data: found, error, refetch } = useQuery(attentionQuery);
  const now = useNow();
  const { offline } = useConnection();
  const [refreshing, setRefreshing] = useState<Schemas["RefreshScope"] | null>(null);
  const refreshButton = (scope: Schemas["RefreshScope"]) => (
    <button type="button" className="button" disabled={offline} onClick={() => setRefreshing(scope)}>
      Refresh them…
    </button>
  );
  const nothing = found !== undefined && countOf(found) === 0;
  return (
    <Section title="Attention" action={nothing ? refreshAll : undefined}>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {found === undefined && error === null && <div className="skeleton block" />}
      {nothing && <p className="empty-note">Nothing fails, nothing is overdue, and every wallet was read.</p>}
      {found !== undefined && !nothing && (
        <div className="attention">
          <Group
            title="Failing"
            count={found.failing.total}
            href={hrefOf(["wallets"], "freshness=error")}
            action={refreshButton("failed")}
          >
            {found.failing.by_cause.map(({ code, wallets }) => (
              <li key={code}>
                <span className="attention-what">
                  {causeOf(code)} <code>{code}</code>
                </span>
                <span className="row-end">{formatCount(wallets)}</span>
              </li>
            ))}
            <Wallets wallets={found.failing.wallets} total={found.failing.total} most={3} />
          </Group>
          <Group
            title="Never read in full"
            count={found.never_read.total}
            href={hrefOf(["wallets"], "freshness=never")}
            action={refreshButton("never")}
          >
            <li className="muted">Their balance, tokens or fundings are unknown, and in no total.</li>
            <Wallets {...found.never_read} most={3} />
          </Group>
          <Group title="Overdue fundings" count={found.overdue_schedules.total} href={hrefOf(["funding"])}>
            {found.overdue_schedules.schedules
              .slice(0, SHOWN)
              .map(({ schedule_id, wallet_address, amount_sol, scheduled_for }) => (
                <li key={schedule_id}>
                  <Address address={wallet_address} link ours />
                  <span className="row-end">
                    <Amount value={amount_sol} unit="SOL" />
                    <span className="attention-age">{ageOf(scheduled_for, now)} late</span>
                  </span>
                </li>
              ))}
            <Others count={found.overdue_schedules.total - SHOWN} />
          </Group>
          <Group
            title="Funded, never launched"
            count={found.funded_never_launched.total}
            href={hrefOf(["wallets"], "status=FUNDED&sort=last_balance")}
          >
            <Wallets {...found.funded_never_launched} balance />
          </Group>
          <Group
            title="Low balances"
            note={`below ${formatAmount(solOf(BigInt(found.low_balance.below_lamports)))} SOL`}
            count={found.low_balance.total}
            href={hrefOf(["wallets"], `max=${solOf(BigInt(found.low_balance.below_lamports))}&sort=last_balance&direction=asc`)}
          >
            <Wallets {...found.low_balance} balance />
          </Group>
          {found.largest_changes.operation_id !== null && (
            <Group
              title="Largest changes"
              note="of the last refresh"
              count={found.largest_changes.items.length}
              atLeast={!found.largest_changes.complete}
              href={hrefOf(["refreshes", found.largest_changes.operation_id], "only=changed")}
            >
              {found.largest_changes.items.slice(0, SHOWN).map(({ wallet_address, balance_sol }) => (
                <li key={wallet_address}>
                  <Address address={wallet_address} link ours />
                  <span className="row-end">
                    <Amount value={balance_sol} unit="SOL" signed />
                  </span>
                </li>
              ))}
            </Group>
          )}
        </div>
      )}
      {refreshing !== null && (
        <Suspense fallback={null}>
          <RefreshDialog scope={refreshing} onClose={() => setRefreshing(null)} />
        </Suspense>
      )}
    </Section>
  );
}

function countOf(found: Schemas["Attention"]): number {
  const { failing, never_read, overdue_schedules, funded_never_launched, low_balance, largest_changes } = found;
  const totals = [failing, never_read, overdue_schedules, funded_never_launched, low_balance].map(({ total }) => total);
  return totals.reduce((sum, total) => sum + total, largest_changes.items.length);
}

function Group(props: {
  title: string;
  note?: string;
  count: number;
  atLeast?: boolean;
  href: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  if (props.count === 0) return null;
  return (
    <section className="attention-group" aria-label={props.title}>
      <header>
        <h3>
          <a href={props.href}>
            {props.title}{" "}
            <span className="count">
              {props.atLeast === true && "≥ "}
              {formatCount(props.count)}
            </span>
          </a>
          {props.note !== undefined && <small className="muted"> {props.note}</small>}
        </h3>
        {props.action}
      </header>
      <ul className="rows">{props.children}</ul>
    </section>
  );
}

function Wallets(props: { wallets: readonly Listed[]; total: number; most?: number; balance?: boolean }) {
  const { wallets, total, most = SHOWN, balance = false } = props;
  return (
    <>
      {wallets.slice(0, most).map(({ wallet_address, label, last_balance_sol }) => (
        <li key={wallet_address}>
          <Address address={wallet_address} label={label} link ours />
          {balance && (
            <span className="row-end">
              <Amount value={last_balance_sol} unit="SOL" />
            </span>
          )}
        </li>
      ))}
      <Others count={total - Math.min(most, wallets.length)} />
    </>
  );
}

function Others({ count }: { count: number }) {
  return count <= 0 ? null : <li className="muted">and {formatCount(count)} more</li>;
}
