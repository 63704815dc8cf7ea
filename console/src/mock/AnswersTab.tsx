import { queryOptions, useQuery } from "@tanstack/react-query";

import { ok } from "../app/api";
import { formatCount } from "../parts/amounts";
import { ProblemView } from "../parts/Problem";
import { AnswerForm } from "./AnswerForm";
import { operationsOf, type Contract } from "./catalogue";
import { armedQuery, control, readPanelAgain, type MockSchemas } from "./control";
import { Card, useControl } from "./parts";

const catalogueQuery = queryOptions({
  queryKey: ["contract"],
  staleTime: Number.POSITIVE_INFINITY,
  // The server's own file, which nobody has to sign in for.
  queryFn: async ({ signal }) => operationsOf((await (await fetch("/openapi.json", { signal })).json()) as Contract),
});

/** What the session is to answer instead of what it would. */
export function AnswersTab() {
  const { data: operations, error, refetch } = useQuery(catalogueQuery);
  const { data: armed } = useQuery({ ...armedQuery, staleTime: 0 });
  const remove = useControl(
    (id: MockSchemas["AnswerId"]) => ok(control.DELETE("/__mock__/answers/{answer_id}", { params: { path: { answer_id: id } } })),
    readPanelAgain,
  );
  const clear = useControl((_: null) => ok(control.DELETE("/__mock__/answers")), readPanelAgain);
  const items = armed?.items ?? [];
  return (
    <div className="mock-cards">
      <Card title="Arm an answer" note="until it is removed, or the world is replaced">
        {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
        {operations !== undefined && <AnswerForm operations={operations} onArmed={readPanelAgain} />}
      </Card>
      <Card title="Armed" note={items.length === 0 ? "none" : formatCount(items.length)}>
        <ul className="mock-list">
          {items.map((each) => (
            <li key={each.answer_id}>
              <span>
                <b>{each.operation ?? "every operation"}</b> {said(each)}
                <span className="muted">
                  {" "}
                  · given {formatCount(each.given)}
                  {each.count !== null && ` of ${formatCount(each.count)}`}
                </span>
              </span>
              <button
                type="button"
                className="link-button"
                aria-label={`Remove the answer of ${each.operation ?? "every operation"}`}
                onClick={() => remove.send(each.answer_id)}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
        {items.length === 0 && <p className="muted">The session answers as its world says.</p>}
        {items.length > 1 && (
          <button type="button" className="button" onClick={() => clear.send(null)}>
            Remove all
          </button>
        )}
        {remove.problem ?? clear.problem}
      </Card>
    </div>
  );
}

function said({ status, latency_ms, percent }: MockSchemas["ArmedAnswer"]): string {
  const words = [status === null ? "as usual" : String(status)];
  if (latency_ms > 0) words.push(`after ${formatCount(latency_ms)} ms`);
  if (percent < 100) words.push(`${percent} % of the time`);
  return words.join(", ");
}
