import { type Schemas, walletClient } from "../../src/index.ts";
import { MockSession } from "../../src/mock.ts";

export const api = walletClient("/");
export const mock = new MockSession("http://127.0.0.1:8000", { session: "app" });
export const instant: Schemas["Timestamp"] = "2026-11-22T16:10:00.000Z";
