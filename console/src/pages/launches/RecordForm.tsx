import { useMemo, useState } from "react";

import { now } from "../../app/clock";
import { intentionKeys, useRecordLaunch } from "../../app/records";
import { AddressField } from "../../parts/AddressField";
import { isAddress, isSignature } from "../../parts/base58";
import { Dialog } from "../../parts/Dialog";
import { MomentField } from "../../parts/MomentField";
import { ProblemView } from "../../parts/Problem";
import { TextField } from "../../parts/TextField";

const MINUTE = 60_000;

/** Records a launch that was made. It is not checked against the chain. */
export function RecordForm({ wallet, onClose }: { wallet: string | null; onClose(): void }) {
  const [by, setBy] = useState(wallet ?? "");
  const [mint, setMint] = useState("");
  const [name, setName] = useState("");
  const [ticker, setTicker] = useState("");
  const [when, setWhen] = useState<string | null>(() => new Date(Math.floor(now() / MINUTE) * MINUTE).toISOString());
  const [signature, setSignature] = useState("");
  const [tried, setTried] = useState(false);
  const keyOf = useMemo(intentionKeys, []);
  const record = useRecordLaunch();
  const badSignature = signature !== "" && !isSignature(signature);
  const save = () => {
    setTried(true);
    if (!isAddress(by) || !isAddress(mint) || name.trim() === "" || ticker.trim() === "" || when === null || badSignature) {
      return;
    }
    const body = {
      wallet_address: by,
      mint_address: mint,
      token_name: name.trim(),
      token_ticker: ticker.trim(),
      launched_at: when,
      signature: signature || null,
    };
    record.mutate({ body, key: keyOf(body) }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title="Record a launch"
      description="For a launch that was made. It is recorded as it is written here, and not checked against the chain."
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form="record-launch" className="button primary" disabled={record.isPending}>
            {record.isPending ? "Saving…" : "Record"}
          </button>
        </>
      }
    >
      <form
        id="record-launch"
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <AddressField label="By wallet" value={by} onChange={setBy} wallets autoFocus strict={tried} />
        <AddressField label="Mint" value={mint} onChange={setMint} strict={tried} />
        <div className="form-pair">
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            maxLength={64}
            refusal={tried && name.trim() === "" ? "What the token is called." : null}
          />
          <TextField
            label="Ticker"
            value={ticker}
            onChange={setTicker}
            maxLength={32}
            refusal={tried && ticker.trim() === "" ? "Its ticker." : null}
          />
        </div>
        <MomentField
          label="Launched"
          value={when}
          onChange={setWhen}
          refusal={tried && when === null ? "A date and a time." : null}
        />
        <TextField
          label="Transaction"
          value={signature}
          onChange={(text) => setSignature(text.trim())}
          hint="Its signature, if it is known."
          maxLength={90}
          refusal={badSignature ? "A signature: 64 bytes in base58, 87 or 88 characters." : null}
        />
        {record.error !== null && <ProblemView error={record.error} />}
      </form>
    </Dialog>
  );
}
