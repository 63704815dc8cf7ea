"""What every part of the orchestrator works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from backends.meter import NO_METER, Meter
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Clock, Ids, ShardQueue, SolanaDataService, WalletsDataService


@dataclass(slots=True)
class PageTokenKey:
    """The secret that signs page tokens, once it is known (`storage.paging`). The mock's is fixed: its tokens are the
    same in every process. `unstored` is this process's own, while a store that has none takes no writes.
    """

    value: bytes | None = None
    unstored: bytes | None = None


@dataclass(slots=True)
class CounterEpochs:
    """What this process knows of the epochs of the counters, and since when (`counters.epochs`)."""

    served: int = 0
    target: int = 1
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A world: its services, its time, its ids, and the numbers its rules use."""

    store: WalletsDataService
    chain: SolanaDataService
    clock: Clock
    ids: Ids
    queue: ShardQueue
    policy: Policy
    meter: Meter = NO_METER
    page_token_key: PageTokenKey = field(default_factory=PageTokenKey)
    counter_epochs: CounterEpochs = field(default_factory=CounterEpochs)
    mocked_groups: tuple[str, ...] = ()
    """Groups of operations that a real server leaves to the mock."""
