// Writes src/contract.ts and src/mockContract.ts from the contracts. With `--check` it fails where they are not what the contracts say.
import { readFile, writeFile } from "node:fs/promises";
import { JSON_SCHEMA, load } from "js-yaml";
import openapiTS, { astToString, stringToAST } from "openapi-typescript";

const CONTRACTS = { "openapi.yaml": "src/contract.ts", "openapi.mock.yaml": "src/mockContract.ts" };
const DOWNLOADS = new Set(["text/csv", "application/x-ndjson", "application/yaml"]);
const INSTANT = "`${number}-${number}-${number}T${number}:${number}:${number}Z`";
const DAY = "`${number}-${number}-${number}`";
const ID = /^\^([a-z]+[_-])\[0-9(a-f)?\](\{\d+\}|\+)\$$/;

/** The literal type of a string of fixed form: days, the instants that answers give, ids with a prefix. */
function literal({ type, format, minLength, maxLength, pattern = "" }) {
  if (type !== "string") return undefined;
  if (format === "date") return DAY;
  // A request may say an instant in more forms than answers do; `Date.toISOString()`, a `string`, gives one of them.
  if (format === "date-time") return minLength === maxLength ? INSTANT : undefined;
  const [, prefix, hexadecimal] = ID.exec(pattern) ?? [];
  return prefix && `\`${prefix}\${${hexadecimal ? "string" : "number"}}\``;
}

/** What each event of each stream carries (`x-event-data`), by operation. */
function eventData(document) {
  const of = (operation) => operation?.responses?.["200"]?.content?.["text/event-stream"]?.["x-event-data"];
  const streams = Object.values(document.paths).flatMap((path) => Object.values(path).filter(of));
  const lines = streams.flatMap((operation) => [
    `    ${operation.operationId}: {`,
    ...Object.entries(of(operation)).map(
      ([name, { $ref }]) => `        ${name}: components["schemas"]["${$ref.split("/").at(-1)}"];`,
    ),
    "    };",
  ]);
  return ["/** The data of each event of a stream, by operation. */", "export interface eventData {", ...lines, "}", ""];
}

/** Downloads, which the contract gives no schema, are text. */
function withText(document) {
  for (const operation of Object.values(document.paths).flatMap(Object.values)) {
    for (const { content = {} } of Object.values(operation?.responses ?? {})) {
      for (const type of Object.keys(content)) if (DOWNLOADS.has(type)) content[type].schema ??= { type: "string" };
    }
  }
  return document;
}

async function made(contract) {
  const document = withText(load(await readFile(new URL(`../../${contract}`, import.meta.url), "utf8"), { schema: JSON_SCHEMA }));
  const types = await openapiTS(structuredClone(document), {
    defaultNonNullable: false,
    emptyObjectsUnknown: true,
    silent: true,
    transform(schema) {
      const text = literal(schema);
      return text && stringToAST(`type T = ${text};`)[0].type;
    },
  });
  const heading = [`// Made from ${contract} by generate.mjs; \`make generate\` makes it anew. Not edited by hand.`, ""];
  return [...heading, astToString(types), ...eventData(document)].join("\n");
}

for (const [contract, target] of Object.entries(CONTRACTS)) {
  const path = new URL(target, import.meta.url);
  const text = await made(contract);
  if (!process.argv.includes("--check")) await writeFile(path, text);
  else if (text !== (await readFile(path, "utf8"))) {
    console.error(`${target} is not what ${contract} says`);
    process.exitCode = 1;
  }
}
