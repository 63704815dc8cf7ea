import { useState } from "react";

import type { Schemas } from "../../app/api";
import { useConnection } from "../../app/connection";
import { Status, Tags } from "../../parts/Chips";
import { Instant } from "../../parts/Freshness";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { MetadataForm } from "./MetadataForm";

interface MetadataProps {
  address: string;
  wallet: Schemas["WalletInfo"];
  etag: string | null;
}

/** What people wrote about a wallet; edited in place. */
export function Metadata({ address, wallet, etag }: MetadataProps) {
  const [editing, setEditing] = useState(false);
  const { offline } = useConnection();
  return (
    <Section
      title="About"
      action={
        !editing && (
          <button type="button" className="button quiet" disabled={offline} onClick={() => setEditing(true)}>
            <Icon name="edit" /> Edit
          </button>
        )
      }
    >
      {editing ? (
        <MetadataForm address={address} wallet={wallet} etag={etag} onDone={() => setEditing(false)} />
      ) : (
        <dl className="facts">
          <dt>Status</dt>
          <dd>
            <Status status={wallet.status} chosen={wallet.status_override !== null} />
          </dd>
          <dt>Tags</dt>
          <dd>{wallet.tags.length === 0 ? <span className="unknown">—</span> : <Tags tags={wallet.tags} />}</dd>
          <dt>Notes</dt>
          <dd>{wallet.notes === null ? <span className="unknown">—</span> : <bdi className="notes">{wallet.notes}</bdi>}</dd>
          <dt>First funded</dt>
          <dd>{wallet.first_funded_at === null ? <span className="unknown">—</span> : <Instant at={wallet.first_funded_at} />}</dd>
          <dt>Last activity</dt>
          <dd>{wallet.last_activity_at === null ? <span className="unknown">—</span> : <Instant at={wallet.last_activity_at} />}</dd>
          <dt>Registered</dt>
          <dd>
            <Instant at={wallet.created_at} />
          </dd>
        </dl>
      )}
    </Section>
  );
}
