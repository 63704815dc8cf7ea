import { useMutation } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";

import { ProblemView } from "../parts/Problem";

/** One thing that can be controlled, with a title. */
export function Card({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="mock-card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span className="muted">{note}</span>}
      </header>
      {children}
    </section>
  );
}

/** Something that is asked of the mock, and what it said if it refused. */
export function useControl<T>(send: (what: T) => Promise<unknown>, then: () => Promise<void> | void) {
  const { mutate, isPending, error } = useMutation({ mutationFn: send, onSuccess: then });
  return { send: mutate, pending: isPending, problem: error === null ? null : <ProblemView error={error} /> };
}

/** One of a list, by the browser's own control. */
export function Select<T extends string>(props: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange(value: T): void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {props.label}
      </label>
      <select
        id={id}
        className="input"
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value as T)}
      >
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
