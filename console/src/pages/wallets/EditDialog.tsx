/** Changes the tags or the status of a selection: first what would happen, then the same for good. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "../../app/api";
import { useConnection } from "../../app/connection";
import { editWallets, type Edit, type Edited } from "../../app/edits";
import { tagsQuery } from "../../app/queries";
import { formatCount } from "../../parts/amounts";
import { Address } from "../../parts/Address";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { ProblemView } from "../../parts/Problem";
import { TextField } from "../../parts/TextField";
import { tagsOf } from "../../parts/tags";
import { STATUSES } from "./fields";

export type Editing = "tags" | "status";
type Chosen = Schemas["WalletStatus"] | "CLEAR";

interface EditDialogProps {
  what: Editing;
  addresses: readonly string[];
  onClose(): void;
}

export default function EditDialog({ what, addresses, onClose }: EditDialogProps) {
  const [edit, setEdit] = useState<Edit>(what === "tags" ? {} : { set_status_override: "ARCHIVED" });
  const [tried, setTried] = useState<Edited | null>(null);
  const { offline } = useConnection();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (dryRun: boolean) => editWallets(addresses, edit, dryRun),
    onSuccess: (edited, dryRun) => (dryRun || edited.invalid.length > 0 ? setTried(edited) : onClose()),
  });
  const change = (next: Edit) => {
    setEdit(next);
    setTried(null);
  };
  const empty = what === "tags" && !edit.add_tags?.length && !edit.remove_tags?.length;
  return (
    <Dialog
      title={`${what === "tags" ? "Tags" : "Status"} of ${formatCount(addresses.length)} selected`}
      description="First it is tried, which changes nothing."
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className={tried === null ? "button primary" : "button"}
            disabled={empty || isPending || offline}
            onClick={() => mutate(true)}
          >
            Try
          </button>
          {tried !== null && (
            <button
              type="button"
              className="button primary"
              disabled={isPending || offline || tried.changed === 0}
              onClick={() => mutate(false)}
            >
              Change {formatCount(tried.changed)}
            </button>
          )}
        </>
      }
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!empty && !offline) mutate(true);
        }}
      >
        {what === "tags" ? <TagFields edit={edit} onChange={change} /> : <StatusField edit={edit} onChange={change} />}
      </form>
      {tried !== null && <Outcome tried={tried} />}
      {error !== null && <ProblemView error={error} />}
    </Dialog>
  );
}

interface FieldsProps {
  edit: Edit;
  onChange(edit: Edit): void;
}

function TagFields({ edit, onChange }: FieldsProps) {
  const { data: known } = useQuery(tagsQuery);
  const suggestions = known?.items.map(({ tag, wallets }) => ({ value: tag, label: `${formatCount(wallets)} wallets` }));
  const shared = { maxLength: 700, ...(suggestions === undefined ? {} : { suggestions }) };
  return (
    <>
      <TextField
        {...shared}
        label="Add"
        value=""
        hint="Separated by commas."
        autoFocus
        onChange={(text) => onChange({ ...edit, add_tags: tagsOf(text) })}
      />
      <TextField
        {...shared}
        label="Remove"
        value=""
        onChange={(text) => onChange({ ...edit, remove_tags: tagsOf(text) })}
      />
    </>
  );
}

function StatusField({ edit, onChange }: FieldsProps) {
  return (
    <Choices<Chosen>
      legend="From now on"
      name="status"
      value={edit.set_status_override ?? "CLEAR"}
      options={[
        ...STATUSES.map((value) => ({ value, label: value.toLowerCase() })),
        { value: "CLEAR" as const, label: "as the readings say" },
      ]}
      onChange={(value) => onChange(value === "CLEAR" ? { clear_status_override: true } : { set_status_override: value })}
      hint="A status set by hand goes before what readings and launches say. Archived wallets are left out of refreshes."
    />
  );
}

function Outcome({ tried: { changed, unchanged, missing, invalid } }: { tried: Edited }) {
  return (
    <div className="cost" role="status">
      <b>{formatCount(changed)}</b> to change, {formatCount(unchanged)} are so already
      {missing > 0 && <>, {formatCount(missing)} are registered no more</>}
      {invalid.length > 0 && (
        <>
          , <b>{formatCount(invalid.length)}</b> can't be changed:
          <ul className="rows">
            {invalid.slice(0, 5).map(({ wallet_address, errors }) => (
              <li key={wallet_address}>
                <Address address={wallet_address} ours />
                <span className="row-end">{errors[0]?.expected}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
