import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env["CONSOLE_SERVER"] ?? "http://127.0.0.1:8000";
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws:";

/** The page names what `start.ts` asks for in any case, so that it is under way before that has run. */
const preloadedStart: Plugin = {
  name: "preloaded-start",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle = {} }) =>
      Object.values(bundle)
        .filter((file) => file.type === "chunk" && ["main", "parts", "rolldown-runtime"].includes(file.name))
        .map(({ fileName }) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `/console/${fileName}` },
          injectTo: "head" as const,
        })),
  },
};

export default defineConfig({
  base: "/console/",
  plugins: [preloadedStart],
  // React's API on Preact's runtime: half the script, and every test passes on it.
  resolve: {
    alias: [
      { find: /^wallet-orchestrator-client\/mock$/, replacement: here("../clients/typescript/src/mock.ts") },
      { find: /^wallet-orchestrator-client$/, replacement: here("../clients/typescript/src/index.ts") },
      { find: /^react$/, replacement: "preact/compat" },
      { find: /^react-dom$/, replacement: "preact/compat" },
      { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
      { find: /^react\/jsx-(dev-)?runtime$/, replacement: "preact/jsx-runtime" },
      // CommonJS in place of what React has had since 18.
      { find: /^use-sync-external-store\/shim$/, replacement: here("src/app/syncExternalStore.ts") },
      { find: /^use-sync-external-store\/shim\/with-selector$/, replacement: here("src/app/syncExternalStore.ts") },
    ],
    // The client is used as source, from outside of this folder.
    dedupe: ["eventsource-parser", "openapi-fetch", "preact"],
  },
  build: {
    target: "es2024",
    outDir: "dist",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // The policy lets images be data, but a file has a name that tells when it changes.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // "use client" is for servers that render; there is none here.
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      output: {
        // Each file costs a round trip, of which a browser makes six at a time: the frame, what pages share, a page.
        codeSplitting: {
          groups: [
            { name: "start", test: /src\/(start|app\/(pages|place))\.ts$|preload-helper|rolldown.runtime/, priority: 4 },
            { name: "main", test: /src\/main\.tsx$/, priority: 3 },
            { name: "popups", test: /@(base|floating)-ui|src\/parts\/(Dialog|menuParts)\.tsx$/, priority: 2 },
            { name: "parts", test: /\.tsx?$|node_modules/, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  // One process for all: fast-check's table of all characters takes a second to make. No test has a deadline of its own.
  test: { pool: "threads", maxWorkers: 1, isolate: false, testTimeout: 60_000 },
  server: {
    fs: { allow: [here("."), here("../clients/typescript")] },
    headers: { "Content-Security-Policy": policy },
    proxy: Object.fromEntries(
      ["/api", "/__mock__", "/healthz", "/readyz", "/docs", "/openapi.json"].map((path) => [path, server]),
    ),
  },
});
