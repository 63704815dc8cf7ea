import { useState } from "react";

import { useZone } from "../app/preferences";
import { formatInstant } from "../parts/ages";
import { classes } from "../parts/classes";
import { CopyButton } from "../parts/CopyButton";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { ProblemView } from "../parts/Problem";
import { SearchField } from "../parts/SearchField";
import { asCurl, asPlaywrightTest } from "./snippets";
import type { Served } from "./control";
import type { ServedRequests } from "./served";

const KINDS = ["all", "2xx", "3xx", "4xx", "5xx"] as const;
type Kind = (typeof KINDS)[number];

/** What the session was asked, newest first, with all that is kept of one of them beside. */
export function RequestsTab({ requests, error, clear }: ServedRequests) {
  const [sought, setSought] = useState<string | null>(null);
  const [kind, setKind] = useState<Kind>("all");
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = requests.filter((each) => isOf(kind, each) && holds(each, sought));
  const open = requests.find(({ request_id }) => request_id === chosen) ?? null;
  return (
    <>
      <div className="mock-requests">
        <div className="toolbar">
          <SearchField label="Filter requests" placeholder="Operation, path or query" value={sought} maxLength={100} onChange={setSought} />
          <div className="segments small" role="group" aria-label="Status">
            {KINDS.map((value) => (
              <button key={value} type="button" aria-pressed={kind === value} onClick={() => setKind(value)}>
                {value}
              </button>
            ))}
          </div>
          <span className="toolbar-space" />
          <button type="button" className="button quiet" disabled={requests.length === 0} onClick={clear}>
            Clear
          </button>
        </div>
        {error !== null && <ProblemView error={error} />}
        {shown.length === 0 ? (
          <Empty title={requests.length === 0 ? "Nothing was asked yet" : "Nothing matches"}>
            Requests of this session are listed as they are answered.
          </Empty>
        ) : (
          <ul className="mock-request-list" aria-label="Requests">
            {shown.map((each) => (
              <li key={each.request_id}>
                <button
                  type="button"
                  aria-pressed={each.request_id === chosen}
                  className="mock-request"
                  onClick={() => setChosen(each.request_id === chosen ? null : each.request_id)}
                >
                  <Line served={each} />
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {open !== null && <Detail served={open} onClose={() => setChosen(null)} />}
    </>
  );
}

function Line({ served }: { served: Served }) {
  const zone = useZone();
  const { method, operation, path, query, status, milliseconds, armed, served_at } = served;
  return (
    <>
      <time dateTime={served_at}>{formatInstant(served_at, zone).slice(11, 19)}</time>
      <span className={classes("mock-status", `s${String(status ?? "x")[0]}`)}>{status ?? "none"}</span>
      <span className="mock-operation">
        {operation}
        {armed !== null && (
          <span className="badge warning" title={`By ${armed}`}>
            armed
          </span>
        )}
      </span>
      <code className="mock-path">
        {method} {path}
        {query && `?${query}`}
      </code>
      <span className="muted end">{milliseconds} ms</span>
    </>
  );
}

function Detail({ served, onClose }: { served: Served; onClose(): void }) {
  return (
    <section className="mock-detail" aria-label="Request">
      <header>
        <h2>{served.operation}</h2>
        <span className="toolbar-space" />
        <Copy label="curl" text={asCurl(served, location.origin)} />
        <Copy label="Playwright test" text={asPlaywrightTest(served, location.origin)} />
        <button type="button" className="button quiet icon-only" aria-label="Close the request" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <p className="muted">
        <code>{served.request_id}</code>
        {served.preferences.length > 0 && <> · Prefer: {served.preferences.join(", ")}</>}
        {served.armed !== null && <> · answered by {served.armed}</>}
      </p>
      <Part title="Request" headers={served.request_headers} body={served.request_body} />
      <Part title={`Answer ${served.status ?? "none"}`} headers={served.response_headers} body={served.response_body} />
    </section>
  );
}

function Copy({ label, text }: { label: string; text: string }) {
  return (
    <span className="mock-copy">
      <CopyButton text={text} what={`as ${label}`} />
      <span aria-hidden="true">{label}</span>
    </span>
  );
}

function Part({ title, headers, body }: { title: string; headers: Readonly<Record<string, string>>; body: string | null }) {
  return (
    <>
      <h3>{title}</h3>
      <dl className="mock-headers">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {body === null ? (
        <p className="muted">No body was kept.</p>
      ) : (
        <pre className="mock-text" tabIndex={0}>
          {pretty(body)}
        </pre>
      )}
    </>
  );
}

function isOf(kind: Kind, { status }: Served): boolean {
  return kind === "all" || String(status ?? "")[0] === kind[0];
}

function holds({ operation, path, query, method }: Served, sought: string | null): boolean {
  return sought === null || `${operation} ${method} ${path}?${query}`.toLowerCase().includes(sought.toLowerCase());
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
