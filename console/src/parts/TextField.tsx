/** Every text that is typed goes through here: a secret is taken out before it reaches state, URL or network. */
import { useId, useRef, useState, type HTMLInputTypeAttribute } from "react";

import { holdsSecret, mayHoldSecret } from "./secrets";

interface TextFieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  hint?: string;
  placeholder?: string;
  maxLength?: number;
  lines?: number;
  type?: HTMLInputTypeAttribute;
  autoFocus?: boolean;
  /** The label is for screen readers only. */
  bare?: boolean;
  /** What the browser offers while it is typed. */
  suggestions?: readonly { value: string; label: string }[];
  /** What is wrong with it, instead of the hint. */
  refusal?: string | null;
}

type Typed = HTMLInputElement | HTMLTextAreaElement;

/** Answers a handler of input events that lets only harmless text through. */
export function useGuardedInput(onChange: (value: string) => void): {
  refused: boolean;
  onInput(event: { currentTarget: Typed }): void;
} {
  const [refused, setRefused] = useState(false);
  const turn = useRef(0);
  return {
    refused,
    onInput({ currentTarget: field }) {
      const text = field.value;
      const mine = ++turn.current;
      if (!mayHoldSecret(text)) {
        setRefused(false);
        onChange(text);
        return;
      }
      void holdsSecret(text).then((secret) => {
        if (mine !== turn.current) return;
        setRefused(secret);
        if (secret) field.value = "";
        onChange(secret ? "" : text);
      });
    },
  };
}

export function TextField(props: TextFieldProps) {
  const id = useId();
  const { refused, onInput } = useGuardedInput(props.onChange);
  const refusal = refused ? SECRET_REFUSED : (props.refusal ?? null);
  const hint = refusal ?? props.hint;
  const shared = {
    id,
    className: "input",
    defaultValue: props.value,
    onInput,
    placeholder: props.placeholder,
    maxLength: props.maxLength,
    autoComplete: "off",
    spellCheck: false,
    autoFocus: props.autoFocus,
    "aria-invalid": refusal !== null,
    "aria-describedby": hint === undefined ? undefined : `${id}-hint`,
  } as const;
  return (
    <div className="field">
      <label htmlFor={id} className={props.bare === true ? "visually-hidden" : "field-label"}>
        {props.label}
      </label>
      {props.lines === undefined ? (
        <input
          {...shared}
          type={props.type ?? "text"}
          list={props.suggestions === undefined ? undefined : `${id}-suggestions`}
        />
      ) : (
        <textarea {...shared} rows={props.lines} />
      )}
      {props.suggestions !== undefined && (
        <datalist id={`${id}-suggestions`}>
          {props.suggestions.map(({ value, label }) => (
            <option key={value} value={value} label={label} />
          ))}
        </datalist>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={refusal === null ? "hint" : "hint refused"} role={refused ? "alert" : undefined}>
          {hint}
        </p>
      )}
    </div>
  );
}

export const SECRET_REFUSED =
  "That was a private key or a recovery phrase. It was taken out here and sent nowhere. Nothing here ever needs one; " +
  "whoever may have seen it can move the funds.";
