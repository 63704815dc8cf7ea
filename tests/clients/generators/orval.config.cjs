// A fetch client with handlers for MSW, and zod schemas. CONTRACT is the contract's path.
const input = { target: process.env.CONTRACT };

module.exports = {
  client: {
    input,
    output: { target: "build/orval/client.ts", schemas: "build/orval/model", client: "fetch", mock: true },
  },
  zod: { input, output: { target: "build/orval/zod.ts", client: "zod" } },
};
