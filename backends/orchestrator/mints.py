"""Names and tickers of mints: asked of the chain once, kept in the store for good."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping

from backends.errors import BackendError
from generated_models import TokenProgram

from .context import Context
from .records import Mint
from .services import Put, SolanaDataService, TokenName

_KNOWN_IN_MEMORY = 20_000
_A_REQUEST = 50

_log = logging.getLogger(__name__)


class MintNames:
    """What this process and the store know of mints. A nameless mint is asked for again after
    `Policy.history_sweep`.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: OrderedDict[str, Mint] = OrderedDict()

    async def known(self, mints: Mapping[str, TokenProgram]) -> dict[str, TokenName]:
        """The names of those mints that need no call."""
        found = {mint: self._known[mint] for mint in mints if mint in self._known}
        missing = [mint for mint in mints if mint not in found]
        if missing:
            for stored in await self._context.store.get_many(Mint, missing):
                if stored is not None:
                    self._remember(stored.record)
                    found[stored.record.mint_address] = stored.record
        return {
            mint: TokenName(record.name, record.ticker)
            for mint, record in found.items()
            if not self._worth_asking_again(record)
        }

    async def ask(self, chain: SolanaDataService, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        """Ask the chain for up to 50 mints and keep the answer."""
        names = await chain.token_names(mints)
        now = self._context.clock.now()
        records = [
            Mint(mint_address=mint, name=name.name, ticker=name.ticker, read_at=now) for mint, name in names.items()
        ]
        for record in records:
            self._remember(record)
        await self._context.store.commit([Put(record) for record in records])
        return names

    def _remember(self, record: Mint) -> None:
        self._known[record.mint_address] = record
        if len(self._known) > _KNOWN_IN_MEMORY:
            self._known.popitem(last=False)

    def _worth_asking_again(self, record: Mint) -> bool:
        nameless = record.name is None and record.ticker is None
        return nameless and self._context.clock.now() - record.read_at >= self._context.policy.history_sweep


class NameBatch:
    """Names for the wallets of one refresh: mints that several wallets ask for travel in full requests of 50.

    Each of the `wallets` calls `names` or `skip` once; the last one sends what is left.
    """

    def __init__(self, mints: MintNames, chain: SolanaDataService, wallets: int) -> None:
        self._mints = mints
        self._chain = chain
        self._expected = wallets
        self._waiting: dict[str, TokenProgram] = {}
        self._answers: dict[str, asyncio.Future[TokenName]] = {}
        self._requests: set[asyncio.Task[None]] = set()

    async def names(self, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        """Names by mint. A mint whose name could not be read is absent: holdings are worth having without it."""
        try:
            found = await self._mints.known(mints)
            for mint, program in mints.items():
                if mint not in found and mint not in self._answers:
                    self._waiting[mint] = program
                    self._answers[mint] = asyncio.get_running_loop().create_future()
        finally:
            self.skip()
        for mint in mints.keys() - found.keys():
            try:
                found[mint] = await asyncio.shield(self._answers[mint])
            except BackendError as error:
                _log.warning("the name of mint %s could not be read: %s", mint, error.code)
        return found

    def skip(self) -> None:
        """One wallet less to wait for."""
        self._expected -= 1
        while len(self._waiting) >= _A_REQUEST or (self._waiting and self._expected <= 0):
            batch = {mint: self._waiting.pop(mint) for mint in list(self._waiting)[:_A_REQUEST]}
            request = asyncio.ensure_future(self._ask(batch))
            self._requests.add(request)
            request.add_done_callback(self._requests.discard)

    async def _ask(self, batch: Mapping[str, TokenProgram]) -> None:
        try:
            names = await self._mints.ask(self._chain, batch)
        except BackendError as error:
            for mint in batch:
                self._answers[mint].set_exception(error)
                self._answers[mint].exception()  # seen: a wallet that no longer waits must not warn
            return
        for mint in batch:
            self._answers[mint].set_result(names.get(mint, TokenName(None, None)))

    def close(self) -> None:
        """Stop what nobody waits for any more."""
        for request in self._requests:
            request.cancel()
