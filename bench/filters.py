"""What filters cost: a page of the list with `q`, one filter or any two, in any order, beside the same page without.

`python -m bench.filters [--wallets 100000] [--rounds 5]` takes some minutes at 100,000, most of them to fill the store
(SQLite). Each page is measured in turn with the one without filters. Two things are judged: how long it takes to be
served by HTTP, where rows are kept from before and whole answers are not; and the processor time of a page for which
nothing is kept (`RowCache`, `RecordCache`). Told besides is the processor time where rows and records are kept, without
a server around: of the page without filters little is left then.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import itertools
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

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
from bench.server_process import free_port, serving
from generated_models import FreshnessState, ProblemCode, SortDirection, WalletSort, WalletStatus
from tests.support.chains import RaisingChain

NOW = datetime.now(UTC)
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
    "served": "by HTTP",
    "anew": "in processor time, where nothing is kept",
    "kept": "in processor time, where rows and records are kept",
}
_JUDGED = ("served", "anew")
_LIST = "/api/wallets"
_ENCODED = 0.3
"""The share of letters."""


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


class _Client:
    """Whole requests to a server, in seconds."""

    def __init__(self, port: int, rounds: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port)
        self._some = random.Random(7)
        self._rounds = rounds

    def seconds(self, choice: Mapping[str, Any]) -> float:
        path = f"{_LIST}?{self._another_text(urlencode({name: _written(value) for name, value in choice.items()}))}"
        started = time.perf_counter()
        self._http.request("GET", path)
        answer = self._http.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"{answer.status} {path}")
        return time.perf_counter() - started

    def _another_text(self, query: str) -> str:
        """The same query, some letters of its names and values encoded: the server keeps whole answers by the text."""
        parts = re.split("([=&]|%..)", query)
        return "".join(
            part if len(part) == 1 or part.startswith("%") else "".join(map(self._letter, part)) for part in parts
        )

    def _letter(self, letter: str) -> str:
        return f"%{ord(letter):02X}" if letter.isalnum() and self._some.random() < _ENCODED else letter

    def compared(self, order: Mapping[str, Any], choice: Mapping[str, Any]) -> float:
        """The median ratio of some rounds, after one in which rows are read that others have not."""
        rounds = [(self.seconds(order), self.seconds({**order, **choice})) for _ in range(self._rounds + 1)]
        return statistics.median(filtered / plain for plain, filtered in rounds[1:])


def _written(value: Any) -> str:
    return str(getattr(value, "value", value)).replace("True", "true")


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

    async def compared(self, order: Mapping[str, Any], choice: Mapping[str, Any], *, kept: bool) -> float:
        """The ratio of the medians of some rounds, each in turn."""
        rounds = [
            [await self.seconds({**order, **more}, kept=kept) for more in ({}, choice)] for _ in range(self._rounds)
        ]
        plain, filtered = (statistics.median(each) for each in zip(*rounds, strict=True))
        return float(filtered / plain)


def _pairs() -> list[tuple[str, Mapping[str, Any]]]:
    single = list(FILTERS.items())
    pairs = [
        (f"{one} and {other}", {**first, **second})
        for (one, first), (other, second) in itertools.combinations(single, 2)
        if not first.keys() & second.keys()
    ]
    return [*single, *pairs]


async def _in_process(path: Path, wallets: int, rounds: int) -> dict[str, dict[str, float]]:
    """Fills the store at `path`; the ratios without a server, by name."""
    policy = Policy()
    store = SqliteWalletsDataService(path, deadline=600)
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
    found = {
        name: {
            "kept": await clock.compared(order, choice, kept=True),
            "anew": await clock.compared(order, choice, kept=False),
        }
        for name, order, choice in _lists()
    }
    await store.aclose()
    return found


def _served(path: Path, rounds: int) -> dict[str, float]:
    """The ratios by HTTP, by name."""
    port = free_port()
    environment = {
        "WALLET_STORE": "sqlite",
        "WALLET_SQLITE_PATH": str(path),
        "SOLANA_RPC_URL": "http://127.0.0.1:1",
        "WALLET_AUTH": "off",
        "HOST": "127.0.0.1",
    }
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "real", "--port", str(port)]
    with serving(command, port, _LIST, environment):
        client = _Client(port, rounds)
        return {name: client.compared(order, choice) for name, order, choice in _lists()}


def _lists() -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    for sort, way in itertools.product(WalletSort, SortDirection):
        for name, choice in _pairs():
            yield f"{sort.value} {way.value}: {name}", {"sort": sort, "direction": way}, choice


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wallets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wallets.sqlite3"
        in_process = asyncio.run(_in_process(path, options.wallets, options.rounds))
        served = _served(path, options.rounds)
    found = {name: {**times, "served": served[name]} for name, times in in_process.items()}
    missed = False
    for way, words in _WAYS.items():
        ratios = sorted(((times[way], name) for name, times in found.items()), reverse=True)
        above = sum(ratio > AT_MOST for ratio, _ in ratios)
        missed = missed or (way in _JUDGED and above > 0)
        limit = f"; {above} above {AT_MOST}" if way in _JUDGED else ""
        middle = statistics.median(ratio for ratio, _ in ratios)
        print(f"{len(ratios)} lists, times the unfiltered page {words}: median {middle:.2f}, worst{limit}:")
        for ratio, name in ratios[:5]:
            print(f"  {ratio:5.2f} {name}")
    raise SystemExit(missed)


if __name__ == "__main__":
    main()
