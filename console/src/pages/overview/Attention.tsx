/** What needs somebody now, each with the way to it. Groups without anything are not shown. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";

import type { Schemas } from "../../app/api";
import { useNow } from "../../app/clock";
import { useConnection } from "../../app/connection";
import { launchAnalyticsQuery, schedulesQuery, walletsQuery } from "../../app/queries";
import { hrefOf } from "../../app/router";
import { Address } from "../../parts/Address";
import { ageOf } from "../../parts/ages";
import { Amount } from "../../parts/Amount";
import { formatCount } from "../../parts/amounts";
import { useKnownAddresses } from "../../parts/known";
import { ProblemView } from "../../parts/Problem";
import { Section } from "../../parts/Section";
import { byCause } from "./causes";

const RefreshDialog = lazy(() => import("../../app/shell/RefreshDialog"));
const SHOWN = 5;
const FAILING = { freshness: "error", sort: "updated_at" } as const;
const DAYS = 30;

export function Attention({ summary, refreshAll }: { summary: Schemas["PortfolioSummary"]; refreshAll: ReactNode }) {
  const failing = useInfiniteQuery({ ...walletsQuery(FAILING), enabled: summary.wallets_by_freshness.error > 0 });
  const schedules = useInfiniteQuery({ ...schedulesQuery(null, "SCHEDULED"), enabled: summary.open_schedules > 0 });
  const launches = useQuery(launchAnalyticsQuery(DAYS));
  const now = useNow();
  const { offline } = useConnection();
  const [refreshing, setRefreshing] = useState<Schemas["RefreshScope"] | null>(null);
  useKnownAddresses(); // labels may be learnt later

  const rows = failing.data?.rows ?? [];
  const causes = summary.wallets_by_freshness.error > 0 ? byCause(rows) : [];
  const overdue = (schedules.data?.rows ?? []).filter((each) => each.overdue);
  const unlaunched = launches.data?.funded_never_launched;
  const never = summary.wallets_by_freshness.never;
  const error = failing.error ?? schedules.error ?? launches.error;
  const waiting = failing.isLoading || schedules.isLoading || launches.isLoading;
  const nothing = causes.length === 0 && overdue.length === 0 && never === 0 && (unlaunched?.total ?? 0) === 0;
  const refreshButton = (scope: Schemas["RefreshScope"]) => (
    <button type="button" className="button" disabled={offline} onClick={() => setRefreshing(scope)}>
      Refresh them…
    </button>
  );

  return (
    <Section title="Attention" action={nothing ? refreshAll : undefined}>
      {error !== null && (
        <ProblemView
          error={error}
          onRetry={() => {
            for (const query of [failing, schedules, launches]) if (query.error !== null) void query.refetch();
          }}
        />
      )}
      {waiting && <div className="skeleton block" />}
      {nothing && !waiting && error === null && (
        <p className="empty-note">Nothing fails, nothing is overdue, and every wallet was read.</p>
      )}
      {!waiting && !nothing && (
        <div className="attention">
          {causes.length > 0 && (
            <Group
              title="Failing"
              count={summary.wallets_by_freshness.error}
              href={hrefOf(["wallets"], "freshness=error")}
              action={refreshButton("failed")}
            >
              {causes.map(({ code, message, retryable, wallets }) => (
                <li key={code}>
                  <span className="attention-what">
                    {message} <code>{code}</code>{" "}
                    <span className="muted">{retryable ? "Trying again may help." : "Trying again won't help."}</span>
                  </span>
                  <span className="attention-wallets">
                    {wallets.slice(0, 3).map(({ wallet_address, label }) => (
                      <Address key={wallet_address} address={wallet_address} label={label} link ours />
                    ))}
                    <Others count={wallets.length - 3} />
                  </span>
                </li>
              ))}
            </Group>
          )}
          {never > 0 && (
            <Group
              title="Never read in full"
              count={never}
              href={hrefOf(["wallets"], "freshness=never")}
              action={refreshButton("never")}
            >
              <li className="muted">Their balance, tokens or fundings are unknown, and in no total.</li>
            </Group>
          )}
          {overdue.length > 0 && (
            <Group title="Overdue fundings" count={overdue.length} atLeast={overdue.length === schedules.data?.rows.length && schedules.hasNextPage} href={hrefOf(["funding"])}>
              {overdue.slice(0, SHOWN).map(({ schedule_id, wallet_address, amount_sol, scheduled_for }) => (
                <li key={schedule_id}>
                  <Address address={wallet_address} link ours />
                  <span className="row-end">
                    <Amount value={amount_sol} unit="SOL" />
                    <span className="attention-age">{ageOf(scheduled_for, now)} late</span>
                  </span>
                </li>
              ))}
              <Others count={overdue.length - SHOWN} line />
            </Group>
          )}
          {unlaunched !== undefined && unlaunched.total > 0 && (
            <Group
              title="Funded, never launched"
              count={unlaunched.total}
              atLeast={launches.data?.complete === false}
              href={hrefOf(["wallets"], "status=FUNDED&sort=last_balance")}
            >
              {unlaunched.wallets.slice(0, SHOWN).map((address) => (
                <li key={address}>
                  <Address address={address} link ours />
                </li>
              ))}
              <Others count={unlaunched.total - SHOWN} line />
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

function Group(props: {
  title: string;
  count: number;
  atLeast?: boolean;
  href: string;
  action?: ReactNode;
  children: ReactNode;
}) {
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
        </h3>
        {props.action}
      </header>
      <ul className="rows">{props.children}</ul>
    </section>
  );
}

function Others({ count, line = false }: { count: number; line?: boolean }) {
  if (count <= 0) return null;
  const text = `and ${formatCount(count)} more`;
  return line ? <li className="muted">{text}</li> : <span className="muted">{text}</span>;
}
