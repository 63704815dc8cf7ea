"""What filters cost: a page of the list with `q`, one filter or any two, in any order, beside the same page without.

`python -m bench.filters [--wallets 100000] [--rounds 5]` takes some minutes at 100,000, most of them to fill the store
(SQLite). Times are of the processor, and each page is measured in turn with the one without filters, whose rows and
records are kept or made anew (`RowCache`, `RecordCache`) as theirs are: that is judged. What is told besides is how
long it takes beside an unfiltered page whose rows are kept, as where somebody filters for the first time: most of it is
to print fifty rows, which no filter changes.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

from backends.mock.clock import MockClock
from backends.mock.fake_names import FakeNames
from backends.mock.seed import Seed
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Put
from backends.orchestrator.records import Parts, PartState, ReadError, Wallet
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.orchestrator.storage.commit_rules import MAX_WRITES
from backends.orchestrator.wallets.row_cache import RowCache
from backends.orchestrator.wallets.state import with_derived_fields
from backends.real.clock_and_ids import RandomIds
from backends.real.record_cache import RecordCache
from backends.real.sqlite import SqliteWalletsDataService
from generated_models import FreshnessState, ProblemCode, SortDirection, WalletSort, WalletStatus
from tests.support.chains import RaisingChain

NOW = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
AT_MOST = 3.0
"""Times the unfiltered page."""
FILTERS: Mapping[str, Mapping[str, Any]] = {
    "q of a common word": {"q": "launch"},
    "q of two words": {"q": "launch pad"},
    "q of an address": {"q": "7Q"},
    "q of one letter": {"q": "7"},
    "q that some have": {"q": "7qz"},
    "q that nobody has": {"q": "launchzz"},
    "q of an end": {"q": "…9z"},
    "status": {"status": WalletStatus.FUNDED},
    "unknown status": {"unknown_status": True},
    "a common tag": {"tag": "ops"},
    "a rare tag": {"tag": "rare"},
    "fresh": {"freshness": FreshnessState.fresh},
    "stale": {"freshness": FreshnessState.stale},
    "failing": {"freshness": FreshnessState.error},
    "a least balance": {"min_balance": "50"},
    "a most balance": {"max_balance": "0.5"},
}
_WAYS: Mapping[str, str] = {
    "kept": "(what both need is kept)",
    "anew": "(nothing is kept)",
    "first": "(what the unfiltered one needs is kept)",
}
_JUDGED = ("kept", "anew")


def _wallet(number: int, seed: Seed, names: FakeNames, some: random.Random, policy: Policy) -> Wallet:
    kind = some.random()
    as_of = None if kind < 0.1 else NOW - timedelta(minutes=some.randrange(2, 2_000 if kind < 0.5 else 58))
    error = ReadError(code=ProblemCode.chain_timeout, message="late", retryable=True) if kind > 0.9 else None
    part = PartState(as_of=as_of, slot=1 if as_of else None, last_attempt_at=as_of, last_error=error)
    wallet = Wallet(
        wallet_address=seed.address(b"wallet", number),
        generation=1,
        metadata_version=1,
        chain_version=1,
        label=names.label(some.getrandbits(60)) if some.random() < 0.8 else None,
        notes=None,
        tags=tuple(tag for tag, share in (("ops", 0.5), ("q4", 0.2), ("rare", 0.0002)) if some.random() < share),
        status_override=WalletStatus.ARCHIVED if some.random() < 0.03 else None,
        last_balance_lamports=None if as_of is None else some.randrange(10**11) >> some.randrange(12),
        parts=Parts(sol_balance=part, token_holdings=part, funding_transactions=part),
        created_at=NOW - timedelta(seconds=some.randrange(10**7)),
        updated_at=NOW - timedelta(seconds=some.randrange(10**6)),
    )
    return with_derived_fields(wallet, policy)


async def _fill(store: SqliteWalletsDataService, wallets: int, policy: Policy) -> None:
    seed, names, some = Seed("filters"), FakeNames(), random.Random(7)
    for start in range(0, wallets, MAX_WRITES):
        numbers = range(start, min(wallets, start + MAX_WRITES))
        await store.commit([Put(_wallet(number, seed, names, some, policy)) for number in numbers])


@dataclass(frozen=True, slots=True)
class _Compared:
    """Times the unfiltered page that a filtered one took: with what both need kept, with nothing kept, and with only
    that of the unfiltered one kept.
    """

    name: str
    kept: float
    anew: float
    first: float


class _Clock:
    """Processor time of first pages of 50."""

    def __init__(self, backend: WalletManagementOrchestrator, store: SqliteWalletsDataService, rounds: int) -> None:
        self._backend = backend
        self._store = store
        self._rounds = rounds

    async def seconds(self, choice: Mapping[str, Any], *, kept: bool) -> float:
        if kept:
            await self._page(choice)
        else:
            self._backend._wallets._rows = RowCache(Policy())  # noqa: SLF001
            self._store._decoded = RecordCache()  # noqa: SLF001
        started = time.process_time()
        await self._page(choice)
        return time.process_time() - started

    async def _page(self, choice: Mapping[str, Any]) -> None:
        asked: dict[str, Any] = dict.fromkeys(("status", "tag", "freshness", "page_token")) | {"page_size": 50}
        await self._backend.list_wallets(**{**asked, **choice})

    async def compared(self, name: str, order: Mapping[str, Any], choice: Mapping[str, Any]) -> _Compared:
        """The ratios of the medians of some rounds, each in turn."""
        times: list[tuple[float, ...]] = []
        for _ in range(self._rounds):
            anew = [await self.seconds({**order, **more}, kept=False) for more in ({}, choice)]
            kept = [await self.seconds({**order, **more}, kept=True) for more in ({}, choice)]
            times.append((*anew, *kept))
        plain_anew, filtered_anew, plain_kept, filtered_kept = (
            statistics.median(each) for each in zip(*times, strict=True)
        )
        return _Compared(name, filtered_kept / plain_kept, filtered_anew / plain_anew, filtered_anew / plain_kept)


def _pairs() -> list[tuple[str, Mapping[str, Any]]]:
    single = list(FILTERS.items())
    pairs = [
        (f"{one} and {other}", {**first, **second})
        for (one, first), (other, second) in itertools.combinations(single, 2)
        if not first.keys() & second.keys()
    ]
    return [*single, *pairs]


async def _run(wallets: int, rounds: int) -> dict[str, float]:
    policy = Policy()
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteWalletsDataService(Path(folder) / "wallets.sqlite3", deadline=600)
        await _fill(store, wallets, policy)
        context = Context(
            store=store,
            chain=RaisingChain(lambda: AssertionError("a read asked the chain")),
            clock=MockClock(frozen_at=NOW),
            ids=RandomIds(),
            queue=LocalShardQueue(),
            policy=policy,
        )
        clock = _Clock(WalletManagementOrchestrator("real", context), store, rounds)
        found: list[_Compared] = []
        for sort, way in itertools.product(WalletSort, SortDirection):
            order = {"sort": sort, "direction": way}
            kept = statistics.median([await clock.seconds(order, kept=True) for _ in range(2 * rounds)])
            anew = statistics.median([await clock.seconds(order, kept=False) for _ in range(2 * rounds)])
            here = [
                await clock.compared(f"{sort.value} {way.value}: {name}", order, choice) for name, choice in _pairs()
            ]
            times = f"{kept * 1000:.1f} ms kept, {anew * 1000:.1f} ms anew"
            print(f"{sort.value} {way.value}, unfiltered: {times}", flush=True)
            for what in _WAYS:
                worst = max(here, key=attrgetter(what))
                middle = statistics.median(map(attrgetter(what), here))
                words = f"median {middle:5.2f}, worst {getattr(worst, what):5.2f} times: {worst.name}"
                print(f"  {what:5}: {words}", flush=True)
            found += here
        await store.aclose()
    return {what: max(map(attrgetter(what), found)) for what in _WAYS}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wallets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    worst = asyncio.run(_run(options.wallets, options.rounds))
    for what, words in _WAYS.items():
        limit = f"; at most {AT_MOST}" if what in _JUDGED else ""
        print(f"worst: {worst[what]:.2f} times the unfiltered page {words}{limit}")
    raise SystemExit(max(worst[what] for what in _JUDGED) > AT_MOST)


if __name__ == "__main__":
    main()
