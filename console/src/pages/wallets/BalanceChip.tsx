import { formatAmount } from "../../parts/amounts";
import { RemoveChip } from "../../parts/Chips";
import { classes } from "../../parts/classes";
import { Icon } from "../../parts/Icon";
import { useOnDemand } from "../../parts/onDemand";

export interface Range {
  min: string | null;
  max: string | null;
}

const load = () => import("./BalancePopover");

/** A filter by the last balance, from and to. */
export function BalanceChip({ min, max, onChange }: Range & { onChange(range: Range): void }) {
  const { loaded, ask, near } = useOnDemand(load);
  const on = min !== null || max !== null;
  const trigger = (
    <>Balance {on ? <span className="filter-chip-value">{said({ min, max })}</span> : <Icon name="down" />}</>
  );
  return (
    <span className={classes("filter-chip", on && "on")}>
      {loaded === null ? (
        <button
          type="button"
          className="filter-chip-button"
          aria-haspopup="dialog"
          aria-expanded={false}
          onClick={ask}
          {...near}
        >
          {trigger}
        </button>
      ) : (
        <loaded.BalancePopover trigger={trigger} min={min} max={max} onChange={onChange} />
      )}
      {on && <RemoveChip name="Balance" onRemove={() => onChange({ min: null, max: null })} />}
    </span>
  );
}

function said({ min, max }: Range): string {
  if (min === null) return `≤ ${formatAmount(max ?? "")}`;
  return max === null ? `≥ ${formatAmount(min)}` : `${formatAmount(min)} to ${formatAmount(max)}`;
}
