"""Real mode: a store, the Solana chain and a queue of shards."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Hashable

from backends.base import WalletBackend
from backends.clock_file import ClockFile
from backends.errors import StoreUnavailable, UnusableStore
from backends.meter import NO_METER, Meter
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Clock, Ids, ShardQueue, WalletsDataService
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.real.circuit_breaker import StoreBreaker
from backends.real.clock_and_ids import RandomIds, SystemClock
from backends.real.rpc.limits import RpcLimits
from backends.real.rpc.slots import SlotGuard
from backends.real.solana import SimpleSolanaService
from server.composition.backends import Backends
from server.composition.common import policy_of, shared_clock
from server.settings import Settings, SettingsError

_log = logging.getLogger(__name__)

_LOCKED_SECONDS = 300
"""For which a start waits where another process keeps the SQLite file locked: it may be carrying over a large one."""
_BETWEEN_TRIES = 0.05
_SHARDS_IN_PROCESS = 10
"""Open at once where one process does it all: so many wallets share requests for the names of new mints. How many are
really read at once is `Policy.read_concurrency`.
"""
_SHARDS_IN_WORKER = 2
"""Open at once in one of several workers: few, so that the others get their part."""


async def build_real(settings: Settings, *, worker: bool = False, meter: Meter = NO_METER) -> Backends:
    """A store and the Solana chain; groups that the settings leave on the mock see the real store, and only read it."""
    if settings.solana_rpc_url is None:
        raise SettingsError("SOLANA_RPC_URL is missing")
    limits = RpcLimits(
        rps=settings.solana_rpc_rps,
        method_rps=settings.solana_rpc_method_rps,
        concurrency=settings.rpc_concurrency,
        timeout=settings.solana_rpc_timeout,
    )
    shared = shared_clock(settings)
    clock: Clock = shared or SystemClock()
    try:
        chain = SimpleSolanaService(
            settings.solana_rpc_url.get_secret_value(),
            limits,
            meter=meter,
            slots=None if shared is None else _slots_by(shared),
        )
    except ValueError as error:
        raise SettingsError(f"SOLANA_RPC_URL can't be used: {error}") from None
    policy = policy_of(settings)
    stored, revision = await _store(settings, clock, policy)
    if shared is not None:
        revision = _at_one_instant(revision, shared)
    store = StoreBreaker(stored, meter=meter)
    queue = _queue(settings, policy, worker=worker)
    context = Context(
        store=store,
        chain=chain,
        clock=clock,
        ids=RandomIds() if shared is None else _ids_by_content(settings.wallet_seed),
        queue=queue,
        policy=policy,
        meter=meter,
        mocked_groups=tuple(settings.wallet_mock_groups),
    )
    groups: dict[str, WalletBackend] = {}
    if settings.wallet_mock_groups:
        from backends.mock.factory import build_overlay

        overlay = build_overlay(
            store, seed=settings.wallet_seed, policy=policy, mocked_groups=tuple(settings.wallet_mock_groups)
        )
        groups = dict.fromkeys(settings.wallet_mock_groups, overlay)
    return Backends(WalletManagementOrchestrator("real", context, revision=revision), groups)


def _slots_by(clock: ClockFile) -> SlotGuard:
    """Where time jumps by hours, so may the chain's slots."""

    def seconds() -> float:
        return clock.now().timestamp()

    return SlotGuard(now=seconds, wall=seconds)


def _at_one_instant(revision: Callable[[], Hashable | None], clock: ClockFile) -> Callable[[], Hashable | None]:
    """What was computed at another instant is not kept: it says when that was."""

    def current() -> Hashable | None:
        found = revision()
        return None if found is None else (found, clock.now())

    return current


def _ids_by_content(seed: int) -> Ids:
    """As the mock's: what was made in the same order has the same ids, and what ties sorts alike."""
    from backends.mock.ids import SeededIds
    from backends.mock.seed import Seed

    return SeededIds(Seed(seed))


def _queue(settings: Settings, policy: Policy, *, worker: bool) -> ShardQueue:
    """With a queue between processes, servers send and workers work; without, each server works for itself."""
    url = settings.wallet_queue_url
    if url is None:
        return LocalShardQueue(settings.wallet_refresh_workers or _SHARDS_IN_PROCESS)
    try:
        from backends.real.jetstream import JetStreamShardQueue
    except ImportError as error:
        raise SettingsError(
            "WALLET_QUEUE_URL is set, but the client of NATS is not installed: pip install "
            "'wallet-orchestrator[distributed]'"
        ) from error
    workers = (settings.wallet_refresh_workers or _SHARDS_IN_WORKER) if worker else 0
    try:
        return JetStreamShardQueue(url.get_secret_value(), workers, policy.shard_lease)
    except ValueError as error:
        raise SettingsError(f"WALLET_QUEUE_URL: {error}") from None


async def opened_patiently(connect: Callable[[], Awaitable[None]], *, seconds: float = _LOCKED_SECONDS) -> None:
    """Open a SQLite file that another process may keep locked for a while, as one does that prepares it.

    Raises:
        StoreUnavailable: it still does when the seconds are over.
        UnusableStore: it can't be used, whoever waits.
    """
    end, told = time.monotonic() + seconds, False
    while True:
        try:
            await connect()
        except StoreUnavailable:
            if time.monotonic() >= end:
                raise StoreUnavailable("Another process keeps the file locked.") from None
            if not told:
                _log.warning("another process keeps the file of wallets locked: waiting for it, %g s at most", seconds)
            told = True
            await asyncio.sleep(_BETWEEN_TRIES)
        else:
            return


async def _store(
    settings: Settings, clock: Clock, policy: Policy
) -> tuple[WalletsDataService, Callable[[], Hashable | None]]:
    """The store, and its revision where it can tell one (`backends.revision`)."""
    try:
        if settings.wallet_store == "sqlite":
            from backends.real.sqlite import SqliteWalletsDataService

            embedded = SqliteWalletsDataService(settings.wallet_sqlite_path)
            await opened_patiently(embedded.connect)
            return embedded, embedded.revision(clock, policy.cache_ttl).current
        from backends.real.firebase import SimpleFirebaseService

        cloud = SimpleFirebaseService(settings.firestore_project, emulator_host=settings.firestore_emulator_host)
        await cloud.connect()
        return cloud, lambda: None
    except UnusableStore as error:
        raise SettingsError(str(error)) from error
    except StoreUnavailable as error:
        raise SettingsError(f"WALLET_STORE={settings.wallet_store}: {error.detail}") from error
