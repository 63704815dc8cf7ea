import type { ReactNode } from "react";

interface ChoicesProps<T extends string> {
  legend: string;
  name: string;
  value: T;
  options: readonly { value: T; label: ReactNode }[];
  onChange(value: T): void;
  hint?: ReactNode;
}

/** One of a few, all of them in sight. */
export function Choices<T extends string>({ legend, name, value, options, onChange, hint }: ChoicesProps<T>) {
  return (
    <fieldset className="fieldset">
      <legend>{legend}</legend>
      <div className="segments">
        {options.map((option) => (
          <label key={option.value} className="segment">
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {hint !== undefined && <p className="hint">{hint}</p>}
    </fieldset>
  );
}
