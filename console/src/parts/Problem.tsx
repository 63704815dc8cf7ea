/** What went wrong, in the server's words, with what can be done about it. */
import { useEffect, useState, type ReactNode } from "react";

import { problemOf, retryAfter, Unreachable, UnusableAnswer } from "../app/api";
import { formatSeconds } from "./ages";
import { Icon } from "./Icon";

interface ProblemProps {
  error: unknown;
  /** Try again. Where the answer says when, only then. */
  onRetry?(): void;
  children?: ReactNode;
}

export function ProblemView({ error, onRetry, children }: ProblemProps) {
  const problem = problemOf(error);
  const wait = retryAfter(error);
  return (
    <div className="problem" role="alert">
      <Icon name="warning" />
      <div className="problem-text">
        <p className="problem-title">{titleOf(error)}</p>
        {problem !== null && <p>{problem.detail}</p>}
        {problem !== null && problem.errors.length > 0 && (
          <ul>
            {problem.errors.map(({ where, expected, got }) => (
              <li key={where + expected}>
                <code>{where}</code> {expected}
                {got !== null && <>, got {got}</>}
              </li>
            ))}
          </ul>
        )}
        {children}
        {problem !== null && (
          <p className="muted problem-ids">
            <code>{problem.code}</code> · <code>{problem.request_id}</code>
          </p>
        )}
      </div>
      {onRetry !== undefined && <Retry onRetry={onRetry} seconds={wait} />}
    </div>
  );
}

export function titleOf(error: unknown): string {
  const problem = problemOf(error);
  if (problem !== null) return problem.title;
  // A proxy before the server has errors in words of its own.
  if (error instanceof UnusableAnswer) {
    const status = error.response?.status;
    return `What answered is not the server${status === undefined ? "" : ` (status ${status})`}.`;
  }
  return error instanceof Unreachable ? error.message : "Something went wrong here, in the page itself.";
}

/** Counts down where the server said how long, and then tries again itself. */
function Retry({ onRetry, seconds }: { onRetry(): void; seconds: number | null }) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => setLeft(seconds), [seconds]);
  useEffect(() => {
    if (left === null) return;
    if (left <= 0) {
      setLeft(null);
      onRetry();
      return;
    }
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left, onRetry]);
  return (
    <button type="button" className="button" onClick={onRetry} disabled={left !== null}>
      {left === null ? "Try again" : `Again in ${formatSeconds(left)}`}
    </button>
  );
}
