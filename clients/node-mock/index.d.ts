export interface StartOptions {
  /** How to start the server; default: `wallet-orchestrator`, or what MOCK_SERVER_COMMAND names. */
  command?: string;
  /** Further options of `wallet-orchestrator serve`, such as ["--seed", "7", "--wallets", "200"]. */
  args?: string[];
  /** Seconds until the start counts as failed; default 30. */
  startSeconds?: number;
}

export interface WalletMock {
  /** Where the mock answers, without a final slash. */
  readonly url: string;
  /** Headers that give a test its own copy of the world; a random name unless one is given. */
  session(name?: string): { "X-Mock-Session": string };
  /** Stops the server and waits for its end. */
  stop(): Promise<void>;
}

/** Starts the mock server on a free port. Rejects with its last words when it does not start. */
export function startMock(options?: StartOptions): Promise<WalletMock>;
