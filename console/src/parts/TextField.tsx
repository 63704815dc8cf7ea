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
  const hint = refused ? SECRET_REFUSED : props.hint;
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
    "aria-invalid": refused,
    "aria-describedby": hint === undefined ? undefined : `${id}-hint`,
  } as const;
  return (
    <div className="field">
      <label htmlFor={id} className={props.bare === true ? "visually-hidden" : "field-label"}>
        {props.label}
      </label>
      {props.lines === undefined ? (
        <input {...shared} type={props.type ?? "text"} />
      ) : (
        <textarea {...shared} rows={props.lines} />
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={refused ? "hint refused" : "hint"} role={refused ? "alert" : undefined}>
          {hint}
        </p>
      )}
    </div>
  );
}

export const SECRET_REFUSED =
  "That was a private key or a recovery phrase. It was taken out here and sent nowhere. Nothing here ever needs one; " +
  "whoever may have seen it can move the funds.";
