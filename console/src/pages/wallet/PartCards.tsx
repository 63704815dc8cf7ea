import type { Schemas } from "../../app/api";
import { PART_NAMES, PartFreshness, PARTS } from "../../parts/Freshness";
import { Icon } from "../../parts/Icon";
import { classes } from "../../parts/classes";

type Part = Schemas["WalletPart"];

interface PartCardsProps {
  parts: Schemas["CacheParts"];
  pending: readonly Part[] | "all" | null;
  disabled: boolean;
  onRefresh(part: Part): void;
}

/** The three parts of a reading, which succeed and fail alone. */
export function PartCards({ parts, pending, disabled, onRefresh }: PartCardsProps) {
  return (
    <div className="part-cards">
      {PARTS.map((name) => {
        const waits = pending === "all" || pending?.includes(name) === true;
        return (
          <section key={name} className={classes("card part-card", waits && "busy")} aria-label={`Reading of ${PART_NAMES[name]}`}>
            <header className="card-head">
              <h2>{PART_NAMES[name]}</h2>
              <button
                type="button"
                className="button quiet icon-only"
                disabled={disabled}
                aria-label={`Refresh ${PART_NAMES[name]} alone`}
                title="Refresh this part alone"
                onClick={() => onRefresh(name)}
              >
                <Icon name="refresh" />
              </button>
            </header>
            <PartFreshness part={parts[name]} />
          </section>
        );
      })}
    </div>
  );
}
