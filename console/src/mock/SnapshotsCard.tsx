import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ok } from "../app/api";
import { Instant } from "../parts/Freshness";
import { TextField } from "../parts/TextField";
import { control, readPanelAgain, snapshotsQuery, worldReplaced } from "./control";
import { Card, useControl } from "./parts";

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Moments of the session to go back to. */
export function SnapshotsCard() {
  const { data: snapshots } = useQuery(snapshotsQuery);
  const [name, setName] = useState("before");
  const take = useControl(
    (snapshot: string) => ok(control.PUT("/__mock__/snapshots/{snapshot}", { params: { path: { snapshot } } })),
    readPanelAgain,
  );
  const restore = useControl(
    (snapshot: string) => ok(control.POST("/__mock__/snapshots/{snapshot}/restore", { params: { path: { snapshot } } })),
    worldReplaced,
  );
  return (
    <Card title="Snapshots">
      <form
        className="mock-pair"
        onSubmit={(event) => {
          event.preventDefault();
          if (NAME.test(name)) take.send(name);
        }}
      >
        <TextField
          label="Name"
          value={name}
          maxLength={64}
          refusal={name === "" || NAME.test(name) ? null : "Letters, digits, dashes and underscores."}
          onChange={(text) => setName(text.trim())}
        />
        <button type="submit" className="button" disabled={!NAME.test(name) || take.pending}>
          Take
        </button>
      </form>
      {snapshots?.items.length === 0 && <p className="muted">None were taken yet.</p>}
      <ul className="mock-list">
        {snapshots?.items.toReversed().map((each) => (
          <li key={each.name}>
            <span>
              {each.name} <Instant at={each.taken_at} />
            </span>
            <button type="button" className="link-button" aria-label={`Go back to ${each.name}`} onClick={() => restore.send(each.name)}>
              Go back
            </button>
          </li>
        ))}
      </ul>
      {take.problem ?? restore.problem}
    </Card>
  );
}
