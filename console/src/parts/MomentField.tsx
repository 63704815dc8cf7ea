import { useId } from "react";

import { useZone } from "../app/preferences";
import { fromFieldValue, toFieldValue } from "./ages";

interface MomentFieldProps {
  label: string;
  /** An instant; null while none is given. */
  value: string | null;
  onChange(value: string | null): void;
  refusal?: string | null;
}

/** Date and time to the minute, in the zone that times are shown in. */
export function MomentField({ label, value, onChange, refusal = null }: MomentFieldProps) {
  const id = useId();
  const zone = useZone();
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {label}, {zone === "utc" ? "UTC" : "local time"}
      </label>
      <input
        key={zone}
        id={id}
        className="input"
        type="datetime-local"
        defaultValue={value === null ? "" : toFieldValue(value, zone)}
        aria-invalid={refusal !== null}
        aria-describedby={refusal === null ? undefined : `${id}-hint`}
        onInput={(event) => onChange(fromFieldValue(event.currentTarget.value, zone))}
      />
      {refusal !== null && (
        <p id={`${id}-hint`} className="hint refused">
          {refusal}
        </p>
      )}
    </div>
  );
}
