import { useEffect, useRef } from "react";

import { Icon } from "./Icon";
import { SECRET_REFUSED, useGuardedInput } from "./TextField";

interface SearchFieldProps {
  label: string;
  placeholder: string;
  value: string | null;
  /** Told when typing pauses. */
  onChange(value: string | null): void;
  maxLength: number;
}

const PAUSE = 220; // milliseconds

/** A search that follows what is typed. */
export function SearchField({ label, placeholder, value, onChange, maxLength }: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const told = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pending = useRef<string | null>(null);
  const tell = () => {
    clearTimeout(timer.current);
    if (pending.current === null) return;
    told.current = pending.current.trim() || null;
    pending.current = null;
    onChange(told.current);
  };
  // Only what is no secret gets here.
  const { refused, onInput } = useGuardedInput((text) => {
    pending.current = text;
    clearTimeout(timer.current);
    timer.current = setTimeout(tell, PAUSE);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // Somebody else changed it: a link, going back, or "Show all".
    if (field.current !== null && value !== told.current) field.current.value = value ?? "";
    told.current = value;
  }, [value]);
  return (
    <search className="search-field">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        defaultValue={value ?? ""}
        maxLength={maxLength}
        autoComplete="off"
        spellCheck={false}
        onInput={onInput}
        onKeyDown={(event) => {
          if (event.key === "Enter") tell();
        }}
      />
      {refused && (
        <p className="hint refused" role="alert">
          {SECRET_REFUSED}
        </p>
      )}
    </search>
  );
}
