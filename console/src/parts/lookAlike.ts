/** Address poisoning: an address that is made to look like one of ours where only its ends are shown. */

const ENDS = 4;
/** Endings that launch platforms give to all their mints: to share one says nothing. */
const COMMON_ENDS = new Set(["pump", "bonk", "BAGS", "moon"]);

/** Of the addresses that are known to be ours, those that share an end with this one and are not it. */
export function lookAlikes(address: string, ours: ReadonlySet<string>): string[] {
  if (ours.has(address)) return [];
  return [...ours].filter((known) => sharesEnd(address, known));
}

export function sharesEnd(one: string, other: string): boolean {
  return one !== other && ends(one).some((end) => ends(other).includes(end));
}

/** The first address in stretches of characters that the other has at the same place, or has not. */
export function comparison(one: string, other: string): { text: string; same: boolean }[] {
  const stretches: { text: string; same: boolean }[] = [];
  [...one].forEach((character, place) => {
    const same = other[place] === character;
    const last = stretches.at(-1);
    if (last?.same === same) last.text += character;
    else stretches.push({ text: character, same });
  });
  return stretches;
}

/** Indexed by their ends, so that a page of addresses is compared with ten thousand known ones at once. */
export class KnownAddresses {
  readonly #addresses: ReadonlySet<string>;
  readonly #byEnd = new Map<string, string[]>();

  constructor(addresses: Iterable<string>) {
    this.#addresses = new Set(addresses);
    for (const address of this.#addresses) {
      for (const end of ends(address)) {
        const sharing = this.#byEnd.get(end);
        if (sharing === undefined) this.#byEnd.set(end, [address]);
        else sharing.push(address);
      }
    }
  }

  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** As `lookAlikes`. */
  resembling(address: string): string[] {
    if (this.#addresses.has(address)) return [];
    return [...new Set(ends(address).flatMap((end) => this.#byEnd.get(end) ?? []))];
  }
}

function ends(address: string): string[] {
  const tail = address.slice(-ENDS);
  return [`^${address.slice(0, ENDS)}`, ...(COMMON_ENDS.has(tail) ? [] : [`${tail}$`])];
}
