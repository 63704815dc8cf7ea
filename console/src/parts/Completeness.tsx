import { useNow } from "../app/clock";
import { ageOf } from "./ages";
import { formatCount } from "./amounts";

interface CompletenessProps {
  wallets_missing: number;
  oldest_as_of: string | null;
}

/** In words how complete a total is, and how old the oldest reading in it. */
export function Completeness({ wallets_missing, oldest_as_of }: CompletenessProps) {
  const now = useNow();
  return (
    <>
      {wallets_missing === 0
        ? "of all wallets"
        : `${formatCount(wallets_missing)} ${wallets_missing === 1 ? "wallet" : "wallets"} never read`}
      {oldest_as_of !== null && <> · oldest reading {ageOf(oldest_as_of, now)}</>}
    </>
  );
}
