import { lazy } from "react";

import type { PageProps } from "../../app/registry";
import { WalletList } from "./WalletList";

const Wallet = lazy(() => import("../wallet"));

export default function WalletsPage({ rest: [address] }: PageProps) {
  return address === undefined ? <WalletList /> : <Wallet key={address} address={address} />;
}
