// Which of MSW's handlers answers first: reads [[method, url], …] from standard input, prints [[method, path] or null, …].
//
//     node first_handler.mjs source CONTRACT.json     handlers that @mswjs/source makes of a contract
//     node first_handler.mjs orval                    handlers that orval made
import { readFileSync } from "node:fs";

const [, , origin, contract] = process.argv;

async function handlersOf() {
  if (origin === "orval") {
    const made = await import("./build/orval-js/client.js");
    const [mocks] = Object.entries(made).filter(([name]) => /^get\w+Mock$/.test(name) && !name.endsWith("ResponseMock")).map(([, make]) => make());
    return mocks;
  }
  const { fromOpenApi } = await import("@mswjs/source/open-api");
  return fromOpenApi(JSON.parse(readFileSync(contract, "utf8")));
}

const handlers = await handlersOf();
const found = [];
for (const [method, url] of JSON.parse(readFileSync(0, "utf8"))) {
  const request = new Request(url, { method });
  let first = null;
  for (const handler of handlers) {
    const parsedResult = await handler.parse({ request });
    if (await handler.predicate({ request, parsedResult })) {
      first = [handler.info.method, String(handler.info.path)];
      break;
    }
  }
  found.push(first);
}
console.log(JSON.stringify(found));
