import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ok, send } from "../app/api";
import { formatCount } from "../parts/amounts";
import { saveAs } from "../parts/download";
import { Instant } from "../parts/Freshness";
import { TextField } from "../parts/TextField";
import { control, worldQuery, worldReplaced, type MockSchemas } from "./control";
import { Card, Select, useControl } from "./parts";

type Name = MockSchemas["WorldName"];

const WORLDS: Record<Name, string> = {
  default: "50 wallets in every state",
  empty: "no wallets",
  whale: "10,000 wallets, one with 10,000 tokens",
  stale: "every reading is old",
  "rpc-down": "refreshes fail",
  partial: "parts of refreshes fail",
  "rate-limited": "many fail, trying again helps",
  slow: "chain and answers take their time",
  progress: "a refresh of all takes ten seconds",
};
const OWN = "own";
const EXAMPLE = `{
  "name": "mine",
  "wallets": 20,
  "freshness": { "fresh": 3, "failing": 1 }
}`;

/** Which world the session has, and another one in its place. */
export function WorldCard() {
  const { data: world } = useQuery(worldQuery);
  const [chosen, setChosen] = useState<Name | typeof OWN>("default");
  const [seed, setSeed] = useState("");
  const [own, setOwn] = useState(EXAMPLE);
  const described = chosen === OWN ? parsed(own) : undefined;
  const begin = useControl(
    (body: MockSchemas["SetWorldRequest"]) => ok(control.POST("/__mock__/world", { body })),
    worldReplaced,
  );
  const reset = useControl((_: null) => ok(control.POST("/__mock__/reset")), worldReplaced);
  const save = useControl(async (_: null) => saveAs("world.yaml", await send(new Request(new URL("/__mock__/world/description", location.origin)))), () => undefined);
  const badSeed = seed !== "" && !/^\d{1,9}$/.test(seed);
  return (
    <Card
      title="World"
      note={
        world !== undefined && (
          <>
            <b>{world.name}</b> · {formatCount(world.wallets)} wallets · seed {world.seed}
            {world.begun_at !== null && (
              <>
                {" "}
                · since <Instant at={world.begun_at} />
              </>
            )}
          </>
        )
      }
    >
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (badSeed || described === null) return;
          begin.send({
            ...(chosen === OWN ? { description: described ?? {} } : { world: chosen }),
            ...(seed === "" ? {} : { seed: Number(seed) }),
          });
        }}
      >
        <div className="mock-pair">
          <Select
            label="Another world"
            value={chosen}
            options={[
              ...(Object.keys(WORLDS) as Name[]).map((value) => ({ value, label: `${value}: ${WORLDS[value]}` })),
              { value: OWN, label: "one of your own…" },
            ]}
            onChange={(value) => setChosen(value)}
          />
          <TextField
            label="Seed"
            value={seed}
            placeholder={world === undefined ? "" : String(world.seed)}
            refusal={badSeed ? "A whole number." : null}
            onChange={(text) => setSeed(text.trim())}
          />
        </div>
        {chosen === OWN && (
          <TextField
            label="Its description, JSON"
            value={own}
            lines={6}
            refusal={described === null ? "That is no JSON object." : null}
            onChange={setOwn}
          />
        )}
        <div className="button-row">
          <button type="submit" className="button primary" disabled={begin.pending}>
            Begin this world
          </button>
          <button type="button" className="button" disabled={reset.pending} onClick={() => reset.send(null)}>
            Begin anew
          </button>
          <button type="button" className="button" title="What the session has now, as a file to serve" onClick={() => save.send(null)}>
            Save as YAML
          </button>
        </div>
      </form>
      {begin.problem ?? reset.problem ?? save.problem}
    </Card>
  );
}

function parsed(text: string): MockSchemas["WorldDescription"] | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
