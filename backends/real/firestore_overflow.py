"""Where increments go when a document of counters is full: into the next of its overflow documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from backends.orchestrator.ports import Increment, Stored, Write
from backends.orchestrator.records import CounterShard
from backends.orchestrator.records.counters import OVERFLOWS, overflow_key

_FULL = 800_000
"""Bytes: of the 1 MiB that a document may have, what is left is more than any increment adds."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The overflow document that is filled now. The document itself may not count `unsaid` of them yet."""

    number: int = 0
    unsaid: int = 0


class CounterOverflow:
    """Remembers, for one process, which documents are full. Where nobody knows, one refused commit tells."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def placed(self, writes: Sequence[Write]) -> tuple[list[Write], Mapping[str, Place]]:
        """The writes of a commit, their increments where there is room; and those places, to tell `committed`."""
        placed: list[Write] = []
        places: dict[str, Place] = {}
        for write in writes:
            place = self._places.get(write.key) if isinstance(write, Increment) and not write.in_place else None
            if isinstance(write, Increment) and place is not None:
                places[write.key] = place
                placed += _elsewhere(write, place)
            else:
                placed.append(write)
        return placed, places

    def committed(self, places: Mapping[str, Place]) -> None:
        """Note that a commit has landed, and with it that its overflow documents are there."""
        for key, place in places.items():
            if self._places[key] is place:  # nobody has moved on meanwhile
                self._places[key] = replace(place, unsaid=0)

    async def moved_on(
        self,
        writes: Sequence[Write],
        read: Callable[[Sequence[str]], Awaitable[list[Stored[CounterShard] | None]]],
    ) -> bool:
        """Whether a commit that was refused may fit now, since one of its increments goes elsewhere."""
        moved = False
        for write in writes:
            if not isinstance(write, Increment) or write.in_place:
                continue
            before = self._places.get(write.key, Place()).number
            first, filled = await read([write.key, overflow_key(write.key, before)])
            if filled is not None and filled.record.size >= _FULL:
                said = first.record.counts.get(OVERFLOWS, 0) if first is not None else 0
                number = max(before + 1, said)
                self._places[write.key] = Place(number, number - said)
                moved = True
        return moved


def _elsewhere(write: Increment, place: Place) -> Iterator[Increment]:
    """An increment in its overflow document; where the documents before that have texts which it replaces, they go."""
    yield replace(write, key=overflow_key(write.key, place.number))
    replaced = dict.fromkeys(write.texts)
    if place.unsaid or replaced:
        yield Increment(write.key, {OVERFLOWS: place.unsaid} if place.unsaid else {}, replaced)
    if replaced:
        yield from (Increment(overflow_key(write.key, number), {}, replaced) for number in range(1, place.number))
