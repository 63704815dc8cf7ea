/** What is around every page: rail, header, banners, and what opens above it. */
import { lazy, memo, Suspense, useEffect, useRef } from "react";

import { Icon } from "../../parts/Icon";
import { useConnection } from "../connection";
import { useMocked } from "../mocked";
import { mockPanel } from "../preferences";
import { HOME } from "../pages";
import { PAGES, type PageEntry } from "../registry";
import { hrefOf, usePlace } from "../router";
import { useSession } from "../session";
import { overlay, useShortcuts } from "../shortcuts";
import { useStore } from "../store";
import { NARROW, useMedia } from "../useMedia";
import { ErrorBoundary } from "./ErrorBoundary";
import { Header } from "./Header";

const SignIn = lazy(() => import("./SignIn"));
const Palette = lazy(() => import("./Palette"));
const Help = lazy(() => import("./Help"));
const RefreshDialog = lazy(() => import("./RefreshDialog"));
const MockPanel = lazy(() => import("../../mock/Panel"));

export function Frame() {
  const { path } = usePlace();
  const [first = HOME] = path;
  const entry = PAGES.find((page) => page.path === first);
  const { prompt } = useSession();
  const open = useStore(overlay);
  const close = () => overlay.set("none");
  const main = useRef<HTMLElement>(null);
  const pages = useRef<HTMLElement>(null);
  const narrow = useMedia(NARROW);
  const { offline, controllable } = useConnection();
  const panelOpen = useStore(mockPanel) === "open" && controllable;
  const mocked = useMocked(entry?.group);
  useShortcuts();
  useEffect(() => {
    document.title = `${entry?.title ?? "Not found"} · Wallets`;
  }, [entry]);
  // On a narrow screen the pages are a bar that is longer than the screen.
  useEffect(() => {
    pages.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [first, narrow]);
  return (
    <div className="frame">
      <a className="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the page
      </a>
      <nav className="rail" aria-label="Pages" ref={pages}>
        <a className="brand" href={hrefOf([HOME])} aria-label="Wallets, home">
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={24} height={24} />
          <span>Wallets</span>
        </a>
        <ul>
          {PAGES.map(({ path: name, title, icon }) => (
            <li key={name}>
              <a href={hrefOf([name])} aria-current={name === first ? "page" : undefined}>
                <Icon name={icon} />
                <span>{title}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <ErrorBoundary>
        <Header />
      </ErrorBoundary>
      {offline && (
        <p className="banner" role="status">
          <Icon name="warning" /> The server can't be reached. What is shown is as old as it says; nothing can be
          changed until it answers again.
        </p>
      )}
      <main id="main" ref={main} tabIndex={-1} className={mocked ? "mocked" : undefined}>
        {mocked && <p className="mocked-note">What stands here is the mock's still: a faked world, while the rest is real.</p>}
        {prompt === "locked" ? null : (
          <ErrorBoundary key={path.join("/")}>
            <Shown entry={entry} path={path} />
          </ErrorBoundary>
        )}
      </main>
      {panelOpen && (
        <ErrorBoundary>
          <Suspense fallback={null}>
            <MockPanel />
          </Suspense>
        </ErrorBoundary>
      )}
      <ErrorBoundary>
        <Suspense fallback={null}>
          {prompt !== "none" && <SignIn prompt={prompt} />}
          {open === "palette" && <Palette onClose={close} />}
          {open === "help" && <Help onClose={close} />}
          {open === "refresh" && <RefreshDialog onClose={close} />}
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}

/** The page itself, which what changes around it does not draw anew. */
const Shown = memo(function Shown({ entry, path }: { entry: PageEntry | undefined; path: readonly string[] }) {
  return (
    <Suspense fallback={<PageSkeleton />}>
      {entry === undefined ? <NoSuchPage /> : <entry.page rest={path.slice(1)} />}
    </Suspense>
  );
});

function PageSkeleton() {
  return (
    <div className="page" aria-busy="true">
      <div className="skeleton title" />
      <div className="skeleton block" />
    </div>
  );
}

function NoSuchPage() {
  return (
    <div className="page">
      <div className="empty">
        <h1>There is no such page</h1>
        <p>
          <a href={hrefOf([HOME])}>Go to {HOME}</a>
        </p>
      </div>
    </div>
  );
}
