import { memo } from "react";

import type { Schemas } from "../../app/api";
import type { StateOf } from "../../app/fields";
import { FilterChip, RemoveChip } from "../../parts/Chips";
import { Mark, STATE_NAMES } from "../../parts/Freshness";
import { usualDirection } from "../../parts/GridHeader";
import { Icon } from "../../parts/Icon";
import { Menu, MenuChoice, MenuToggle } from "../../parts/Menu";
import { SearchField } from "../../parts/SearchField";
import { BalanceChip } from "./BalanceChip";
import { COLUMN_TITLES } from "./columns";
import { COLUMNS, STATES, STATUSES, type ColumnKey, type FIELDS } from "./fields";

type View = StateOf<typeof FIELDS>;

const SORTS: Record<Schemas["WalletSort"], string> = {
  created_at: "newest first",
  updated_at: "last changed",
  last_balance: "largest balance",
  label: "label",
};

interface ToolbarProps {
  view: View;
  onChange(changes: Partial<View>, options?: { replace?: boolean }): void;
}

/** Search, filters that hold together, order and columns. */
export const Toolbar = memo(function Toolbar({ view, onChange }: ToolbarProps) {
  const { q, status, freshness, tag, min, max, sort, direction } = view;
  return (
    <div className="toolbar">
      <SearchField
        label="Search wallets"
        placeholder="Label, tag or address; …end"
        value={q}
        maxLength={100}
        onChange={(value) => onChange({ q: value }, { replace: true })}
      />
      <FilterChip
        name="Status"
        value={status}
        options={[
          ...STATUSES.map((value) => ({ value, label: value.toLowerCase() })),
          { value: "UNKNOWN" as const, label: "not known yet" },
        ]}
        onChange={(value) => onChange({ status: value })}
      />
      <FilterChip
        name="Freshness"
        value={freshness}
        options={STATES.map((value) => ({ value, label: <><Mark state={value} /> {STATE_NAMES[value]}</> }))}
        onChange={(value) => onChange({ freshness: value })}
      />
      <BalanceChip min={min} max={max} onChange={onChange} />
      {tag !== null && (
        <span className="filter-chip on">
          <span className="filter-chip-button">
            Tag <span className="filter-chip-value">{tag}</span>
          </span>
          <RemoveChip name="Tag" onRemove={() => onChange({ tag: null })} />
        </span>
      )}
      <span className="toolbar-space" />
      <Menu className="button quiet" trigger={<>{SORTS[sort]} <Icon name="down" /></>} label={`Order: ${SORTS[sort]}`}>
        <MenuChoice
          value={sort}
          options={(Object.keys(SORTS) as (keyof typeof SORTS)[]).map((value) => ({ value, label: SORTS[value] }))}
          onChange={(value) => onChange({ sort: value ?? "created_at", direction: null })}
        />
        <MenuToggle
          checked={direction !== null && direction !== usualDirection(sort)}
          onChange={(turned) => onChange({ direction: turned ? (usualDirection(sort) === "asc" ? "desc" : "asc") : null })}
        >
          the other way round
        </MenuToggle>
      </Menu>
      <Menu className="button quiet icon-only wide-only" label="Columns" trigger={<Icon name="columns" />}>
        {COLUMNS.map((key) => (
          <MenuToggle
            key={key}
            checked={view.columns.includes(key)}
            onChange={(on) => onChange({ columns: withColumn(view.columns, key, on) })}
          >
            {COLUMN_TITLES[key]}
          </MenuToggle>
        ))}
      </Menu>
    </div>
  );
});

function withColumn(chosen: readonly ColumnKey[], key: ColumnKey, on: boolean): readonly ColumnKey[] {
  return on ? [...chosen, key] : chosen.filter((each) => each !== key);
}
