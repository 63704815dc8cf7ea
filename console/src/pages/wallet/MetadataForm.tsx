import { useState } from "react";

import { problemOf, type Schemas } from "../../app/api";
import { useUpdateWallet } from "../../app/mutations";
import { walletQuery } from "../../app/queries";
import { queryClient } from "../../app/queryClient";
import { ProblemView } from "../../parts/Problem";
import { tagsOf } from "../../parts/tags";
import { TextField } from "../../parts/TextField";
import { STATUSES } from "../wallets/fields";

type Written = Schemas["UpdateWalletRequest"];

interface MetadataFormProps {
  address: string;
  wallet: Schemas["WalletInfo"];
  etag: string | null;
  onDone(): void;
}

/** Edits the version that is shown. If somebody else saved meanwhile, both versions are shown before one wins. */
export function MetadataForm({ address, wallet, etag, onDone }: MetadataFormProps) {
  const [mine, setMine] = useState<Written>(() => writtenOf(wallet));
  // What was shown when editing began: a reading that comes in meanwhile must not hide another's edit.
  const [base, setBase] = useState(etag);
  const [theirs, setTheirs] = useState<{ wallet: Schemas["WalletInfo"]; etag: string | null } | null>(null);
  const [round, setRound] = useState(0);
  const update = useUpdateWallet(address);
  const save = async (over: string | null) => {
    try {
      await update.mutateAsync({ body: mine, etag: over });
      onDone();
    } catch (error) {
      if (problemOf(error)?.status !== 412) return;
      const now = await queryClient.fetchQuery({ ...walletQuery(address), staleTime: 0 });
      setTheirs({ wallet: now.wallet, etag: now.etag });
    }
  };
  return (
    <form
      key={round}
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save(base);
      }}
    >
      <TextField
        label="Label"
        value={mine.label ?? ""}
        maxLength={100}
        onChange={(label) => setMine((now) => ({ ...now, label: label.trim() || null }))}
        autoFocus
      />
      <TextField
        label="Tags"
        value={mine.tags.join(", ")}
        hint="Separated by commas; at most 20 of 32 characters."
        onChange={(text) => setMine((now) => ({ ...now, tags: tagsOf(text) }))}
      />
      <TextField
        label="Notes"
        value={mine.notes ?? ""}
        maxLength={2000}
        lines={4}
        onChange={(notes) => setMine((now) => ({ ...now, notes: notes.trim() || null }))}
      />
      <label className="field">
        <span className="field-label">Status</span>
        <select
          className="input"
          value={mine.status_override ?? ""}
          onChange={(event) => {
            const chosen = STATUSES.find((status) => status === event.currentTarget.value) ?? null;
            setMine((now) => ({ ...now, status_override: chosen }));
          }}
        >
          <option value="">as the chain and launches say</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {status.toLowerCase()}
            </option>
          ))}
        </select>
      </label>
      {theirs === null && update.error !== null && <ProblemView error={update.error} />}
      {theirs !== null && (
        <Versions
          mine={mine}
          theirs={writtenOf(theirs.wallet)}
          onTakeTheirs={() => {
            setMine(writtenOf(theirs.wallet));
            setBase(theirs.etag);
            setTheirs(null);
            update.reset();
            setRound((n) => n + 1);
          }}
          onSaveMine={() => void save(theirs.etag)}
        />
      )}
      {theirs === null && (
        <div className="form-actions">
          <button type="button" className="button" onClick={onDone}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={update.isPending}>
            {update.isPending ? "Saving…" : "Save"}
          </button>
        </div>
      )}
    </form>
  );
}

interface VersionsProps {
  mine: Written;
  theirs: Written;
  onTakeTheirs(): void;
  onSaveMine(): void;
}

function Versions({ mine, theirs, onTakeTheirs, onSaveMine }: VersionsProps) {
  const rows = [
    ["Label", mine.label, theirs.label],
    ["Tags", mine.tags.join(", "), theirs.tags.join(", ")],
    ["Notes", mine.notes, theirs.notes],
    ["Status", mine.status_override?.toLowerCase(), theirs.status_override?.toLowerCase()],
  ] as const;
  return (
    <div className="versions" role="alert">
      <p className="problem-title">Somebody else saved this wallet meanwhile.</p>
      <table className="table">
        <thead>
          <tr>
            <td />
            <th scope="col">Yours</th>
            <th scope="col">Theirs</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, one, other]) => (
            <tr key={name} className={(one || null) === (other || null) ? "" : "differs"}>
              <th scope="row">{name}</th>
              <td>{one || "—"}</td>
              <td>{other || "—"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="form-actions">
        <button type="button" className="button" onClick={onTakeTheirs}>
          Go on from theirs
        </button>
        <button type="button" className="button primary" onClick={onSaveMine}>
          Save mine over it
        </button>
      </div>
    </div>
  );
}

function writtenOf({ label, notes, tags, status_override }: Schemas["WalletInfo"]): Written {
  return { label, notes, tags: [...tags], status_override };
}

/** Tags in the order they were typed, each once. */
