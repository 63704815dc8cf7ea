"""The breaker: the port's own suite through it, and what it does when the store is down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from backends.errors import StoreUnavailable
from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator import queries
from backends.orchestrator.ports import ABSENT, Put, VersionConflict, Write
from backends.orchestrator.records import NamedValue, Wallet
from backends.real.circuit_breaker import StoreBreaker
from tests.contract.wallets_data_service import WalletsDataServiceSuite
from tests.support import records as make


class TestThroughTheBreaker(WalletsDataServiceSuite):
    @pytest.fixture
    def store(self) -> StoreBreaker:
        return StoreBreaker(MemoryWalletsDataService())


class FailingStore(MemoryWalletsDataService):
    """Fails as told; `delay` seconds pass first."""

    reads = writes = False
    delay = 0.0
    asked = 0

    async def _meddle(self, fails: bool) -> None:
        self.asked += 1
        if fails:
            await asyncio.sleep(self.delay)
            raise StoreUnavailable

    async def get_many(self, kind, keys):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        await self._meddle(self.reads)
        return await super().get_many(kind, keys)

    async def get(self, kind: Any, key: str) -> Any:
        await self._meddle(self.reads)
        return await super().get(kind, key)

    async def ping(self) -> None:
        await self._meddle(self.reads)

    async def commit(self, writes) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        await self._meddle(self.reads or self.writes)
        await super().commit(writes)


class Notes:
    """A Meter that remembers circuits and errors."""

    def __init__(self) -> None:
        self.open: dict[str, bool] = {}
        self.errors = 0

    def rpc_request(self, method: str, outcome: str, seconds: float) -> None: ...

    def refreshed(self, outcome: str) -> None: ...

    def served(self, age: float | None) -> None: ...

    def store_error(self, circuit: str) -> None:
        self.errors += 1

    def circuit(self, name: str, *, is_open: bool) -> None:
        self.open[name] = is_open


@pytest.fixture
def inner() -> FailingStore:
    return FailingStore()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def store(inner: FailingStore, notes: Notes) -> AsyncIterator[StoreBreaker]:
    breaker = StoreBreaker(inner, pause=0.05, meter=notes)
    yield breaker
    await breaker.aclose()


async def _fails(call: Callable[[], Awaitable[object]]) -> float:
    started = asyncio.get_running_loop().time()
    with pytest.raises(StoreUnavailable) as raised:
        await call()
    assert raised.value.retry_after
    return asyncio.get_running_loop().time() - started


async def test_three_quick_outages_open_it_and_an_answer_between_starts_anew(
    store: StoreBreaker, inner: FailingStore, notes: Notes
) -> None:
    inner.reads = True
    for _ in range(2):
        await _fails(store.ping)
    inner.reads = False
    await store.ping()
    inner.reads = True
    for _ in range(2):
        await _fails(store.ping)
    assert notes.open == {"reads": False, "writes": False}
    await _fails(store.ping)
    assert notes.open == {"reads": True, "writes": False}
    assert notes.errors == 5


async def test_one_slow_outage_opens_it_and_nobody_waits_any_more(store: StoreBreaker, inner: FailingStore) -> None:
    inner.reads, inner.delay = True, 0.5
    assert await _fails(store.ping) == 0.5
    asked = inner.asked
    calls: list[Callable[[], Awaitable[object]]] = [
        store.ping,
        lambda: store.get(NamedValue, "x"),
        lambda: store.get_many(NamedValue, ["x"]),
        lambda: store.query(queries.wallets(), limit=1),
        lambda: store.count(queries.wallets()),
        lambda: store.sums(queries.wallets(), ["launch_count"]),
        lambda: store.commit([Put(make.named_value("p", "1"))]),
    ]
    for call in calls:
        assert await _fails(call) == 0
    assert inner.asked <= asked + 1, "the breaker's own try alone"


async def test_it_closes_by_itself(store: StoreBreaker, inner: FailingStore, notes: Notes) -> None:
    inner.reads = True
    for _ in range(3):
        await _fails(store.ping)
    await asyncio.sleep(0.2)
    assert notes.open == {**notes.open, "reads": True}
    inner.reads = False
    await asyncio.sleep(0.2)
    assert notes.open == {**notes.open, "reads": False}
    await store.ping()


async def test_a_try_that_fails_in_any_other_way_is_not_the_last(
    store: StoreBreaker, inner: FailingStore, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise ValueError("no outage, but no answer either")

    monkeypatch.setattr(store._reads, "_probe", broken)
    inner.reads, inner.delay = True, 3
    with pytest.raises(StoreUnavailable):
        await store.ping()
    inner.reads = False
    await asyncio.sleep(10)
    assert notes.open == {**notes.open, "reads": True}
    monkeypatch.setattr(store._reads, "_probe", inner.ping)
    await asyncio.sleep(1)
    assert notes.open == {**notes.open, "reads": False}
    await store.ping()


async def test_when_only_writes_fail_reads_go_on(store: StoreBreaker, inner: FailingStore, notes: Notes) -> None:
    inner.writes, inner.delay = True, 0.5
    await _fails(lambda: store.commit([Put(make.named_value("p", "1"))]))
    assert await _fails(lambda: store.commit([Put(make.named_value("p", "1"))])) == 0
    assert notes.open == {"reads": False, "writes": True}
    assert await store.get(Wallet, "a") is None
    await store.ping()
    inner.writes = False
    await asyncio.sleep(0.8)
    await store.commit([Put(make.named_value("p", "1"))])
    assert await inner.get(NamedValue, "breaker") is None


async def test_a_full_disk_takes_commits_that_add_nothing(
    store: StoreBreaker, inner: FailingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so do disks with room for a little: what tries the circuit is no smaller than what failed."""
    room = 10_000

    async def commit(writes: Sequence[Write]) -> None:
        if sum(len(repr(write)) for write in writes if isinstance(write, Put)) > room:
            raise StoreUnavailable
        await MemoryWalletsDataService.commit(inner, writes)

    monkeypatch.setattr(inner, "commit", commit)
    await store.commit([])
    large = [Put(make.named_value("p", "1" * 20_000))]
    for _ in range(3):
        await _fails(lambda: store.commit(large))
    for _ in range(3):
        await asyncio.sleep(0.2)
        assert await _fails(lambda: store.commit([])) == 0, "nobody pays the chain for what can't be kept"
    room = 100_000
    await asyncio.sleep(0.2)
    await store.commit([])
    await store.commit(large)


async def test_answers_that_are_refusals_are_answers(store: StoreBreaker, notes: Notes) -> None:
    await store.commit([Put(make.named_value("p", "1"))])
    for _ in range(10):
        with pytest.raises(VersionConflict):
            await store.commit([Put(make.named_value("p", "2"), ABSENT)])
    assert notes.open == {"reads": False, "writes": False}
    assert notes.errors == 0


async def test_a_caller_who_gives_up_is_no_outage(store: StoreBreaker, inner: FailingStore, notes: Notes) -> None:
    inner.reads, inner.delay = True, 10
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(store.ping(), 0.01)
    assert notes.open["reads"] is False


async def test_closing_ends_its_tries(inner: FailingStore) -> None:
    breaker = StoreBreaker(inner, pause=0.01)
    inner.reads = True
    for _ in range(3):
        await _fails(breaker.ping)
    await breaker.aclose()
    asked = inner.asked
    await asyncio.sleep(0.05)
    assert inner.asked == asked
