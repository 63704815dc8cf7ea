"""Epochs of the counters. Each wallet and launch says in which epoch it is counted (`counted_in`, 0 for none), so
everything can be counted anew while it changes: the recount moves one record at a time into the next epoch, together
with its counts, and readers stay with the last finished one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backends.orchestrator.context import Context, CounterEpochs
from backends.orchestrator.counters.changes import counted
from backends.orchestrator.ports import ABSENT, Put, Write
from backends.orchestrator.records import NamedValue, Wallet

KNOWN_FOR = timedelta(seconds=60)
"""How long a process goes by the epochs that it has read: a recount waits for so long before it begins."""

_NAME = "counters"


@dataclass(frozen=True, slots=True)
class Epochs:
    """`served` is the last one in which everything is counted, 0 while there is none. Where `target` is another, a
    recount is due or under way.
    """

    served: int = 0
    target: int = 1
    since: datetime | None = None
    """When they last changed; None where that was not read now, or never."""


async def epochs(context: Context, *, fresh: bool = False) -> Epochs:
    """The epochs as of a minute ago at most, or as of now."""
    now = context.clock.now()
    known = context.counter_epochs
    if not fresh and known.read_at is not None and timedelta(0) <= now - known.read_at < KNOWN_FOR:
        return Epochs(known.served, known.target)
    return (await _read(context))[0]


async def _read(context: Context) -> tuple[Epochs, object]:
    found = await context.store.get(NamedValue, _NAME)
    served, _, target = (found.record.value or "0:1").partition(":") if found else ("0", "", "1")
    read = Epochs(int(served), int(target), found.record.updated_at if found else None)
    _remember(context.counter_epochs, read, context)
    return read, found.version if found else ABSENT


def _remember(known: CounterEpochs, read: Epochs, context: Context) -> None:
    known.served, known.target, known.read_at = read.served, read.target, context.clock.now()


async def recount_due(context: Context, counted_in: int) -> list[Put]:
    """The write that asks for a recount, to be committed with a change of a record counted in `counted_in` that can't
    be counted; none where the record is counted anew anyway. A record that is counted in no epoch although everything
    is counted was read without the figures that it was counted for.
    """
    now, version = await _read(context)
    if now.served != now.target and counted_in < now.target:
        return []
    return [Put(_value(context, Epochs(now.served, now.target + 1)), version)]


async def changed_counts(context: Context, before: Wallet, after: Wallet) -> list[Write]:
    """The writes of a commit that changes one wallet, and leaves its holdings alone."""
    return [*counted(before, after, after.updated_at), *await recount_if_uncounted(context, before)]


async def recount_if_uncounted(context: Context, wallet: Wallet) -> list[Put]:
    """The write that asks for a recount, where a wallet that is changed is counted in no epoch."""
    return [] if wallet.counted_in else await recount_due(context, 0)


async def ask_for_recount(context: Context, *, apart: timedelta = timedelta(0)) -> bool:
    """Have everything counted anew, if the last time is `apart` from now. Whether that is due, or under way, now.
    Raises `VersionConflict` when somebody else asks at this moment.
    """
    now, version = await _read(context)
    if now.served == now.target:
        if now.since is not None and timedelta(0) <= context.clock.now() - now.since < apart:
            return False
        await context.store.commit([Put(_value(context, Epochs(now.served, now.target + 1)), version)])
        await _read(context)
    return True


async def recount_done(context: Context, target: int) -> bool:
    """Serve an epoch in which everything is counted; False if another has become the target meanwhile. This process
    serves it for a while even if the store takes no writes.
    """
    now, version = await _read(context)
    if now.target != target:
        return False
    _remember(context.counter_epochs, Epochs(target, target), context)
    if now.served != target:
        await context.store.commit([Put(_value(context, Epochs(target, target)), version)])
    return True


def _value(context: Context, epochs: Epochs) -> NamedValue:
    return NamedValue(name=_NAME, value=f"{epochs.served}:{epochs.target}", updated_at=context.clock.now())
