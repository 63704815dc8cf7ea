import type { Schemas } from "../../app/api";

/** Why wallets could not be read, in words; each is a code of the contract. */
const CAUSES: Partial<Record<Schemas["ProblemCode"], string>> = {
  chain_unavailable: "The chain did not answer. Trying again may help.",
  chain_timeout: "The chain took too long. Trying again may help.",
  chain_rate_limited: "The chain refused, having been asked too often. Trying again later helps.",
  chain_mismatch: "The RPC is of another chain than the readings. Trying again won't help.",
};

export const causeOf = (code: Schemas["ProblemCode"]): string => CAUSES[code] ?? "Another cause.";
