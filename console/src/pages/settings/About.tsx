import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "../../app/api";
import { useNow } from "../../app/clock";
import { useConnection } from "../../app/connection";
import { callerQuery } from "../../app/queries";
import { mockSession } from "../../app/session";
import { formatAge } from "../../parts/ages";
import { Instant } from "../../parts/Freshness";
import { Section } from "../../parts/Section";

/** What the console talks to. */
export function About() {
  const { offline } = useConnection();
  const { data: caller } = useQuery(callerQuery);
  const now = new Date(useNow(1000)).toISOString();
  return (
    <Section title="About">
      <dl className="facts">
        <dt>Server</dt>
        <dd>
          <code>{location.origin}</code>
          {offline && <span className="badge warning">can't be reached</span>}
        </dd>
        <dt>Mode</dt>
        <dd>{caller === undefined ? <span className="unknown">—</span> : modeOf(caller)}</dd>
        <dt>You</dt>
        <dd>
          {caller === undefined ? (
            <span className="unknown">—</span>
          ) : (
            <>
              <bdi>{caller.actor}</bdi> <span className="muted">may {ROLES[caller.role]}</span>
            </>
          )}
        </dd>
        {caller !== undefined && (
          <>
            <dt>Chain</dt>
            <dd>
              {caller.genesis_hash === null ? (
                <span className="muted">nothing was read yet</span>
              ) : (
                <>
                  {caller.cluster} <code className="genesis">{caller.genesis_hash}</code>
                </>
              )}
            </dd>
            <dt>Fresh for</dt>
            <dd>
              {formatAge(caller.cache_ttl_ms)} after a reading
              {caller.refresh_cooldown_ms > 0 &&
                `; read again after ${formatAge(caller.refresh_cooldown_ms)} at the earliest`}
            </dd>
          </>
        )}
        {mockSession !== null && (
          <>
            <dt>Session</dt>
            <dd>
              <code>{mockSession}</code>
            </dd>
          </>
        )}
        <dt>Its time</dt>
        <dd>
          <Instant at={now} />
        </dd>
        <dt>Contract</dt>
        <dd>
          <a href="/docs">Documentation</a> · <a href="/openapi.json">openapi.json</a>
        </dd>
      </dl>
    </Section>
  );
}

type Caller = Schemas["CallerInfo"];
const ROLES: Record<Caller["role"], string> = { read: "read", operate: "read and change" };

function modeOf({ backend, mocked_groups: mocked }: Caller): string {
  if (backend === "mock") return "Mock: a faked world, nothing in it is real";
  return mocked.length === 0 ? "Real data" : `Mixed: ${mocked.join(", ")} still from the mock, all else real`;
}
