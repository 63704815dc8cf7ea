import { useQuery } from "@tanstack/react-query";
import { memo, useEffect, useRef } from "react";

import { Icon } from "../../parts/Icon";
import { Menu, MenuChoice, MenuItem } from "../../parts/Menu";
import { useConnection } from "../connection";
import { mockPanel, theme, THEMES, toggleMockPanel, useTheme, useZone, zone, type Theme } from "../preferences";
import { callerQuery } from "../queries";
import { askToSignIn, mockSession, signOut, useSession } from "../session";
import { overlay } from "../shortcuts";
import { useStore } from "../store";
import { RefreshBar } from "./RefreshBar";

const THEME_ICONS = { system: "system", light: "sun", dark: "moon" } as const;

export const Header = memo(function Header() {
  return (
    <header className="header">
      <button type="button" className="search-button" aria-label="Search or jump to" onClick={() => overlay.set("palette")}>
        <Icon name="search" />
        <span>Search or jump to…</span>
        <kbd>/</kbd>
      </button>
      <RefreshBar />
      <div className="header-end">
        <Mode />
        <ZoneToggle />
        <ThemeMenu />
        <CallerMenu />
      </div>
    </header>
  );
});

/** Which backend spoke; `mixed` where some groups of operations are still the mock's. */
function Mode() {
  const { backends, controllable } = useConnection();
  const open = useStore(mockPanel) === "open";
  if (backends.size === 0) return null;
  const mode = backends.size > 1 ? "mixed" : [...backends][0];
  if (!controllable) {
    return (
      <span className={`mode ${mode}`} title={mode === "mock" ? "A faked world: nothing here is real" : `${mode} data`}>
        {mode}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={`mode ${mode}`}
      aria-expanded={open}
      title="A faked world: nothing here is real. Opens the panel that controls it (~)"
      onClick={toggleMockPanel}
    >
      {mode}
      {mockSession !== null && <span className="mode-session"> {mockSession}</span>}
    </button>
  );
}

function ZoneToggle() {
  const chosen = useZone();
  return (
    <button
      type="button"
      className="button quiet"
      onClick={() => zone.set(chosen === "utc" ? "local" : "utc")}
      title={`Times are ${chosen === "utc" ? "UTC" : "local"}; copies are always UTC`}
    >
      <Icon name="clock" /> {chosen === "utc" ? "UTC" : "Local"}
    </button>
  );
}

function ThemeMenu() {
  const chosen = useTheme();
  return (
    <Menu className="button quiet icon-only" label={`Theme: ${chosen}`} trigger={<Icon name={THEME_ICONS[chosen]} />}>
      <MenuChoice<Theme>
        value={chosen}
        options={THEMES.map((value) => ({ value, label: value }))}
        onChange={(value) => theme.set(value ?? "system")}
      />
    </Menu>
  );
}

function CallerMenu() {
  const { credential } = useSession();
  const { data: caller, refetch } = useQuery(callerQuery);
  const who = credential === null ? null : credential.kind === "key" ? "key" : credential.email;
  const asked = useRef(who);
  useEffect(() => {
    if (asked.current === who) return;
    asked.current = who;
    if (who !== null) void refetch();
  }, [who, refetch]);
  return (
    <Menu
      className="button quiet caller"
      label={credential === null ? "Not signed in" : credential.kind === "key" ? "Signed in with an API key" : "Signed in by e-mail"}
      trigger={
        <>
          <Icon name={credential === null ? "user" : "key"} />
          {caller !== undefined && caller.actor !== "anonymous" && (
            <span className="caller-name">
              <bdi>{credential?.kind === "user" ? credential.email : caller.actor.replace(/^(key|user):/, "")}</bdi>{" "}
              <small>{caller.role}</small>
            </span>
          )}
        </>
      }
    >
      {caller !== undefined && (
        <p className="menu-note caller-note">
          <b>
            <bdi>{caller.actor}</bdi>
          </b>
          {caller.role === "operate" ? "may read and change" : "may read"}
        </p>
      )}
      <p className="menu-note">{SENT[credential?.kind ?? "none"]}</p>
      <MenuItem icon="key" onSelect={askToSignIn}>
        {credential === null ? "Sign in" : "Sign in as somebody else"}
      </MenuItem>
      {credential !== null && (
        <MenuItem icon="out" onSelect={signOut}>
          {credential.kind === "key" ? "Forget the key" : "Sign out"}
        </MenuItem>
      )}
    </Menu>
  );
}

const SENT = {
  none: "No credentials are sent.",
  key: "An API key is sent, from memory.",
  user: "An ID token is sent, from memory.",
} as const;
