"""The composition root: the one place that knows concrete backends, each imported inside its own branch.

So mock mode loads no cloud SDK and no Solana library, and real mode no Faker. What can't be built raises
`SettingsError`; nothing ever falls back to the mock.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from backends.base import WalletBackend
from backends.errors import StoreUnavailable
from backends.meter import NO_METER, Meter
from backends.session_control import SessionControl
from server.access.api_keys import MOCK_KEYS, KeyFile, KeyFileError
from server.access.guard import Access
from server.contract import Contract
from server.reloading.watching import Watched
from server.routes.mounts import Mount
from server.settings import Settings, SettingsError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from backends.clock_file import ClockFile
    from backends.mock.world_cache import WorldSource
    from backends.orchestrator.policy import Policy
    from backends.orchestrator.ports import Clock, Ids, ShardQueue, WalletsDataService
    from backends.real.rpc.slots import SlotGuard


_SHARDS_IN_PROCESS = 10
"""Open at once where one process does it all: so many wallets share requests for the names of new mints. How many are
really read at once is `Policy.read_concurrency`.
"""
_SHARDS_IN_WORKER = 2
"""Open at once in one of several workers: few, so that the others get their part."""
_SECONDS_UNDER_WAY = 0.25


@dataclass(frozen=True, slots=True)
class Backends:
    """What serves: `main`, and other backends for single groups (tags of the contract)."""

    main: WalletBackend
    groups: Mapping[str, WalletBackend] = field(default_factory=dict)
    mounts: Sequence[Mount] = ()
    """Further contracts."""
    session_control: SessionControl | None = None
    """Of mock mode alone."""
    world: str = ""
    """The world that a mock's sessions begin in, in words."""
    watched: Sequence[Watched] = ()
    """Files that may be taken over while it serves."""


def build_access(settings: Settings) -> Access | None:
    """Who is let in; None where credentials are not looked at. Raises `SettingsError`."""
    settings.check_access()
    if not settings.auth:
        return None
    keys = None
    if settings.wallet_api_keys_file is not None:
        try:
            keys = KeyFile(settings.wallet_api_keys_file, grace=settings.wallet_api_keys_grace)
        except KeyFileError as error:
            raise SettingsError(f"WALLET_API_KEYS_FILE {error}") from None
    tokens = None
    if settings.firebase_project is not None:  # never in mock mode, which loads no cloud SDK
        from server.access.firebase_tokens import FirebaseTokens

        tokens = FirebaseTokens(settings.firebase_project)
    if keys is None and settings.wallet_backend == "mock":
        return Access(MOCK_KEYS, tokens, public_keys=[key.name for key in MOCK_KEYS.current()])
    return Access(keys, tokens)


async def build(settings: Settings, *, meter: Meter = NO_METER) -> Backends:
    """The backends that the settings ask for, on the event loop that will serve. Raises `SettingsError`."""
    if settings.wallet_backend == "mock":
        return await build_mock(settings, meter=meter)
    return await build_real(settings, meter=meter)


async def build_mock(settings: Settings, *, meter: Meter = NO_METER) -> Backends:
    """Faked worlds in memory, one a session, and the contract that controls them."""
    import generated_models.mock
    from backends.mock.clock import MockClock
    from backends.mock.control import MockControl
    from backends.mock.sessions import MockSessions, backend_of
    from server.mocking.guard import mock_guard
    from server.mocking.world_files import names_a_file
    from server.routes.mounts import load_mock_contract

    contract = load_mock_contract()
    chosen = settings.wallet_world
    shared = _clock_file(settings)
    clock = None if shared is None else MockClock(source=shared.now)
    sessions = MockSessions(_world(settings, contract), _policy(settings), meter=meter, clock=clock)
    control = Mount(
        contract=contract,
        backend=MockControl(sessions),
        models=generated_models.mock,
        documents="/__mock__/openapi",
        docs="/__mock__/docs",
        around=mock_guard(settings),
    )

    def revise() -> str:
        return _revised(sessions.revise(_world(settings, contract)))

    watched = [Watched(Path(chosen), revise)] if names_a_file(chosen) else []
    world = f"{sessions.source.spec.name} ({sessions.source.wallets:,} wallets)"
    return Backends(backend_of(sessions), mounts=[control], session_control=sessions, watched=watched, world=world)


def _world(settings: Settings, contract: Contract) -> WorldSource:
    """The world that the settings choose. `contract` is the mock's own. Raises `SettingsError`."""
    from backends.mock.world import WORLDS, spec_of
    from backends.mock.world_cache import WorldSource
    from server.mocking.world_files import names_a_file, read_world

    chosen = settings.wallet_world
    if names_a_file(chosen):
        spec = spec_of(read_world(Path(chosen), contract), name=Path(chosen).stem)
    elif chosen in WORLDS:
        spec = WORLDS[chosen]
    else:
        recording = "; `wallet-orchestrator parity world` makes one of a recording" if chosen.endswith(".jsonl") else ""
        raise SettingsError(f"WALLET_WORLD is neither one of {', '.join(WORLDS)} nor a .yaml file{recording}")
    if settings.wallet_mock_wallets is not None:
        spec = replace(spec, wallets=settings.wallet_mock_wallets)
    return WorldSource(spec, settings.wallet_seed)


