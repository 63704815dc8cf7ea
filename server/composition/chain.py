"""The chain of a faked world as a Solana node's JSON-RPC, for a real backend without a chain."""

from __future__ import annotations

from starlette.types import ASGIApp

from backends.mock.clock import MockClock
from backends.mock.rpc.factory import faked_node
from backends.mock.rpc.http import NodeApplication
from server.composition.common import shared_clock
from server.composition.mock import world_of
from server.routes.mounts import load_mock_contract
from server.settings import Settings


def build_chain(settings: Settings) -> ASGIApp:
    """The application that answers as a node. Raises `SettingsError`."""
    world = world_of(settings, load_mock_contract())
    return NodeApplication(faked_node(world.spec, world.seed, shared_clock(settings) or MockClock()).rpc)
