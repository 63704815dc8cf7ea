// The runtime at a port of our choice, for containers: it listens on the loopback and at random, this forwards to it.
import { spawn } from "node:child_process";
import { createConnection, createServer } from "node:net";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { host: { type: "string", default: "0.0.0.0" }, port: { type: "string", default: "8899" } },
});

const runtime = spawn(process.execPath, [new URL("launcher.mjs", import.meta.url).pathname], {
  stdio: ["ignore", "pipe", "inherit"],
});
runtime.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => runtime.kill(signal));

createInterface({ input: runtime.stdout }).on("line", (line) => {
  if (!line.startsWith("{")) return;
  const said = JSON.parse(line);
  if (said.missing) {
    console.error(`the local Solana runtime can't run here: ${said.missing}`);
    return;
  }
  const { hostname, port } = new URL(said.rpcUrl);
  const server = createServer((client) => {
    const there = createConnection(Number(port), hostname);
    client.pipe(there).pipe(client);
    for (const [one, other] of [[client, there], [there, client]]) one.on("error", () => other.destroy());
  });
  server.listen(Number(values.port), values.host, () => console.log(`http://${values.host}:${server.address().port}`));
});
