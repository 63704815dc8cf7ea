import { ProblemError } from "./answers.js";
import type { components } from "./contract.js";

export type FieldError = components["schemas"]["ProblemError"];

export interface FormErrors {
  /** The first error of each field of the body by its path, as form libraries write it: `amount_sol`, `tags.0`. */
  fields: Record<string, FieldError>;
  /** What concerns no field: the whole body, the path, the query, a header. */
  others: FieldError[];
}

/** What a refused request says of the form that it came from; empty for any other error. */
export function formErrors(error: unknown): FormErrors {
  const found: FormErrors = { fields: {}, others: [] };
  for (const each of error instanceof ProblemError ? error.problem.errors : []) {
    const [, part, ...path] = each.where.split("/").map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (part === "body" && path.length > 0) found.fields[path.join(".")] ??= each;
    else found.others.push(each);
  }
  return found;
}
