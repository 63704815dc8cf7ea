"""Names of mints that are not known yet, asked for in as few requests as can be."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import islice

from backends.errors import BackendError, ChainUnavailable
from backends.orchestrator.ports import SolanaDataService, TokenName
from backends.orchestrator.refresh.token_name_cache import TokenNameCache
from generated_models import TokenProgram

_A_REQUEST = 50
_MAX_WAIT = 60.0  # seconds: a wallet whose names are waited for is not stored yet

_log = logging.getLogger(__name__)


class TokenNameBatcher:
    """All refreshes of a process ask for names here, so that new mints are asked for in full requests of fifty.

    A request that is not full waits while open tickets still have wallets whose mints are not known yet, for a minute
    at most; an `immediate` ticket sends it as it is.
    """

    def __init__(self, mints: TokenNameCache) -> None:
        self._mints = mints
        self._open_tickets = 0
        self._wallets_pending = 0
        self._waiting: dict[str, tuple[TokenProgram, SolanaDataService]] = {}
        self._answers: dict[str, asyncio.Future[TokenName]] = {}
        self._requests: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def open_ticket(self, chain: SolanaDataService, wallets: int, *, immediate: bool) -> TokenNameTicket:
        """A ticket for one refresh of `wallets` wallets. Unless it is `immediate`, `names` or `skip` has to be called
        once for each of them.
        """
        if immediate:
            return TokenNameTicket(self, chain, None)
        self._open_tickets += 1
        self._wallets_pending += wallets
        return TokenNameTicket(self, chain, wallets)

    async def names(
        self, chain: SolanaDataService, mints: Mapping[str, TokenProgram], ticket: TokenNameTicket
    ) -> dict[str, TokenName]:
        """See `TokenNameTicket.names`."""
        asked = {mint: self._answers[mint] for mint in mints if mint in self._answers}
        try:
            found = await self._mints.known({mint: mints[mint] for mint in mints if mint not in asked})
            for mint, program in mints.items():
                if mint in found or mint in asked:
                    continue
                if mint not in self._answers:
                    self._waiting[mint] = program, chain
                    self._answers[mint] = asyncio.get_running_loop().create_future()
                asked[mint] = self._answers[mint]
        finally:
            ticket.skip()
        if ticket.immediate:
            self._send(wanted=list(asked))
        for mint, answer in asked.items():
            with suppress(BackendError):  # logged where it was met, once for all who wait for it
                found[mint] = await asyncio.shield(answer)
        return found

    async def known(self, mints: Mapping[str, TokenProgram]) -> dict[str, TokenName]:
        """The names of those mints that need no call."""
        return await self._mints.known(mints)

    def arrived(self, wallets: int) -> None:
        """The mints of so many pending wallets are known."""
        self._wallets_pending -= wallets
        self._send()

    def close_ticket(self, wallets: int) -> None:
        """A ticket is closed, although so many of its wallets are pending."""
        self._open_tickets -= 1
        self._wallets_pending -= wallets
        if self._open_tickets:
            self._send()
            return
        for mint in self._waiting:
            self._answers.pop(mint).cancel()  # nobody waits for it any more
        self._waiting.clear()
        self._update_timer()

    def _send(self, wanted: Sequence[str] = (), *, everything: bool = False) -> None:
        """Send all full requests, and those with a `wanted` mint."""
        first = [mint for mint in wanted if mint in self._waiting]
        if len(self._waiting) >= _A_REQUEST:
            self._stop_timer()  # what is left over was only just asked for
        while (
            first or len(self._waiting) >= _A_REQUEST or (self._waiting and (everything or self._wallets_pending <= 0))
        ):
            mints = first[:_A_REQUEST]
            others = (mint for mint in self._waiting if mint not in mints)
            mints += islice(others, _A_REQUEST - len(mints))
            first = first[_A_REQUEST:]
            batch = {mint: self._waiting.pop(mint) for mint in mints}
            request = asyncio.ensure_future(self._ask(batch))
            self._requests.add(request)
            request.add_done_callback(self._requests.discard)
        self._update_timer()

    def _update_timer(self) -> None:
        if self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_MAX_WAIT, self._on_timeout)
        elif not self._waiting:
            self._stop_timer()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_timeout(self) -> None:
        self._timer = None
        self._send(everything=True)

    async def _ask(self, batch: Mapping[str, tuple[TokenProgram, SolanaDataService]]) -> None:
        chain = next(iter(batch.values()))[1]
        names: Mapping[str, TokenName] = {}
        failure: BackendError | None = None
        try:
            names = await self._mints.ask(chain, {mint: program for mint, (program, _) in batch.items()})
        except BackendError as error:
            _log.warning("the names of %d mints could not be read: %s", len(batch), error.code)
            failure = error
        except Exception:  # noqa: BLE001 (wallets wait for the answer, whatever it is)
            _log.exception("asking for the names of mints stopped")
            failure = ChainUnavailable()
        for mint in batch:
            answer = self._answers.pop(mint)
            if failure is None:
                answer.set_result(names.get(mint, TokenName(None, None)))
            else:
                answer.set_exception(failure)
                answer.exception()  # retrieved, or asyncio would log it when no wallet waits any more


class TokenNameTicket:
    """One refresh that asks for names. `wallets` is how many of its wallets are pending; None asks immediately."""

    def __init__(self, batcher: TokenNameBatcher, chain: SolanaDataService, wallets: int | None) -> None:
        self._batcher = batcher
        self._chain = chain
        self._left = wallets

    @property
    def immediate(self) -> bool:
        """Whether its mints don't wait for others."""
        return self._left is None

    async def names(self, mints: Mapping[str, TokenProgram]) -> dict[str, TokenName]:
        """Names by mint. A mint whose name could not be read is absent: holdings are worth having without it."""
        return await self._batcher.names(self._chain, mints, self)

    async def known(self, mints: Mapping[str, TokenProgram]) -> dict[str, TokenName]:
        """The names of those mints that need no call."""
        return await self._batcher.known(mints)

    def skip(self) -> None:
        """One wallet has no mints to ask for."""
        if self._left:
            self._left -= 1
            self._batcher.arrived(1)

    def close(self) -> None:
        """The refresh has ended, with or without all its wallets."""
        if self._left is not None:
            self._batcher.close_ticket(self._left)
            self._left = None
