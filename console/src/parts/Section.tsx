import { useId, type ReactNode } from "react";

/** A part of a page with a title of its own. */
export function Section(props: { title: string; note?: ReactNode; action?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <header className="card-head">
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <span className="muted">{props.note}</span>}
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
