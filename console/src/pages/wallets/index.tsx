import { lazy } from "react";

import { walletModule, type PageProps } from "../../app/pages";
import { WalletList } from "./WalletList";

const Wallet = lazy(walletModule);

export default function WalletsPage({ rest: [address] }: PageProps) {
  return address === undefined ? <WalletList /> : <Wallet key={address} address={address} />;
}
