/** What a filter by the last balance opens. */
import { Popover } from "@base-ui/react/popover";
import { useState, type ReactNode } from "react";

import { amount } from "../../app/fields";
import { TextField } from "../../parts/TextField";
import type { Range } from "./BalanceChip";

interface BalancePopoverProps extends Range {
  trigger: ReactNode;
  onChange(range: Range): void;
}

export function BalancePopover({ trigger, min, max, onChange }: BalancePopoverProps) {
  const [open, setOpen] = useState(true);
  return (
    <Popover.Root open={open} onOpenChange={(next) => setOpen(next)}>
      <Popover.Trigger className="filter-chip-button">{trigger}</Popover.Trigger>
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
