import type { components, eventData, operations, paths } from "./contract.js";

export { fromUnits, lamports, lamportsToSol, solToLamports, toUnits } from "./amounts.js";
export { type ClientAnswer, isProblem, ok, type Problem, ProblemError, UnusableAnswer } from "./answers.js";
export { walletClient, type WalletClient, type WalletClientOptions } from "./client.js";
export { follow, type FollowOptions, type RefreshEvent, refreshEvents, type StreamEvent } from "./events.js";
export { type FieldError, formErrors, type FormErrors } from "./forms.js";
export { items, type NextPage, type Page, pages } from "./paging.js";
export type { components, eventData, operations, paths };

/** Every shape of the contract by its name: `Schemas["WalletInfo"]`. */
export type Schemas = components["schemas"];
