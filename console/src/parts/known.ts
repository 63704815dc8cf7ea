/** The addresses that this page knows to be ours: wallets and launched mints, as they were seen in answers. */
import { useSyncExternalStore } from "react";

import { createStore, useStore } from "../app/store";
import { KnownAddresses } from "./lookAlike";

const labels = new Map<string, string | null>();
const ourMints = new Set<string>();
const known = createStore(new KnownAddresses([]));
let scheduled = false;

/** Wallets that an answer held, with their labels. */
export function noteWallets(wallets: Iterable<{ wallet_address: string; label: string | null }>): void {
  for (const { wallet_address, label } of wallets) {
    if (labels.get(wallet_address) !== label) later();
    labels.set(wallet_address, label);
  }
}

/** Mints of the team's own launches. */
export function noteMints(mints: Iterable<string>): void {
  for (const mint of mints) {
    if (ourMints.has(mint)) continue;
    ourMints.add(mint);
    later();
  }
}

/** Another world: what was seen of the last one is nobody's. */
export function forgetKnown(): void {
  labels.clear();
  ourMints.clear();
  later();
}

export const labelOf = (address: string): string | null => labels.get(address) ?? null;

/** The label of our wallet of an address, also when it is learnt later; null without one. */
export function useLabel(address: string): string | null {
  return useSyncExternalStore(known.subscribe, () => labelOf(address));
}

export const isOurMint = (mint: string): boolean => ourMints.has(mint);
/** Wallets that were seen so far, to be found by their label without asking the server. */
export const seenWallets = (): ReadonlyMap<string, string | null> => labels;
export const useKnownAddresses = (): KnownAddresses => useStore(known);

/** Pages of answers come in quick succession; they are indexed once. */
function later(): void {
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => {
    scheduled = false;
    known.set(new KnownAddresses([...labels.keys(), ...ourMints]));
  }, 50);
}
