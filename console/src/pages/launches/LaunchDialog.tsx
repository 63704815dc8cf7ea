import type { Launch } from "../../app/records";
import { hrefOf } from "../../app/router";
import { Address, Ends, WholeAddress } from "../../parts/Address";
import { CopyButton } from "../../parts/CopyButton";
import { Dialog } from "../../parts/Dialog";
import { Instant } from "../../parts/Freshness";
import { TokenName } from "../../parts/TokenName";

/** One launch in full. */
export function LaunchDialog({ launch, onClose }: { launch: Launch; onClose(): void }) {
  return (
    <Dialog
      title="Launch"
      onClose={onClose}
      wide
      actions={
        <>
          <a className="button" href={hrefOf(["launches"], `wallet=${launch.wallet_address}`)} onClick={onClose}>
            All of this wallet
          </a>
          <button type="button" className="button primary" onClick={onClose}>
            Close
          </button>
        </>
      }
    >
      <dl className="facts">
        <dt>Token</dt>
        <dd>
          <TokenName name={launch.token_name} ticker={launch.token_ticker} mint={launch.mint_address} />
        </dd>
        <dt>Mint</dt>
        <dd>
          <WholeAddress address={launch.mint_address} what="mint" />
        </dd>
        <dt>By wallet</dt>
        <dd>
          <Address address={launch.wallet_address} link ours />
        </dd>
        <dt>Launched</dt>
        <dd>
          <Instant at={launch.launched_at} />
        </dd>
        <dt>Transaction</dt>
        <dd>
          {launch.signature === null ? (
            <span className="unknown">—</span>
          ) : (
            <>
              <Ends address={launch.signature} />
              <CopyButton text={launch.signature} what="signature" />
            </>
          )}
        </dd>
        <dt>Recorded</dt>
        <dd>
          <Instant at={launch.created_at} />
        </dd>
        <dt>Id</dt>
        <dd>
          <code>{launch.launch_id}</code> <CopyButton text={launch.launch_id} what="id" />
        </dd>
      </dl>
    </Dialog>
  );
}
