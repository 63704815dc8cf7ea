import { useState } from "react";

import { ok } from "../app/api";
import { TextField } from "../parts/TextField";
import type { Operation } from "./catalogue";
import { control, type MockSchemas } from "./control";
import { Select, useControl } from "./parts";

type Request = MockSchemas["ArmAnswerRequest"];
type What = "declared" | "body" | "usual" | "drop";
type Times = "once" | "some" | "always";

const EVERY = "*";
const WHATS: readonly { value: What; label: string }[] = [
  { value: "declared", label: "a declared answer" },
  { value: "body", label: "a body of one's own" },
  { value: "usual", label: "the usual one, later" },
  { value: "drop", label: "none: the connection breaks" },
];
const TIMES: readonly { value: Times; label: string }[] = [
  { value: "once", label: "once" },
  { value: "some", label: "a few times" },
  { value: "always", label: "until it is removed" },
];
/** Statuses of which every operation that declares them has an answer. */
const COMMON = [401, 403, 422, 500, 503];
const FIRST = "first";

/** One operation, or all of them, and what it is to answer. */
export function AnswerForm({ operations, onArmed }: { operations: readonly Operation[]; onArmed(): void }) {
  const [operation, setOperation] = useState("listWallets");
  const [what, setWhat] = useState<What>("declared");
  const [status, setStatus] = useState("503");
  const [example, setExample] = useState(FIRST);
  const [body, setBody] = useState("{}");
  const [unchecked, setUnchecked] = useState(false);
  const [latency, setLatency] = useState("");
  const [times, setTimes] = useState<Times>("once");
  const [count, setCount] = useState("3");
  const arm = useControl((request: Request) => ok(control.POST("/__mock__/answers", { body: request })), onArmed);

  const answers = operations.find(({ id }) => id === operation)?.answers;
  const statuses = answers?.map((each) => each.status) ?? COMMON;
  const declared = statuses.includes(Number(status)) ? status : String(statuses.at(-1) ?? 500);
  const examples = answers?.find((each) => each.status === Number(declared))?.examples ?? [];
  const named = examples.includes(example) ? example : FIRST;
  const own = what === "body" ? parsed(body) : undefined;
  const badNumber = (text: string) => (/^\d{0,5}$/.test(text) ? null : "A whole number.");
  const hasStatus = what === "declared" || what === "body";

  const submit = () => {
    if (own === UNREADABLE || badNumber(latency) !== null || badNumber(count) !== null) return;
    arm.send({
      ...(operation === EVERY ? {} : { operation }),
      ...(hasStatus ? { status: Number(declared) } : {}),
      ...(what === "declared" && named !== FIRST ? { example: named } : {}),
      ...(what === "body" ? { body: own, unchecked } : {}),
      ...(what === "drop" ? { drop: true } : {}),
      ...(latency === "" ? {} : { latency_ms: Number(latency) }),
      ...(times === "always" ? {} : { count: times === "once" ? 1 : Math.max(1, Number(count)) }),
    });
  };
  return (
    <form className="form" noValidate onSubmit={(event) => (event.preventDefault(), submit())}>
      <div className="mock-fields">
        <Select
          label="Operation"
          value={operation}
          options={[
            ...operations.map(({ id }) => ({ value: id, label: id })),
            { value: EVERY, label: "every operation" },
          ]}
          onChange={setOperation}
        />
        <Select label="Answer" value={what} options={WHATS} onChange={(value) => setWhat(value)} />
        {hasStatus && (
          <Select
            label="Status"
            value={declared}
            options={statuses.map((each) => ({ value: String(each), label: String(each) }))}
            onChange={setStatus}
          />
        )}
        {what === "declared" && examples.length > 1 && (
          <Select
            label="Example"
            value={named}
            options={[FIRST, ...examples].map((value) => ({ value, label: value === FIRST ? "the first" : value }))}
            onChange={setExample}
          />
        )}
        <TextField
          label="After, ms"
          value={latency}
          placeholder="0"
          maxLength={5}
          refusal={badNumber(latency)}
          onChange={(text) => setLatency(text.trim())}
        />
        <Select label="How often" value={times} options={TIMES} onChange={(value) => setTimes(value)} />
        {times === "some" && (
          <TextField label="Times" value={count} maxLength={5} refusal={badNumber(count)} onChange={(text) => setCount(text.trim())} />
        )}
      </div>
      {what === "body" && (
        <>
          <TextField
            label="Body, JSON"
            value={body}
            lines={5}
            refusal={own === UNREADABLE ? "That is no JSON." : null}
            onChange={setBody}
          />
          <label className="check">
            <input type="checkbox" checked={unchecked} onChange={(event) => setUnchecked(event.currentTarget.checked)} />
            It may break the contract
          </label>
        </>
      )}
      <div className="button-row">
        <button type="submit" className="button primary" disabled={arm.pending}>
          Arm
        </button>
      </div>
      {arm.problem}
    </form>
  );
}

const UNREADABLE = Symbol("unreadable");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return UNREADABLE;
  }
}
