import type { ReactNode } from "react";

import type { Schemas } from "../../app/api";
import { hrefOf } from "../../app/router";
import { formatCount, formatShare } from "../../parts/amounts";
import { Status } from "../../parts/Chips";
import { classes } from "../../parts/classes";
import { Mark, STATE_NAMES } from "../../parts/Freshness";
import { Section } from "../../parts/Section";

type Summary = Schemas["PortfolioSummary"];

const STATES = ["fresh", "stale", "error", "never"] as const;
const STATUSES = ["LAUNCHED", "FUNDED", "UNFUNDED", "ARCHIVED"] as const;

/** How much of the fleet is known, and how well: a band of shares, and each share as a link to its wallets. */
export function FreshnessCounts({ summary: { wallets_by_freshness: by, total_wallets } }: { summary: Summary }) {
  return (
    <Section title="Freshness">
      <Band parts={STATES.map((state) => ({ name: state, count: by[state] }))} />
      <ul className="counts">
        {STATES.map((state) => (
          <Count
            key={state}
            href={hrefOf(["wallets"], `freshness=${state}`)}
            count={by[state]}
            total={total_wallets}
            name={
              <>
                <Mark state={state} /> {STATE_NAMES[state]}
              </>
            }
          />
        ))}
      </ul>
    </Section>
  );
}

export function StatusCounts({ summary: { wallets_by_status: by, total_wallets } }: { summary: Summary }) {
  return (
    <Section title="Status">
      <ul className="counts">
        {STATUSES.map((status) => (
          <Count
            key={status}
            href={hrefOf(["wallets"], `status=${status}`)}
            count={by[status]}
            total={total_wallets}
            name={<Status status={status} />}
          />
        ))}
        <Count
          href={hrefOf(["wallets"], "status=UNKNOWN")}
          count={by.UNKNOWN}
          total={total_wallets} name={<span className="muted">not known yet</span>}
        />
      </ul>
    </Section>
  );
}

/** Shares of a whole as one bar. Its legend, which has the figures, stands beside it. */
export function Band({ parts }: { parts: readonly { name: string; count: number }[] }) {
  return (
    <div className="band" aria-hidden="true">
      {parts.map(({ name, count }) => count > 0 && <span key={name} className={name} style={{ flexGrow: count }} />)}
    </div>
  );
}

function Count({ href, count, total, name }: { href?: string; count: number; total: number; name: ReactNode }) {
  const body = (
    <>
      <span className="count-name">{name}</span>
      <span className="count-share">{total === 0 ? "" : formatShare(count, total)}</span>
      <span className="count-number">{formatCount(count)}</span>
    </>
  );
  return (
    <li className={classes(count === 0 && "none")}>
      {href === undefined || count === 0 ? <span className="count-row">{body}</span> : <a className="count-row" href={href}>{body}</a>}
    </li>
  );
}
