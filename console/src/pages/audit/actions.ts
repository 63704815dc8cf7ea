/** Words for what the trail records: an action is the contract's `operationId`. */

/** `recordLaunch` as `Record launch`. */
export function actionName(operationId: string): string {
  const words = operationId.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Subjects are wallets, by their address, or refresh-all operations, by their id. */
export function isOperation(subject: string): boolean {
  return subject.startsWith("op_");
}

const OPERATION = /^op_[0-9a-f]{32}$/;

export function isSubject(text: string, isAddress: (text: string) => boolean): boolean {
  return OPERATION.test(text) || isAddress(text);
}
