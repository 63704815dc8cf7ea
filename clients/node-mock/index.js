// Starts the mock server on a free port, and stops it with the test run. No dependencies.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const INSTALL =
  "it is a Python package (3.11 or newer): `pipx install wallet-orchestrator` or `uv tool install wallet-orchestrator` " +
  "(or the path of a wheel or checkout in its place); or say how to start it, by `command` or MOCK_SERVER_COMMAND, " +
  'such as "uvx wallet-orchestrator" or "python3 -m wallet_cli.main"';

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

/** The words of a command: a list as it is, a line at its spaces, where quotes keep words together. */
function words(command) {
  if (Array.isArray(command)) return command;
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(([word, double, single]) => double ?? single ?? word);
}

/**
 * Starts a mock server; stop it with `await mock.stop()`, or `await using mock = await startMock()`.
 *
 * `command` is how to start it (default: `wallet-orchestrator`, or what MOCK_SERVER_COMMAND says): a program with its arguments, as
 * one line or as a list. `args` are further options of `serve`, such as ["--seed", "7"]. Rejects with the server's last words when it
 * does not start in time.
 */
export async function startMock({ command, args = [], startSeconds = 60 } = {}) {
  const [program, ...before] = words(command ?? process.env.MOCK_SERVER_COMMAND ?? "wallet-orchestrator");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, [...before, "serve", "--backend", "mock", "--port", String(port), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  let failure;
  child.stderr.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-4000)));
  child.on("error", (error) => {
    failure = error.code === "ENOENT" ? `there is no ${program} (ENOENT): ${INSTALL}` : error.message;
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill); // a test run that crashes leaves nothing behind

  const hasEnded = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    process.removeListener("exit", kill);
    if (hasEnded()) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  const deadline = Date.now() + startSeconds * 1000;
  while (!(await isReady(url))) {
    if (hasEnded() || Date.now() > deadline) {
      await stop();
      const missing = /No module named '?(wallet_cli|server)\b/.test(said) ? `\n${INSTALL}` : "";
      throw new Error(`the mock server did not start: ${failure ?? `${said.trim()}${missing}`}`);
    }
    await sleep(20);
  }
  return {
    url,
    /** Headers that give a test its own copy of the world. */
    session: (name = randomUUID()) => ({ "X-Mock-Session": name }),
    /** The same as a base URL, for what can send no headers. */
    sessionUrl: (name = randomUUID()) => `${url}/__mock__/s/${name}`,
    stop,
    [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]: stop,
  };
}
