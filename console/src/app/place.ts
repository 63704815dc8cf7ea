/** Where the console is, as it stands behind `#` in the URL. */

export interface Place {
  /** Decoded segments: `#/wallets/4xep…` is `["wallets", "4xep…"]`. */
  readonly path: readonly string[];
  /** What stands behind `?` in the hash. */
  readonly query: string;
}

export function parsePlace(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  return { path: path.split("/").filter(Boolean).map(decoded), query };
}

/** A link within the console, such as `hrefOf(["wallets"], "sort=label")`. */
export function hrefOf(path: readonly string[], query = ""): string {
  return `#/${path.map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
