import { useId, useRef, useState, type DragEvent } from "react";

import { classes } from "../../parts/classes";
import { Icon } from "../../parts/Icon";
import { TextField } from "../../parts/TextField";
import { textOf, Unreadable } from "./parse";

const LARGEST = 16 * 1024 * 1024; // bytes of a file: more than ten thousand wallets with long notes

interface SourceProps {
  onText(text: string, name: string | null): void;
  onRefused(why: string): void;
}

async function textIn(file: File): Promise<string> {
  return textOf(new Uint8Array(await file.arrayBuffer()));
}

function reason(error: unknown): string {
  return error instanceof Unreadable ? error.message : "The file can't be read.";
}

/** Where the wallets come from: a file, dropped or chosen, or a text. */
export function Source({ onText, onRefused }: SourceProps) {
  const [pasted, setPasted] = useState("");
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const id = useId();
  const read = (chosen: File | undefined) => {
    if (chosen === undefined) return;
    if (chosen.size > LARGEST) onRefused("The file is larger than 16 MB. Import it in parts.");
    else void textIn(chosen).then((text) => onText(text, chosen.name), (error: unknown) => onRefused(reason(error)));
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    read(event.dataTransfer.files[0]);
  };
  return (
    <div className="import-sources">
      <div
        className={classes("card drop", over && "over")}
        onDragOver={(event) => (event.preventDefault(), setOver(true))}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <Icon name="import" />
        <p>
          <b>Drop a file here</b>
        </p>
        <p className="muted" id={`${id}-hint`}>
          CSV with a header, or JSON lines
        </p>
        <button type="button" className="button" onClick={() => file.current?.click()}>
          Choose a file…
        </button>
        <input
          ref={file}
          className="visually-hidden"
          type="file"
          tabIndex={-1}
          aria-label="File with wallets"
          aria-describedby={`${id}-hint`}
          accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv,application/x-ndjson"
          onChange={(event) => {
            read(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
      </div>
      <form
        className="card form"
        onSubmit={(event) => {
          event.preventDefault();
          onText(pasted, null);
        }}
      >
        <TextField
          label="Or paste it"
          value=""
          lines={7}
          placeholder={"wallet_address,label,notes,tags\n…"}
          onChange={setPasted}
          hint="Columns: wallet_address, and if you like label, notes, tags (with ; between) and status_override."
        />
        <div className="form-actions">
          <button type="submit" className="button primary" disabled={pasted.trim() === ""}>
            Check
          </button>
        </div>
      </form>
    </div>
  );
}
