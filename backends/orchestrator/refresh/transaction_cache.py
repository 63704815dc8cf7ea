"""Transactions, each asked for once however many wallets it concerns."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

from backends.errors import TransactionMissing
from backends.orchestrator.ports import SolanaDataService, Transaction

_ENTRIES_IN_MEMORY = 20_000  # transfers and changes of balances: a few megabytes


@dataclass(slots=True)
class _Request:
    """A request for a transaction under way, and how many readers wait for it."""

    task: asyncio.Task[Transaction]
    waiting: int = 0


class TransactionCache:
    """The transactions that the readers of one process ask for. The last ones are remembered: a transaction never
    changes.

    Args:
        max_concurrent: how many may be asked for at a time; None for any number.
    """

    def __init__(self, max_concurrent: int | None = None) -> None:
        self._slots = asyncio.Semaphore(max_concurrent) if max_concurrent else nullcontext()
        self._under_way: dict[str, _Request] = {}
        self._known: OrderedDict[str, Transaction] = OrderedDict()
        self._size = 0

    async def all(self, chain: SolanaDataService, signatures: Sequence[str]) -> Sequence[Transaction | None]:
        """What several transactions did, in their order; None where the node does not have one. Raises `ChainError`."""
        return await asyncio.gather(*(self._if_there(chain, signature) for signature in signatures))

    async def _if_there(self, chain: SolanaDataService, signature: str) -> Transaction | None:
        try:
            return await self.transaction(chain, signature)
        except TransactionMissing:
            return None

    async def transaction(self, chain: SolanaDataService, signature: str) -> Transaction:
        """What one transaction did. Raises `ChainError`; a failure is not remembered."""
        if (known := self._known.get(signature)) is not None:
            return known
        request = self._under_way.get(signature)
        if request is None:
            request = _Request(asyncio.ensure_future(self._ask(chain, signature)))
            self._under_way[signature] = request
            request.task.add_done_callback(partial(self._ended, signature, request))
        request.waiting += 1
        try:
            return await asyncio.shield(request.task)
        finally:
            request.waiting -= 1
            if not request.waiting and not request.task.done():
                request.task.cancel()
                self._ended(signature, request, request.task)

    async def _ask(self, chain: SolanaDataService, signature: str) -> Transaction:
        async with self._slots:
            transaction = await chain.transaction(signature)
        self._known[signature] = transaction
        self._size += _entries(transaction)
        while self._size > _ENTRIES_IN_MEMORY and len(self._known) > 1:
            _, forgotten = self._known.popitem(last=False)
            self._size -= _entries(forgotten)
        return transaction

    def _ended(self, signature: str, request: _Request, _: asyncio.Task[Transaction]) -> None:
        if self._under_way.get(signature) is request:
            del self._under_way[signature]


def _entries(transaction: Transaction) -> int:
    moves = sum(map(len, (transaction.tokens or {}).values()))
    return 1 + len(transaction.transfers) + len(transaction.lamports or ()) + moves
