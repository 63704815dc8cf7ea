"""The engine's port: it brings the shards of a refresh-all to workers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol


class ShardLeased(Exception):
    """Raised by the work on a delivered shard when another worker has the lease on it.

    An engine that can should deliver the shard again in a moment, for that worker may be gone.
    """


class ShardQueue(Protocol):
    """The engine that brings shards of a refresh-all to workers, on this machine or on many.

    Delivery is at least once, in any order, and a delivery may be lost when a worker dies: shards are leased and
    their writes are idempotent, and `Recovery.recover` sends again what no worker has a lease on. So an adapter needs
    no more than these three calls.

    Attributes:
        delivers_here: what this process sends is delivered to itself, and to no other.
    """

    delivers_here: bool

    async def start(self, work: Callable[[str, int], Awaitable[None]]) -> None:
        """Begin to deliver shards, if this process is to work at all.

        Args:
            work: called with the operation's id and the shard's index. Raises `ShardLeased`, or the failure of the
                work; in both cases the shard may be delivered again.
        """
        ...

    async def send(self, operation_id: str, index: int) -> None:
        """Ask for one shard to be worked on.

        Raises:
            StoreUnavailable: the engine can't take it.
        """
        ...

    async def aclose(self) -> None:
        """Stop taking shards, and cancel or finish those under way within a few seconds. Idempotent."""
        ...
