"""Puts the mock together: a faked world for a whole backend, or an overlay on a real store for single groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backends.meter import NO_METER, Meter
from backends.orchestrator.context import Context, PageTokenKey
from backends.orchestrator.counting import Counting
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import WalletsDataService, Write
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue

from .clock import MockClock
from .fake_chain import FakeChain
from .fake_names import FakeNames
from .fault_injector import FaultInjector
from .history_seeder import HistorySeeder
from .ids import SeededIds
from .overlay_store import OverlayWalletsDataService
from .populate import populate, wallet_address
from .revision import WorldRevision
from .scenario import Metadata
from .scenario_planner import ScenarioPlanner
from .seed import Seed
from .slots import to_ms
from .solana import FakeSolanaService
from .store import MemoryWalletsDataService
from .world import WORLDS, WorldSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class MockWorld:
    """One faked world: everything that a mock backend and the control API work with."""

    spec: WorldSpec
    seed: Seed
    names: FakeNames
    chain: FakeChain
    store: MemoryWalletsDataService
    clock: MockClock
    ids: SeededIds
    policy: Policy
    meter: Meter = NO_METER

    def context(self) -> Context:
        """What an orchestrator in this world is given."""
        return _context(self, self.store)

    def backend(self) -> WalletManagementOrchestrator:
        """A backend in this world."""
        revision = WorldRevision(self.store, self.clock, self.policy.cache_ttl)
        return WalletManagementOrchestrator("mock", self.context(), revision=revision.current)

    def fork(self, session: str) -> MockWorld:
        """The same world under a name, going its own way from here."""
        return replace(self, store=self.store.fork(), clock=self.clock.copy(), ids=self.ids.copy(session))


async def build_world(spec: WorldSpec, *, seed: int | str, policy: Policy, clock: MockClock | None = None) -> MockWorld:
    """A populated world. The same arguments, and a clock frozen at the same moment, make the same one."""
    world = _bare_world(spec, seed, policy, clock)
    context = world.context()
    await populate(context, world.chain, world.names, spec)
    await Counting(context).ensure()
    return world


async def build_mock(
    *,
    world: str | WorldSpec = "default",
    seed: int | str,
    wallets: int | None = None,
    policy: Policy,
    meter: Meter = NO_METER,
) -> WalletManagementOrchestrator:
    """The mock backend. `wallets` overrides the world's number of them."""
    spec = WORLDS[world] if isinstance(world, str) else world
    if wallets is not None:
        spec = replace(spec, wallets=wallets)
    return replace(await build_world(spec, seed=seed, policy=policy), meter=meter).backend()


def build_chain(spec: WorldSpec, seed: Seed, names: FakeNames) -> FakeChain:
    """A world's chain."""
    whales = {wallet_address(seed, 0): spec.whale_tokens} if spec.whale_tokens else {}
    changes = {wallet_address(seed, 1): spec.whale_changes} if spec.whale_changes else {}
    return FakeChain(seed, names, whales, spec.named, changes)


def build_overlay(
    real: WalletsDataService,
    *,
    seed: int | str,
    policy: Policy,
    clock: MockClock | None = None,
    mocked_groups: tuple[str, ...] = (),
) -> WalletManagementOrchestrator:
    """The mock backend for single groups in real mode: wallets are those of the real store, which it only reads."""
    world = _bare_world(WORLDS["default"], seed, policy, clock)
    store = OverlayWalletsDataService(real, _WalletSeeder(world), world.store, world.clock, policy)
    context = replace(_context(world, store), mocked_groups=mocked_groups)
    return WalletManagementOrchestrator("mock", context)


def _bare_world(spec: WorldSpec, seed: int | str, policy: Policy, clock: MockClock | None) -> MockWorld:
    root = Seed(seed)
    names = FakeNames()
    return MockWorld(
        spec=spec,
        seed=root,
        names=names,
        chain=build_chain(spec, root, names),
        store=MemoryWalletsDataService(),
        clock=clock or MockClock(),
        ids=SeededIds(root),
        policy=policy,
    )


def _context(world: MockWorld, store: WalletsDataService) -> Context:
    faults = FaultInjector(world.seed, world.clock, world.spec.faults) if world.spec.faults else None
    return Context(
        store=store,
        chain=FakeSolanaService(world.chain, world.clock, latency=world.spec.latency, faults=faults),
        clock=world.clock,
        ids=world.ids,
        queue=LocalShardQueue(),
        policy=world.policy,
        meter=world.meter,
        page_token_key=PageTokenKey(b"the mock has no secrets"),
    )


class _WalletSeeder:
    """Gives a real wallet the history that the seed has for its address."""

    def __init__(self, world: MockWorld) -> None:
        self._world = world

    async def seed_wallet(self, wallet: Wallet) -> tuple[Wallet, list[Write]]:
        world = self._world
        now = world.clock.now()
        created_at = min(wallet.created_at, now)
        clock = MockClock(frozen_at=created_at)
        context = replace(world.context(), clock=clock)
        planner = ScenarioPlanner(world.chain, world.names, world.spec, to_ms(now), world.policy.cache_ttl)
        metadata = Metadata(
            label=wallet.label, notes=wallet.notes, tags=wallet.tags, status_override=wallet.status_override
        )
        history = HistorySeeder.created(context, clock, world.chain, wallet.key, metadata, generation=wallet.generation)
        await history.apply(planner.actions(wallet.key, to_ms(created_at)))
        return await history.records()
