// Serves this folder on the port given.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const FILES = { "/": ["index.html", "text/html"], "/app.js": ["app.js", "text/javascript"] };

createServer(async ({ url }, response) => {
  const [name, type] = FILES[new URL(url, "http://app").pathname] ?? [];
  if (name === undefined) return response.writeHead(404).end();
  return response.writeHead(200, { "Content-Type": type }).end(await readFile(new URL(name, import.meta.url)));
}).listen(Number(process.argv[2]), "127.0.0.1");
