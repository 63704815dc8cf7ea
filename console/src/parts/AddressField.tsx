/** Where an address is typed: known wallets are offered by label, and what was typed is shown as what it is. */
import { useMemo } from "react";

import { Address } from "./Address";
import { isAddress } from "./base58";
import { seenWallets, useKnownAddresses } from "./known";
import { TextField } from "./TextField";

interface AddressFieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  hint?: string;
  /** Offers the wallets that were seen here. */
  wallets?: boolean;
  autoFocus?: boolean;
  /** Says what is missing; before somebody tried to send, nothing is. */
  strict: boolean;
}

const MOST_OFFERED = 500;

export function AddressField({ label, value, onChange, hint, wallets = false, autoFocus, strict }: AddressFieldProps) {
  const known = useKnownAddresses();
  const suggestions = useMemo(
    () =>
      [...seenWallets()].slice(0, MOST_OFFERED).map(([address, name]) => ({ value: address, label: name ?? "no label" })),
    [known],
  );
  const valid = isAddress(value);
  return (
    <div className="address-field">
      <TextField
        label={label}
        value={value}
        onChange={(text) => onChange(text.trim())}
        {...(hint === undefined ? {} : { hint })}
        {...(autoFocus === undefined ? {} : { autoFocus })}
        {...(wallets ? { suggestions } : {})}
        maxLength={64}
        refusal={!valid && (strict || value.length > 44) ? "An address: 32 bytes in base58, 32 to 44 characters." : null}
      />
      {valid && <Address address={value} />}
    </div>
  );
}
