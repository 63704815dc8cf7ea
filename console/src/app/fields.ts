/** A view's state as typed fields of the URL. What equals its default is left out; what makes no sense is the default. */

export interface Field<T> {
  /** Any text, also one that a person typed; null where the URL has none. */
  parse(text: string | null): T;
  /** Null leaves the field out of the URL. */
  format(value: T): string | null;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type StateOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** One of a closed list. */
export function choice<const T extends string>(values: readonly T[], fallback: T): Field<T> {
  return {
    parse: (text) => values.find((value) => value === text) ?? fallback,
    format: (value) => (value === fallback ? null : value),
  };
}

/** One of a closed list, or none. */
export function optional<const T extends string>(values: readonly T[]): Field<T | null> {
  return { parse: (text) => values.find((value) => value === text) ?? null, format: (value) => value };
}

/** Free text, at most `longest` characters; empty is none. */
export function text(longest: number): Field<string | null> {
  return { parse: (given) => given?.slice(0, longest) || null, format: (value) => value || null };
}

/** An amount of SOL from nothing on, as it was typed, or none. */
export const amount: Field<string | null> = {
  parse: (given) => (given !== null && /^\d{1,10}(\.\d{1,9})?$/.test(given) ? given : null),
  format: (value) => value,
};

/** Some of a closed list, in its order, separated by dots. */
export function several<const T extends string>(values: readonly T[], fallback: readonly T[]): Field<readonly T[]> {
  const joined = (chosen: readonly T[]) => values.filter((value) => chosen.includes(value)).join(".");
  return {
    parse(given) {
      if (given === null) return fallback;
      const named = given.split(".");
      return values.filter((value) => named.includes(value));
    },
    format: (chosen) => (joined(chosen) === joined(fallback) ? null : joined(chosen)),
  };
}

export function readState<F extends Fields>(fields: F, query: string): StateOf<F> {
  const given = new URLSearchParams(query);
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, field.parse(given.get(name))]),
  ) as StateOf<F>;
}

/** Fields that are not of this view stay as they are. */
export function writeState<F extends Fields>(fields: F, state: StateOf<F>, query = ""): string {
  const written = new URLSearchParams(query);
  for (const [name, field] of Object.entries(fields)) {
    const value = field.format(state[name]);
    if (value === null) written.delete(name);
    else written.set(name, value);
  }
  return written.toString();
}
