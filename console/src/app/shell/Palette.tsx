/** Search and commands in one list: wallets, first those that this page has seen; any address, pages, actions. */
import { Dialog as Base } from "@base-ui/react/dialog";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useId, useMemo, useState, type KeyboardEvent, type ReactNode } from "react";

import { Ends } from "../../parts/Address";
import { isAddress } from "../../parts/base58";
import { Icon, type IconName } from "../../parts/Icon";
import { noteWallets, seenWallets, useKnownAddresses } from "../../parts/known";
import { SECRET_REFUSED, useGuardedInput } from "../../parts/TextField";
import { isControllable } from "../connection";
import { theme, toggleMockPanel, zone } from "../preferences";
import { PAGES } from "../registry";
import { searchQuery } from "../queries";
import { hrefOf, navigate } from "../router";
import { overlay } from "../shortcuts";

interface Entry {
  readonly key: string;
  readonly icon: IconName;
  readonly text: ReactNode;
  run(): void;
}

const MOST_WALLETS = 8;
const PAUSE = 200; // milliseconds without a key until the server is asked

export default function Palette({ onClose }: { onClose(): void }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const { refused, onInput } = useGuardedInput((text) => {
    setTyped(text);
    setChosen(0);
  });
  const sought = usePaused(typed.trim());
  const found = useQuery({
    ...searchQuery(sought),
    enabled: sought !== "",
    placeholderData: keepPreviousData,
  });
  useEffect(() => noteWallets(found.data?.items.map(({ wallet }) => wallet) ?? []), [found.data]);
  const known = useKnownAddresses(); // labels that were found join the others
  const entries = useMemo(() => entriesFor(typed.trim()), [typed, known, found.data]);
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setChosen((at) => Math.min(at + 1, entries.length - 1));
    else if (event.key === "ArrowUp") setChosen((at) => Math.max(at - 1, 0));
    else if (event.key === "Enter") run(entries[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className="dialog palette" aria-label="Search and commands">
          <div className="palette-field">
            <Icon name="search" />
            <input
              className="palette-input"
              role="combobox"
              aria-label="Search or jump to"
              aria-expanded="true"
              aria-controls={`${id}-list`}
              aria-activedescendant={entries.length > 0 ? `${id}-${chosen}` : undefined}
              placeholder="A label, an address, a page…"
              autoComplete="off"
              spellCheck={false}
              autoFocus
              onInput={onInput}
              onKeyDown={onKeyDown}
            />
          </div>
          {refused && (
            <p className="hint refused" role="alert">
              {SECRET_REFUSED}
            </p>
          )}
          <ul className="palette-list" role="listbox" aria-label="Found" id={`${id}-list`}>
            {entries.map((entry, index) => (
              <li
                key={entry.key}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === chosen}
                onPointerMove={() => setChosen(index)}
                onClick={() => run(entry)}
              >
                <Icon name={entry.icon} />
                <span className="palette-text">{entry.text}</span>
              </li>
            ))}
          </ul>
          {entries.length === 0 && (
            <p className="palette-empty muted">
              {found.isFetching || sought !== typed.trim() ? "Searching…" : "Nothing of that name. An address opens its wallet."}
            </p>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** A text once it has stayed the same for a moment. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

function entriesFor(typed: string): Entry[] {
  const sought = typed.toLowerCase();
  const matches = (text: string) => text.toLowerCase().includes(sought);
  const open = (address: string) => () => navigate(hrefOf(["wallets", address]));
  const wallets: Entry[] = [...seenWallets()]
    .filter(([address, label]) => sought !== "" && (matches(label ?? "") || address.startsWith(typed) || address.endsWith(typed.replace(/^(…|\.\.\.)/, ""))))
    .slice(0, MOST_WALLETS)
    .map(([address, label]) => ({
      key: address,
      icon: "wallet",
      text: (
        <>
          {label ?? "no label"} <Ends address={address} />
        </>
      ),
      run: open(address),
    }));
  if (isAddress(typed) && !seenWallets().has(typed)) {
    wallets.push({ key: typed, icon: "wallet", text: <>Open <Ends address={typed} /></>, run: open(typed) });
  }
  const pages: Entry[] = PAGES.filter(({ title }) => matches(title)).map(({ path, title, icon }) => ({
    key: path,
    icon,
    text: title,
    run: () => navigate(hrefOf([path])),
  }));
  const actions: Entry[] = (
    [
      ["Refresh wallets…", "refresh", () => overlay.set("refresh")],
      ["Times in UTC or local", "clock", () => zone.set((now) => (now === "utc" ? "local" : "utc"))],
      ["Theme: light", "sun", () => theme.set("light")],
      ["Theme: dark", "moon", () => theme.set("dark")],
      ["Theme: as the system", "system", () => theme.set("system")],
      ["Keyboard shortcuts", "menu", () => overlay.set("help")],
      ...(isControllable() ? [["Mock panel", "settings", toggleMockPanel] as const] : []),
    ] as const
  )
    .filter(([text]) => matches(text))
    .map(([text, icon, run]) => ({ key: text, icon, text, run }));
  return [...wallets, ...pages, ...actions];
}
