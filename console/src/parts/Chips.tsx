import type { ReactNode } from "react";

import type { Schemas } from "../app/api";
import { Icon } from "./Icon";
import { Menu, MenuChoice } from "./Menu";

/** A filter as a chip: closed it says what it filters by, opened it is a list. */
export function FilterChip<T extends string>(props: {
  name: string;
  value: T | null;
  options: readonly { value: T; label: ReactNode }[];
  onChange(value: T | null): void;
}) {
  const chosen = props.options.find(({ value }) => value === props.value);
  return (
    <span className={chosen === undefined ? "filter-chip" : "filter-chip on"}>
      <Menu
        className="filter-chip-button"
        trigger={
          <>
            {props.name}
            {chosen !== undefined && <span className="filter-chip-value">{chosen.label}</span>}
            {chosen === undefined && <Icon name="down" />}
          </>
        }
      >
        <MenuChoice
          value={props.value}
          options={[{ value: null, label: "any" }, ...props.options]}
          onChange={props.onChange}
        />
      </Menu>
      {chosen !== undefined && <RemoveChip name={props.name} onRemove={() => props.onChange(null)} />}
    </span>
  );
}

export function RemoveChip({ name, onRemove }: { name: string; onRemove(): void }) {
  return (
    <button type="button" className="filter-chip-remove" aria-label={`Remove the filter ${name}`} onClick={onRemove}>
      <Icon name="close" />
    </button>
  );
}

interface TagsProps {
  tags: readonly string[];
  onPick?(tag: string): void;
  /** So many are shown; the others are counted. */
  most?: number;
}

export function Tags({ tags, onPick, most = tags.length }: TagsProps) {
  const more = tags.slice(most);
  return (
    <span className="tags">
      {tags.slice(0, most).map((tag) =>
        onPick === undefined ? (
          <span key={tag} className="tag" title={tag}>
            {tag}
          </span>
        ) : (
          <button key={tag} type="button" tabIndex={-1} className="tag" title={tag} onClick={() => onPick(tag)}>
            {tag}
          </button>
        ),
      )}
      {more.length > 0 && (
        <span className="tag more-tags" title={more.join(", ")}>
          +{more.length}
        </span>
      )}
    </span>
  );
}

const STATUS_NAMES: Record<Schemas["WalletStatus"], string> = {
  UNFUNDED: "unfunded",
  FUNDED: "funded",
  LAUNCHED: "launched",
  ARCHIVED: "archived",
};

export function Status({ status, chosen = false }: { status: Schemas["WalletStatus"] | null; chosen?: boolean }) {
  if (status === null) {
    return (
      <span className="unknown" title="Nothing is known of it yet">
        —
      </span>
    );
  }
  return (
    <span className={`status ${status.toLowerCase()}`} title={chosen ? "set by hand" : undefined}>
      {STATUS_NAMES[status]}
      {chosen && <span className="by-hand"> · by hand</span>}
    </span>
  );
}
