export interface StartOptions {
  /**
   * How to start the server: a program with its arguments, as one line or as a list, such as "uvx wallet-orchestrator". Default:
   * `wallet-orchestrator`, or what MOCK_SERVER_COMMAND says.
   */
  command?: string | readonly string[];
  /** Further options of `wallet-orchestrator serve`, such as ["--seed", "7", "--wallets", "200"]. */
  args?: readonly string[];
  /** Seconds until the start counts as failed; default 60. */
  startSeconds?: number;
}

export interface WalletMock {
  /** Where the mock answers, without a final slash. */
  readonly url: string;
  /** Headers that give a test its own copy of the world; a random name unless one is given. */
  session(name?: string): { "X-Mock-Session": string };
  /** The same as a base URL, for what can send no headers: EventSource, links, rendering on a server. */
  sessionUrl(name?: string): string;
  /** Stops the server and waits for its end. */
  stop(): Promise<void>;
}

/** Starts the mock server on a free port. Rejects with its last words when it does not start. */
export function startMock(options?: StartOptions): Promise<WalletMock>;
