import { useId, type ReactNode } from "react";

import { useMocked, type Group } from "../app/mocked";
import { classes } from "./classes";

interface SectionProps {
  title: string;
  note?: ReactNode;
  action?: ReactNode;
  /** The operations that it shows, where the page around it stands on others. */
  group?: Group;
  children: ReactNode;
}

/** A part of a page with a title of its own. */
export function Section(props: SectionProps) {
  const id = useId();
  const mocked = useMocked(props.group);
  return (
    <section className={classes("card", mocked && "mocked")} aria-labelledby={id}>
      <header className="card-head">
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <span className="muted">{props.note}</span>}
        {mocked && (
          <span className="badge warning" title="A faked world, while the rest of the page is real">
            mock
          </span>
        )}
        {props.action}
      </header>
      {props.children}
    </section>
  );
}

/** A list that comes in pages: its end says that there is more. */
export function More(props: { shown: number; total: number; loading: boolean; onMore(): void }) {
  if (props.shown >= props.total) return null;
  return (
    <button type="button" className="button quiet more" disabled={props.loading} onClick={props.onMore}>
      {props.loading ? "Loading…" : `Show more of ${props.total}`}
    </button>
  );
}
