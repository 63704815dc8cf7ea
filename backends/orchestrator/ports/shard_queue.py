"""The engine's port: it brings the shards of a refresh-all to workers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol


class ShardLeased(Exception):
    """What the work on a delivered shard raises when another worker holds the shard: deliver it again in a moment, if
    you can, for that worker may be dead.
    """


class ShardQueue(Protocol):
    """The engine that brings shards of a refresh-all to workers, on this machine or on many.

    Delivery is at least once, in any order, and a delivery may be lost when a worker dies: shards are leased and
    their writes are idempotent, and `Recovery.recover` sends again what nobody works on. So an adapter needs no more
    than these three calls.
    """

    async def start(self, work: Callable[[str, int], Awaitable[None]]) -> None:
        """Begin to hand shards (operation id, index) to `work`, if this process is to work at all."""
        ...

    async def send(self, operation_id: str, index: int) -> None:
        """Ask for one shard to be worked on. Raises `StoreUnavailable` when the engine can't take it."""
        ...

    async def aclose(self) -> None:
        """Stop taking shards, and cancel or finish those under way within a few seconds. Idempotent."""
        ...
