"""What filters cost: a page of the list with `q`, one filter or any two, in any order, beside the same page without.

`python -m bench.filters [--wallets 100000]` takes some minutes at 100,000, most of them to fill the store (SQLite).
Times are of the processor, and each page is measured in turn with the one without filters. Both are compared as they
are for somebody who pages on, their rows made anew: a page without filters whose rows are kept (`RowCache`) takes less
still. What that is is printed too.
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
from datetime import UTC, datetime, timedelta
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
_ROUNDS = 5


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


async def _seconds(backend: WalletManagementOrchestrator, *, anew: bool = True, **choice: Any) -> float:
    """Processor time that a first page of 50 takes."""
    asked: dict[str, Any] = dict.fromkeys(("status", "tag", "freshness", "page_token")) | {"page_size": 50}
    if anew:
        backend._wallets._rows = RowCache(Policy())  # noqa: SLF001
    started = time.process_time()
    await backend.list_wallets(**(asked | choice))
    return time.process_time() - started


async def _compared(
    backend: WalletManagementOrchestrator, order: Mapping[str, Any], choice: Mapping[str, Any]
) -> tuple[float, float]:
    """Seconds that a page takes without filters and with them, in turn; the medians of some."""
    times = [(await _seconds(backend, **order), await _seconds(backend, **order, **choice)) for _ in range(_ROUNDS)]
    plain, filtered = zip(*times, strict=True)
    return statistics.median(plain), statistics.median(filtered)


def _pairs() -> list[tuple[str, Mapping[str, Any]]]:
    single = list(FILTERS.items())
    pairs = [
        (f"{one} and {other}", {**first, **second})
        for (one, first), (other, second) in itertools.combinations(single, 2)
        if not first.keys() & second.keys()
    ]
    return [*single, *pairs]


async def _run(wallets: int) -> float:
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
        backend = WalletManagementOrchestrator("real", context)
        worst: list[tuple[float, str]] = []
        for sort, way in itertools.product(WalletSort, SortDirection):
            order = {"sort": sort, "direction": way}
            found = [(*await _compared(backend, order, choice), name) for name, choice in _pairs()]
            plain = statistics.median(each for each, _, _ in found)
            kept = statistics.median([await _seconds(backend, anew=False, **order) for _ in range(2 * _ROUNDS)])
            ratios = [(filtered / unfiltered, name) for unfiltered, filtered, name in found]
            worst += [(ratio, f"{sort.value} {way.value}: {name}") for ratio, name in ratios]
            ratio, name = max(ratios)
            print(
                f"{sort.value:13} {way.value:4}  unfiltered {plain * 1000:5.1f} ms (kept {kept * 1000:.1f}), "
                f"worst {ratio:5.2f} times: {name}"
            )
        await store.aclose()
    for ratio, name in sorted(worst)[-8:]:
        print(f"{ratio:6.2f}  {name}")
    return max(worst)[0]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wallets", type=int, default=100_000)
    worst = asyncio.run(_run(parser.parse_args(arguments).wallets))
    print(f"worst: {worst:.2f} times the unfiltered page; at most {AT_MOST}")
    raise SystemExit(worst > AT_MOST)


if __name__ == "__main__":
    main()