def build_chain(settings: Settings) -> ASGIApp:
    """The chain of a faked world as a Solana node's JSON-RPC. Raises `SettingsError`."""
    from backends.mock.clock import MockClock
    from backends.mock.rpc.factory import faked_node
    from backends.mock.rpc.http import NodeApplication
    from server.routes.mounts import load_mock_contract

    world = _world(settings, load_mock_contract())
    return NodeApplication(faked_node(world.spec, world.seed, _clock_file(settings) or MockClock()).rpc)


def _clock_file(settings: Settings) -> ClockFile | None:
    """The clock that tests share between processes; None for the machine's own. Raises `SettingsError`."""
    if settings.wallet_clock_file is None:
        return None
    from backends.clock_file import ClockFile

    try:
        return ClockFile(settings.wallet_clock_file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"WALLET_CLOCK_FILE holds no instant such as 2026-11-22T16:10:00Z: {error}") from None


def _revised(kept: int) -> str:
    if not kept:
        return "every session begins in it"
    sessions = "1 session keeps" if kept == 1 else f"{kept} sessions keep"
    return f"its faults and latency hold at once; {sessions} what was done there until POST /__mock__/reset"


async def build_worker(settings: Settings, *, meter: Meter = NO_METER) -> WalletBackend:
    """A real backend whose background work is the shards of others. Raises `SettingsError`."""
    if settings.wallet_queue_url is None:
        raise SettingsError("WALLET_QUEUE_URL is missing: without a queue, every server does its own work")
    return (await build_real(settings, worker=True, meter=meter)).main


async def build_real(settings: Settings, *, worker: bool = False, meter: Meter = NO_METER) -> Backends:
    """A store and the Solana chain; groups that the settings leave on the mock see the real store, and only read it."""
    from backends.orchestrator.context import Context
    from backends.orchestrator.orchestrator import WalletManagementOrchestrator
    from backends.real.circuit_breaker import StoreBreaker
    from backends.real.clock_and_ids import RandomIds, SystemClock
    from backends.real.rpc.limits import RpcLimits
    from backends.real.solana import SimpleSolanaService

    if settings.solana_rpc_url is None:
        raise SettingsError("SOLANA_RPC_URL is missing")
    limits = RpcLimits(
        rps=settings.solana_rpc_rps,
        method_rps=settings.solana_rpc_method_rps,
        concurrency=settings.rpc_concurrency,
        timeout=settings.solana_rpc_timeout,
    )
    shared = _clock_file(settings)
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
    policy = _policy(settings)
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
    from backends.real.rpc.slots import SlotGuard

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
        from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue

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


async def _store(
    settings: Settings, clock: Clock, policy: Policy
) -> tuple[WalletsDataService, Callable[[], Hashable | None]]:
    """The store, and its revision where it can tell one (`backends.revision`)."""
    from backends.errors import UnusableStore

    try:
        if settings.wallet_store == "sqlite":
            from backends.real.sqlite import SqliteWalletsDataService

            embedded = SqliteWalletsDataService(settings.wallet_sqlite_path)
            await embedded.connect()
            return embedded, embedded.revision(clock, policy.cache_ttl).current
        from backends.real.firebase import SimpleFirebaseService

        cloud = SimpleFirebaseService(settings.firestore_project, emulator_host=settings.firestore_emulator_host)
        await cloud.connect()
        return cloud, lambda: None
    except UnusableStore as error:
        raise SettingsError(str(error)) from error
    except StoreUnavailable as error:
        raise SettingsError(f"WALLET_STORE={settings.wallet_store}: {error.detail}") from error


def read_concurrency(rps: float) -> int:
    """How many wallets a refresh-all reads at once under a budget of `rps` requests a second.

    Enough to spend it all on an RPC that answers within half a second (a wallet has two requests under way), few enough
    that a single refresh, which queues behind them, gets in within about a second.
    """
    return max(4, ceil(rps * _SECONDS_UNDER_WAY))


def _policy(settings: Settings) -> Policy:
    from backends.orchestrator.policy import Policy

    return Policy(
        cache_ttl=timedelta(seconds=settings.wallet_cache_ttl),
        funded_lamports=settings.wallet_funded_lamports,
        low_lamports=settings.wallet_low_lamports,
        refresh_cooldown=timedelta(seconds=settings.refresh_cooldown),
        refresh_seconds=settings.wallet_refresh_seconds,
        portfolio_ttl=timedelta(seconds=settings.wallet_portfolio_ttl),
        history_limit=settings.wallet_history_limit,
        history_transactions=settings.wallet_history_transactions,
        dust_lamports=settings.wallet_dust_lamports,
        history_sweep=timedelta(seconds=settings.wallet_history_sweep),
        discovery=timedelta(seconds=settings.wallet_discovery_seconds),
        history_months=settings.wallet_history_months,
        keep_audit=timedelta(days=settings.wallet_audit_days),
        read_concurrency=read_concurrency(settings.solana_rpc_rps),
        rpc_rps=settings.solana_rpc_rps,
        read_budget=settings.wallet_read_budget,
    )
