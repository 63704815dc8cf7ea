import { amountParts } from "./amounts";
import { classes } from "./classes";

interface AmountProps {
  /** A canonical decimal. */
  value: string | null;
  unit?: string;
  atLeast?: boolean;
  /** In a column: the points stand below each other. True where it is of SOL; else, how many places its rows have at most. */
  aligned?: boolean | number;
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
    <span className={classes("amount", aligned !== false && "aligned")}>
      {atLeast && <span title="at least: some of it was never read">≥ </span>}
      {parts.sign !== "" ? "−" : signed && Number(value) !== 0 && "+"}
      {parts.whole}
      <span className="fraction" style={typeof aligned === "number" ? { width: widthOf(aligned) } : undefined}>
        {parts.fraction && `.${parts.fraction}`}
      </span>
      {unit !== undefined && <span className="unit"> {unit}</span>}
    </span>
  );
}

function widthOf(places: number): string {
  return places === 0 ? "0" : `${places + 0.5}ch`; // the point is about half as wide as a digit
}
