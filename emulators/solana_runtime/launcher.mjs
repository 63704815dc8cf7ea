// Starts a Solana runtime offline and prints one JSON line: {rpcUrl, wsUrl}, or {missing} when this machine has none.
// Ends on SIGTERM or SIGINT; emulators/process.py sends it when the process that started it is gone.
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    // "clock": a slot every slot-time-ms, so block times are the wall clock's. "transaction": a slot per transaction,
    // block times fall behind. "manual": slots move by surfnet_timeTravel only.
    "block-production": { type: "string", default: "clock" },
    "slot-time-ms": { type: "string", default: "400" },
  },
});

const platform = { "linux-x64": "linux-x64-gnu", "darwin-x64": "darwin-x64", "darwin-arm64": "darwin-arm64" };
const here = `${process.platform}-${process.arch}`;
let Surfnet;
try {
  ({ Surfnet } = createRequire(import.meta.url)(`@solana/surfpool-${platform[here]}`));
} catch (error) {
  const reason = platform[here] ? `npm has not installed it or it does not load: ${error.message}` : `none for ${here}`;
  console.log(JSON.stringify({ missing: reason.split("\n")[0] }));
  process.exit(1);
}

const surfnet = Surfnet.startWithConfig({
  offline: true,
  blockProductionMode: values["block-production"],
  slotTimeMs: Number(values["slot-time-ms"]),
});
console.log(JSON.stringify({ rpcUrl: surfnet.rpcUrl, wsUrl: surfnet.wsUrl }));

// The runtime keeps its events until somebody takes them, and stops for good where about a thousand slots of them wait.
// (It lives in threads that Node.js does not wait for: this keeps the process alive, too.)
const DRAIN_MS = 1000;
setInterval(() => surfnet.drainEvents(), Math.min(DRAIN_MS, 100 * Number(values["slot-time-ms"])));

const end = () => process.exit(0);
process.on("SIGTERM", end);
process.on("SIGINT", end);
