import type { CachedSummary } from "../../app/queries";
import { formatCount } from "../../parts/amounts";
import { CopyButton } from "../../parts/CopyButton";
import { Icon } from "../../parts/Icon";
import { Menu, MenuItem } from "../../parts/Menu";
import type { Selection } from "../../parts/selection";
import type { Editing } from "./EditDialog";
import type { Format } from "./export";

const MOST_REFRESHED = 500; // addresses that one refresh-all takes

interface ActionBarProps {
  selection: Selection;
  total: number | null;
  rows: readonly CachedSummary[];
  offline: boolean;
  onRefresh(addresses: readonly string[]): void;
  onEdit(what: Editing): void;
  onExport(format: Format): void;
}

/** What can be done with a selection. It is always there, so that nobody has to find out that it exists. */
export function ActionBar({ selection, total, rows, offline, onRefresh, onEdit, onExport }: ActionBarProps) {
  const addresses = [...selection.keys];
  const none = addresses.length === 0;
  const tooMany = addresses.length > MOST_REFRESHED;
  return (
    <footer className={none ? "action-bar" : "action-bar on"} aria-label="Selection">
      <span className="action-bar-count" aria-live="polite">
        {none ? "None selected" : `${formatCount(addresses.length)} selected`}
      </span>
      <button
        type="button"
        className={none ? "button" : "button primary"}
        disabled={none || tooMany || offline}
        title={tooMany ? `At most ${MOST_REFRESHED} at once` : undefined}
        onClick={() => onRefresh(addresses)}
      >
        <Icon name="refresh" /> <span>Refresh…</span>
      </button>
      <button type="button" className="button" disabled={none || offline} onClick={() => onEdit("tags")}>
        <Icon name="tag" /> <span>Tags…</span>
      </button>
      <button type="button" className="button" disabled={none || offline} onClick={() => onEdit("status")}>
        <Icon name="status" /> <span>Status…</span>
      </button>
      {!none && (
        <>
          <Menu className="button quiet icon-only" label="Export the selected" trigger={<Icon name="download" />}>
            <MenuItem onSelect={() => onExport("csv")}>As CSV</MenuItem>
            <MenuItem onSelect={() => onExport("jsonl")}>As JSON lines</MenuItem>
          </Menu>
          <CopyButton text={addresses.join("\n")} what="the selected addresses" />
        </>
      )}
      <span className="toolbar-space" />
      <button
        type="button"
        className="button quiet"
        disabled={rows.length === 0}
        onClick={() => selection.replace([...selection.keys, ...rows.map(({ wallet }) => wallet.wallet_address)])}
      >
        Select {rows.length === total ? "all" : "the loaded"} {formatCount(rows.length)}
      </button>
      <button type="button" className="button quiet" disabled={none} onClick={selection.clear}>
        Clear
      </button>
    </footer>
  );
}
