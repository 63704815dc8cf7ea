"""Incoming funding from a wallet's transaction history, read no further than needed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Balance, SignatureInfo, SolanaDataService, SystemTransfer
from backends.orchestrator.records import Funding, HistoryCursor, Wallet

_TRANSFERS_IN_MEMORY = 20_000  # a few megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryReading:
    """What reading the history gave: incoming transfers not seen before, newest first, and how far it was read."""

    fundings: tuple[Funding, ...]
    history: HistoryCursor
    slot: int | None
    truncated: bool
    last_activity_at: datetime | None


@dataclass(slots=True)
class _Request:
    """A request for a transaction under way, and how many readers wait for it."""

    task: asyncio.Task[Sequence[SystemTransfer]]
    waiting: int = 0


class TransactionCache:
    """Transactions, each asked for once however many wallets it concerns. The last ones are remembered: a transaction
    never changes.

    Args:
        max_concurrent: how many may be asked for at a time; None for any number.
    """

    def __init__(self, max_concurrent: int | None = None) -> None:
        self._slots = asyncio.Semaphore(max_concurrent) if max_concurrent else nullcontext()
        self._under_way: dict[str, _Request] = {}
        self._known: OrderedDict[str, Sequence[SystemTransfer]] = OrderedDict()
        self._size = 0

    async def transfers(self, chain: SolanaDataService, signature: str) -> Sequence[SystemTransfer]:
        """The transfers of one transaction. Raises `ChainError`; a failure is not remembered."""
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

    async def _ask(self, chain: SolanaDataService, signature: str) -> Sequence[SystemTransfer]:
        async with self._slots:
            transfers = await chain.transfers(signature)
        self._known[signature] = transfers
        self._size += 1 + len(transfers)
        while self._size > _TRANSFERS_IN_MEMORY and len(self._known) > 1:
            _, forgotten = self._known.popitem(last=False)
            self._size -= 1 + len(forgotten)
        return transfers

    def _ended(self, signature: str, request: _Request, _: asyncio.Task[Sequence[SystemTransfer]]) -> None:
        if self._under_way.get(signature) is request:
            del self._under_way[signature]


def infer_from_balance(wallet: Wallet, balance: Balance | None, now: datetime, policy: Policy) -> HistoryReading | None:
    """The reading that an unchanged balance implies, without a call; None when the history has to be asked for.

    It can't see a deposit and an equal withdrawal between two readings, so the history is asked for all the same after
    `Policy.history_sweep`.
    """
    history = wallet.history
    if balance is None or history is None or history.lamports != balance.lamports:
        return None
    if now - history.swept_at >= policy.history_sweep:
        return None
    return HistoryReading(
        fundings=(),
        history=history,
        slot=balance.slot,
        truncated=wallet.parts.funding_transactions.truncated,
        last_activity_at=None,
    )


async def read_history(
    chain: SolanaDataService,
    transactions: TransactionCache,
    wallet: Wallet,
    balance: Balance | None,
    open_since: datetime | None,
    now: datetime,
    policy: Policy,
) -> HistoryReading:
    """Ask for the signatures since the last reading, and for the transactions worth reading.

    These are the newest `Policy.history_transactions`, all since `open_since` (the creation of the oldest open
    schedule), and the oldest of all where the history is complete, since it tells when the wallet was first funded.
    Raises `ChainError`.
    """
    known = wallet.history
    answered = await chain.signatures(
        wallet.wallet_address, until=known.newest if known else None, limit=policy.history_limit
    )
    new = _unseen(answered, known)
    stopped_short = len(answered) >= policy.history_limit
    wanted = _worth_reading(new, open_since, whole=known is None and not stopped_short, policy=policy)
    fundings = await asyncio.gather(*(_funding(chain, transactions, wallet.wallet_address, entry) for entry in wanted))
    skipped = sum(not entry.failed for entry in new) - len(wanted)
    newest = answered[0] if answered else None
    # The balance changed without a transaction: the node that gave the history may lag behind, so the next reading asks
    # again.
    lagging = balance and known and not new and known.lamports not in (None, balance.lamports)
    slots = [entry.slot for entry in answered[:1]] + ([known.newest_slot] if known else [])
    return HistoryReading(
        fundings=tuple(funding for funding in fundings if funding is not None),
        history=HistoryCursor(
            newest=newest.signature if newest else known.newest if known else None,
            newest_slot=max(slots, default=0),
            lamports=balance.lamports if balance and not lagging else None,
            swept_at=now,
        ),
        # A history has no slot of its own, and its newest entry may be older than the last reading.
        slot=balance.slot if balance else max([*slots, wallet.parts.funding_transactions.slot or 0]) or None,
        truncated=wallet.parts.funding_transactions.truncated or stopped_short or skipped > 0,
        last_activity_at=max((entry.block_time for entry in new if entry.block_time), default=None),
    )


def merge_history(wallet: Wallet, reading: HistoryReading, policy: Policy) -> Wallet:
    """The wallet with a reading's transfers among its own, without derived fields."""
    known = {funding.signature: funding for funding in wallet.recent_funding or ()}
    known.update((funding.signature, funding) for funding in reading.fundings)
    newest_first = sorted(known.values(), key=lambda funding: (-funding.slot, funding.signature))
    times = [funding.block_time for funding in reading.fundings if funding.block_time]
    activity = [moment for moment in (wallet.last_activity_at, reading.last_activity_at) if moment]
    return replace(
        wallet,
        recent_funding=tuple(newest_first[: policy.recent_funding]),
        history=reading.history,
        first_funded_at=wallet.first_funded_at or min(times, default=None),
        last_activity_at=max(activity, default=None),
    )


def _unseen(answered: Sequence[SignatureInfo], known: HistoryCursor | None) -> list[SignatureInfo]:
    # A node that doesn't know `until` any more answers with the history as if it were not given.
    if known is None:
        return list(answered)
    seen = next((at for at, entry in enumerate(answered) if entry.signature == known.newest), len(answered))
    return [entry for entry in answered[:seen] if entry.slot >= known.newest_slot]


def _worth_reading(
    new: Sequence[SignatureInfo], open_since: datetime | None, *, whole: bool, policy: Policy
) -> list[SignatureInfo]:
    succeeded = [entry for entry in new if not entry.failed]
    return [
        entry
        for index, entry in enumerate(succeeded)
        if index < policy.history_transactions
        or (open_since is not None and (entry.block_time is None or entry.block_time >= open_since))
        or (whole and index == len(succeeded) - 1)
    ]


async def _funding(
    chain: SolanaDataService, transactions: TransactionCache, wallet_address: str, entry: SignatureInfo
) -> Funding | None:
    incoming = [
        transfer
        for transfer in await transactions.transfers(chain, entry.signature)
        if transfer.recipient == wallet_address and transfer.sender != wallet_address and transfer.lamports
    ]
    if not incoming:
        return None
    senders = {transfer.sender for transfer in incoming}
    return Funding(
        signature=entry.signature,
        lamports=sum(transfer.lamports for transfer in incoming),
        sender=senders.pop() if len(senders) == 1 else None,
        slot=entry.slot,
        block_time=entry.block_time,
    )
