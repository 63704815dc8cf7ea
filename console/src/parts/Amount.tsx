import { amountParts } from "./amounts";
import { classes } from "./classes";

interface AmountProps {
  /** A canonical decimal. */
  value: string | null;
  unit?: string;
  atLeast?: boolean;
  /** In a column of SOL: the points stand below each other. */
  aligned?: boolean;
  /** A difference: what is more has a plus. */
  signed?: boolean;
}

/** An exact amount; all digits, grouped, the fraction less loud. Null is a dash: unknown is not zero. */
export function Amount({ value, unit, atLeast = false, aligned = false, signed = false }: AmountProps) {
  const parts = value === null ? null : amountParts(value);
  if (parts === null) {
    return (
      <span className="amount unknown" title={value ?? "not read yet"}>
        {value ?? "—"}
      </span>
    );
  }
  return (
    <span className={classes("amount", aligned && "aligned")}>
      {atLeast && <span title="at least: some of it was never read">≥ </span>}
      {signed && parts.sign === "" && Number(value) !== 0 ? "+" : parts.sign}
      {parts.whole}
      <span className="fraction">{parts.fraction && `.${parts.fraction}`}</span>
      {unit !== undefined && <span className="unit"> {unit}</span>}
    </span>
  );
}
