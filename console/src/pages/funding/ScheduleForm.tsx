import { useMemo, useState } from "react";

import { now } from "../../app/clock";
import { intentionKeys, useScheduleFunding } from "../../app/records";
import { AddressField } from "../../parts/AddressField";
import { canonicalSol, solRefusal } from "../../parts/amounts";
import { isAddress } from "../../parts/base58";
import { Dialog } from "../../parts/Dialog";
import { MomentField } from "../../parts/MomentField";
import { ProblemView } from "../../parts/Problem";
import { TextField } from "../../parts/TextField";

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Records that a wallet is meant to be funded. */
export function ScheduleForm({ wallet, onClose }: { wallet: string | null; onClose(): void }) {
  const [to, setTo] = useState(wallet ?? "");
  const [amount, setAmount] = useState("");
  const [when, setWhen] = useState<string | null>(() =>
    new Date(Math.floor((now() + DAY) / MINUTE) * MINUTE).toISOString(),
  );
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const keyOf = useMemo(intentionKeys, []);
  const schedule = useScheduleFunding();
  const save = () => {
    setTried(true);
    if (!isAddress(to) || solRefusal(amount) !== null || when === null) return;
    const body = {
      wallet_address: to,
      amount_sol: canonicalSol(amount),
      scheduled_for: when,
      note: note.trim() || null,
    };
    schedule.mutate({ body, key: keyOf(body) }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title="Schedule a funding"
      description="A record of intent. Nothing is signed or sent: somebody pays by other means, and a refresh of the wallet sees it."
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form="schedule-funding" className="button primary" disabled={schedule.isPending}>
            {schedule.isPending ? "Saving…" : "Schedule"}
          </button>
        </>
      }
    >
      <form
        id="schedule-funding"
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <AddressField label="To wallet" value={to} onChange={setTo} wallets autoFocus strict={tried} />
        <TextField
          label="Amount, SOL"
          value={amount}
          onChange={(text) => setAmount(text.trim())}
          maxLength={24}
          refusal={tried || amount.length > 2 ? solRefusal(amount) : null}
        />
        <MomentField
          label="Meant to arrive"
          value={when}
          onChange={setWhen}
          refusal={tried && when === null ? "A date and a time." : null}
        />
        <TextField label="Note" value={note} onChange={setNote} maxLength={2000} lines={2} />
        {schedule.error !== null && <ProblemView error={schedule.error} />}
      </form>
    </Dialog>
  );
}
