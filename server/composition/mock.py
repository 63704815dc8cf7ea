"""Mock mode: faked worlds in memory, one a session, and the contract that controls them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import generated_models.mock
from backends.meter import NO_METER, Meter
from backends.mock.clock import MockClock
from backends.mock.control import MockControl
from backends.mock.sessions import MockSessions, backend_of
from backends.mock.world import WORLDS, spec_of
from backends.mock.world_cache import WorldSource
from server.composition.backends import Backends
from server.composition.common import policy_of, shared_clock
from server.contract import Contract
from server.mocking.guard import mock_guard
from server.mocking.world_files import names_a_file, read_world
from server.reloading.watching import Watched
from server.routes.mounts import Mount, load_mock_contract
from server.settings import Settings, SettingsError


async def build_mock(settings: Settings, *, meter: Meter = NO_METER) -> Backends:
    """Faked worlds in memory, one a session, and the contract that controls them."""
    contract = load_mock_contract()
    chosen = settings.wallet_world
    shared = shared_clock(settings)
    clock = None if shared is None else MockClock(source=shared.now, sleep=shared.sleep)
    sessions = MockSessions(world_of(settings, contract), policy_of(settings), meter=meter, clock=clock)
    control = Mount(
        contract=contract,
        backend=MockControl(sessions),
        models=generated_models.mock,
        documents="/__mock__/openapi",
        docs="/__mock__/docs",
        around=mock_guard(settings),
    )

    def revise() -> str:
        return _revised(sessions.revise(world_of(settings, contract)))

    watched = [Watched(Path(chosen), revise)] if names_a_file(chosen) else []
    world = f"{sessions.source.spec.name} ({sessions.source.wallets:,} wallets)"
    return Backends(backend_of(sessions), mounts=[control], session_control=sessions, watched=watched, world=world)


def world_of(settings: Settings, contract: Contract) -> WorldSource:
    """The world that the settings choose. `contract` is the mock's own. Raises `SettingsError`."""
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


def _revised(kept: int) -> str:
    if not kept:
        return "every session begins in it"
    sessions = "1 session keeps" if kept == 1 else f"{kept} sessions keep"
    return f"its faults and latency hold at once; {sessions} what was done there until POST /__mock__/reset"
