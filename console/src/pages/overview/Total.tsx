import type { ReactNode } from "react";

import type { Schemas } from "../../app/api";
import { Amount } from "../../parts/Amount";
import { formatCount } from "../../parts/amounts";
import { Completeness } from "../../parts/Completeness";
import { Section } from "../../parts/Section";
import { TotalHistory } from "./TotalHistory";

type Summary = Schemas["PortfolioSummary"];

/** What all wallets hold together, never without how much of it is known. */
export function Total({ summary }: { summary: Summary }) {
  const { total_balance_sol, total_wallets, wallets_missing, open_schedules, scheduled_sol, total_launches } = summary;
  const nothingRead = wallets_missing === total_wallets;
  return (
    <Section title="Total" note={<Completeness {...summary} />}>
      <p className="total">
        <Amount value={nothingRead ? null : total_balance_sol} unit="SOL" atLeast={!summary.complete} />
      </p>
      <dl className="figures">
        <Figure name="Wallets" value={formatCount(total_wallets)} />
        <Figure
          name="Open fundings"
          value={
            <>
              {formatCount(open_schedules)}{" "}
              <small className="muted">
                for <Amount value={scheduled_sol} unit="SOL" />
              </small>
            </>
          }
        />
        <Figure name="Launches ever" value={formatCount(total_launches)} />
      </dl>
      <TotalHistory />
    </Section>
  );
}

function Figure({ name, value }: { name: string; value: ReactNode }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
