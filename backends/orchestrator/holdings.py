"""A wallet's token holdings beside its record, and the wallet together with them."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from backends.errors import NotFound, StoreUnavailable
from generated_models import CachedWalletResponse, ProblemCode, TokenHolding

from . import chunks
from .context import Context
from .records import Wallet
from .services import Stored, WalletsDataService
from .views import cached_wallet

_HOLDINGS = TypeAdapter(list[TokenHolding])
_READS = 5


def wallet_not_found(wallet_address: str) -> NotFound:
    """The error of every operation whose path names an unknown wallet."""
    return NotFound(ProblemCode.wallet_not_found, f"There is no wallet {wallet_address}.")


def holding_rows(holdings: Sequence[TokenHolding]) -> list[str]:
    """Holdings as rows of JSON text, for cutting."""
    return [holding.model_dump_json() for holding in holdings]


async def wallet_with_holdings(
    store: WalletsDataService, wallet_address: str
) -> tuple[Stored[Wallet], list[TokenHolding] | None]:
    """A wallet and the holdings that its record points at. Raises `NotFound`."""
    for _ in range(_READS):
        stored = await store.get(Wallet, wallet_address)
        if stored is None:
            raise wallet_not_found(wallet_address)
        holdings = await holdings_of(store, stored.record)
        if holdings is not None or stored.record.holdings is None:
            return stored, holdings
    raise StoreUnavailable("The wallet's holdings keep changing while they are read.", retry_after=1)


async def holdings_of(store: WalletsDataService, wallet: Wallet) -> list[TokenHolding] | None:
    """The holdings a record points at; None when they were never read, or when a newer version has replaced them."""
    if wallet.holdings is None:
        return None
    texts = await chunks.payloads(store, wallet.key, wallet.holdings)
    if texts is None:
        return None
    return [holding for text in texts for holding in _HOLDINGS.validate_json(text)]


async def current_wallet(context: Context, wallet_address: str) -> CachedWalletResponse:
    """A wallet as a client may see it now. Raises `NotFound`."""
    stored, holdings = await wallet_with_holdings(context.store, wallet_address)
    return cached_wallet(stored.record, holdings, context.clock.now(), context.policy)
