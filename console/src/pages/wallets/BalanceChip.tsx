import { Popover } from "@base-ui/react/popover";
import { useState } from "react";

import { amount } from "../../app/fields";
import { formatAmount } from "../../parts/amounts";
import { RemoveChip } from "../../parts/Chips";
import { classes } from "../../parts/classes";
import { Icon } from "../../parts/Icon";
import { TextField } from "../../parts/TextField";

interface Range {
  min: string | null;
  max: string | null;
}

/** A filter by the last balance, from and to. */
export function BalanceChip({ min, max, onChange }: Range & { onChange(range: Range): void }) {
  const [open, setOpen] = useState(false);
  const on = min !== null || max !== null;
  return (
    <span className={classes("filter-chip", on && "on")}>
      <Popover.Root open={open} onOpenChange={(next) => setOpen(next)}>
        <Popover.Trigger className="filter-chip-button">
          Balance {on ? <span className="filter-chip-value">{said({ min, max })}</span> : <Icon name="down" />}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner className="menu-positioner" sideOffset={6} align="start" collisionPadding={8}>
            <Popover.Popup className="menu" aria-label="Last balance">
              <RangeForm
                min={min}
                max={max}
                onChange={(range) => {
                  onChange(range);
                  setOpen(false);
                }}
              />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      {on && <RemoveChip name="Balance" onRemove={() => onChange({ min: null, max: null })} />}
    </span>
  );
}

function RangeForm({ min, max, onChange }: Range & { onChange(range: Range): void }) {
  const [from, setFrom] = useState(min ?? "");
  const [to, setTo] = useState(max ?? "");
  const [tried, setTried] = useState(false);
  const refusal = (text: string) =>
    tried && text !== "" && amount.parse(text) === null ? "An amount such as 0.25." : null;
  return (
    <form
      className="form range-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if ([from, to].every((text) => text === "" || amount.parse(text) !== null)) {
          onChange({ min: from || null, max: to || null });
        }
      }}
    >
      <TextField label="At least, SOL" value={from} maxLength={20} refusal={refusal(from)} onChange={(text) => setFrom(text.trim())} />
      <TextField label="At most, SOL" value={to} maxLength={20} refusal={refusal(to)} onChange={(text) => setTo(text.trim())} />
      <div className="form-actions">
        <button type="submit" className="button primary">
          Apply
        </button>
      </div>
    </form>
  );
}

function said({ min, max }: Range): string {
  if (min === null) return `≤ ${formatAmount(max ?? "")}`;
  return max === null ? `≥ ${formatAmount(min)}` : `${formatAmount(min)} to ${formatAmount(max)}`;
}
