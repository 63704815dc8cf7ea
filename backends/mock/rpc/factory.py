"""Puts a node together: the chain of a world, behind JSON-RPC."""

from __future__ import annotations

from backends.mock.factory import build_chain
from backends.mock.fake_names import FakeNames
from backends.mock.fault_injector import FaultInjector
from backends.mock.populate import wallet_address
from backends.mock.seed import Seed
from backends.mock.world import WorldSpec
from backends.orchestrator.ports import Clock

from .node import FakedNode

_MOST_KNOWN = 500
"""Wallets: their accounts' addresses take a second to work out."""


def faked_node(spec: WorldSpec, seed: int | str, clock: Clock) -> FakedNode:
    """The world's chain as a node. Its wallets' token accounts are found by their addresses unless there are many."""
    root = Seed(seed)
    owners = [wallet_address(root, number) for number in range(spec.wallets if spec.wallets <= _MOST_KNOWN else 0)]
    return FakedNode(
        build_chain(spec, root, FakeNames()),
        clock,
        owners=[*owners, *(wallet.address for wallet in spec.named)],
        latency=spec.latency,
        faults=FaultInjector(root, clock, spec.faults) if spec.faults else None,
    )
