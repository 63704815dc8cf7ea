// Starts the mock server on a free port, and stops it with the test run. No dependencies.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false; // nobody listens yet
  }
}

/**
 * Starts a mock server; stop it with `await mock.stop()`, or `await using mock = await startMock()`.
 *
 * `command` is how to start it (default: `wallet-orchestrator`, or what MOCK_SERVER_COMMAND names), `args` are further
 * options of `serve`, such as ["--seed", "7"]. Rejects with the server's last words when it does not start in time.
 */
export async function startMock({ command, args = [], startSeconds = 30 } = {}) {
  const program = command ?? process.env.MOCK_SERVER_COMMAND ?? "wallet-orchestrator";
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, ["serve", "--backend", "mock", "--port", String(port), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  let failure;
  child.stderr.setEncoding("utf8").on("data", (text) => (words = (words + text).slice(-4000)));
  child.on("error", (error) => (failure = error));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill); // a test run that crashes leaves nothing behind

  const stop = async () => {
    process.removeListener("exit", kill);
    if (failure || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  const deadline = Date.now() + startSeconds * 1000;
  while (!(await isReady(url))) {
    const ended = failure || child.exitCode !== null || child.signalCode !== null;
    if (ended || Date.now() > deadline) {
      await stop();
      throw new Error(`the mock server did not start: ${failure?.message ?? words.trim()}`);
    }
    await sleep(20);
  }
  return {
    url,
    /** Headers that give a test its own copy of the world. */
    session: (name = randomUUID()) => ({ "X-Mock-Session": name }),
    stop,
    [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]: stop,
  };
}
