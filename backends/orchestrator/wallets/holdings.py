"""A wallet's token holdings, which are stored beside its record, and the wallet together with them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from backends.errors import StoreUnavailable
from backends.orchestrator.ports import Stored, WalletsDataService
from backends.orchestrator.records import Wallet
from backends.orchestrator.storage import chunked_list
from backends.orchestrator.wallets.errors import wallet_not_found
from generated_models import TokenHolding

_log = logging.getLogger(__name__)

_HOLDINGS = TypeAdapter(list[TokenHolding])
_READS = 5


def holding_rows(holdings: Sequence[TokenHolding]) -> list[str]:
    """Holdings as rows of JSON text, for a `ChunkedList`."""
    return [holding.model_dump_json() for holding in holdings]


async def wallet_with_holdings(
    store: WalletsDataService, wallet_address: str
) -> tuple[Stored[Wallet], list[TokenHolding] | None]:
    """A wallet and the holdings that its record names; None also where those can't be read. Raises `NotFound`."""
    before = None
    for _ in range(_READS):
        stored = await store.get(Wallet, wallet_address)
        if stored is None:
            raise wallet_not_found(wallet_address)
        holdings = await holdings_of(store, stored.record)
        if holdings is not None or stored.record.holdings is None:
            return stored, holdings
        if before is not None and before.version == stored.version:
            return stored, None  # no refresh has replaced them: they are lost
        before = stored
    raise StoreUnavailable("The wallet's holdings keep changing while they are read.", retry_after=1)


async def holdings_of(store: WalletsDataService, wallet: Wallet) -> list[TokenHolding] | None:
    """The holdings that a record names; None when they were never read, can't be read, or when a newer version has
    replaced them.
    """
    if wallet.holdings is None:
        return None
    texts = await chunked_list.read_chunks(store, wallet.key, wallet.holdings)
    if texts is None:
        return None
    try:
        return [holding for text in texts for holding in _HOLDINGS.validate_json(text)]
    except ValidationError:
        _log.warning("the stored holdings of %s are unreadable; refreshing its tokens writes them anew", wallet.key)
        return None


async def holdings_lost(store: WalletsDataService, stored: Stored[Wallet]) -> bool:
    """Whether a wallet whose holdings could not be read still names them: then they are lost, not replaced."""
    again = await store.get(Wallet, stored.record.wallet_address)
    return again is not None and again.version == stored.version
