import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { useConnection } from "../../app/connection";
import { useRefreshWallet } from "../../app/mutations";
import { walletLaunchesQuery, walletQuery } from "../../app/queries";
import { hrefOf } from "../../app/router";
import { WholeAddress } from "../../parts/Address";
import { Amount } from "../../parts/Amount";
import { Icon } from "../../parts/Icon";
import { noteMints, noteWallets } from "../../parts/known";
import { ProblemView } from "../../parts/Problem";
import { Activity } from "./Activity";
import { Audit } from "./Audit";
import { Funding } from "./Funding";
import { History } from "./History";
import { Holdings } from "./Holdings";
import { Launches } from "./Launches";
import { Metadata } from "./Metadata";
import { PartCards } from "./PartCards";
import { RefreshOutcome } from "./RefreshOutcome";
import { Schedules } from "./Schedules";

export default function WalletPage({ address }: { address: string }) {
  const query = useQuery(walletQuery(address));
  const launches = useInfiniteQuery(walletLaunchesQuery(address));
  const refresh = useRefreshWallet(address);
  const { offline } = useConnection();
  const found = query.data;
  useEffect(() => {
    if (found !== undefined) noteWallets([found.wallet]);
    if (launches.data !== undefined) noteMints(launches.data.rows.map(({ mint_address }) => mint_address));
  }, [found, launches.data]);

  return (
    <div className="page wallet-page">
      <a className="back" href={hrefOf(["wallets"])}>
        <Icon name="back" /> Wallets
      </a>
      {found === undefined && query.error !== null && (
        <>
          <header>
            <h1>Wallet</h1>
            <WholeAddress address={address} />
          </header>
          <ProblemView error={query.error} onRetry={() => void query.refetch()} />
        </>
      )}
      {found === undefined && query.error === null && (
        <div aria-busy="true">
          <div className="skeleton title" />
          <div className="skeleton block" />
        </div>
      )}
      {found !== undefined && (
        <>
          <header className="wallet-head">
            <div>
              <h1>{found.wallet.label ?? <span className="muted">No label</span>}</h1>
              <WholeAddress address={address} />
            </div>
            <div className="wallet-balance">
              <Amount value={found.wallet.last_balance_sol} unit="SOL" />
              <button
                type="button"
                className="button primary"
                disabled={refresh.isPending || offline}
                onClick={() => refresh.mutate(null)}
              >
                <Icon name="refresh" /> {refresh.isPending ? "Reading the chain…" : "Refresh"}
              </button>
            </div>
          </header>
          {query.error !== null && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
          {refresh.error !== null && (
            <ProblemView error={refresh.error} onRetry={() => refresh.mutate(refresh.variables ?? null)} />
          )}
          {refresh.data !== undefined && <RefreshOutcome answer={refresh.data} />}
          <PartCards
            parts={found.cache.parts}
            pending={refresh.isPending ? (refresh.variables ?? "all") : null}
            disabled={refresh.isPending || offline}
            onRefresh={(part) => refresh.mutate([part])}
          />
          <div className="wallet-columns">
            <div className="stack">
              <History address={address} />
              <Holdings holdings={found.wallet.token_holdings} part={found.cache.parts.token_holdings} />
              <Funding funding={found.wallet.recent_funding} part={found.cache.parts.funding_transactions} />
              <Activity address={address} />
              <Launches query={launches} />
            </div>
            <div className="stack">
              <Metadata address={address} wallet={found.wallet} etag={found.etag} />
              <Schedules address={address} />
              <Audit address={address} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}
