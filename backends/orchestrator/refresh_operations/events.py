"""An operation as a stream of events that can be resumed anywhere. What many streams read is read once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from backends.answers import Answer, AnswerKind, ServerEvent
from backends.orchestrator.context import Context
from backends.orchestrator.ports import Stored, WalletsDataService
from backends.orchestrator.queries import SHARD_SUMS, shards_of
from backends.orchestrator.records import RefreshOperationRecord, RefreshShard
from backends.orchestrator.refresh_operations.mappers import item_result, refresh_operation
from backends.orchestrator.refresh_operations.results import some_shards
from backends.orchestrator.refresh_operations.state import stored_operation

_KEPT_POLLS = 3
_KEPT_READS = 4
_KEPT_RESULTS = 4_000
T = TypeVar("T")


class RefreshEvents:
    """The streams of one process. However many there are, and however often somebody reloads a page, an operation is
    read once in half a `Policy.stream_poll`, and its shards only when its counts have changed.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._views: dict[str, tuple[float, asyncio.Future[_OperationView | None]]] = {}

    async def stream(self, *, operation_id: str, last_event_id: str | None) -> Answer[AsyncIterator[ServerEvent]]:
        """`progress` whenever it changed, `result` for each wallet, `done` at the end. Raises `NotFound`."""
        await stored_operation(self._context.store, operation_id)
        return Answer(AnswerKind.OK, self._events(operation_id, _StreamPosition.parse(last_event_id)))

    async def _events(self, operation_id: str, position: _StreamPosition) -> AsyncIterator[ServerEvent]:
        shown = ""
        while True:
            view = await self._view(operation_id)
            if view is None:
                return
            if view.progress != shown:  # a result changes the counts, too
                shown = view.progress
                async for event in _new_results(view, position):
                    yield event
                yield ServerEvent("done" if view.ended else "progress", shown, str(position))
                if view.ended:
                    return
            await asyncio.sleep(self._context.policy.stream_poll.total_seconds())

    async def _view(self, operation_id: str) -> _OperationView | None:
        """The operation as it was at most half a poll ago; None when it is gone."""
        now = asyncio.get_running_loop().time()
        poll = self._context.policy.stream_poll.total_seconds()
        begun, view = self._views.get(operation_id, (now, None))
        if view is None or (view.done() and now - begun >= poll / 2):
            before = None if view is None or view.exception() else view.result()
            self._views = {key: each for key, each in self._views.items() if now - each[0] < _KEPT_POLLS * poll}
            view = _shared(_OperationView.at(self._context.store, operation_id, before))
            self._views[operation_id] = now, view
        return await asyncio.shield(view)


class _OperationView:
    """An operation at one moment, with its shards at that moment or later, read when the first stream asks for them."""

    def __init__(
        self, store: WalletsDataService, stored: Stored[RefreshOperationRecord], done: int, progress: str
    ) -> None:
        self._store = store
        self._operation = stored.record
        self._reads: dict[int, asyncio.Future[list[RefreshShard]]] = {}
        self._printed: dict[tuple[int, int], str] = {}
        self.moment = stored.version, done
        """What tells one view from the next at a moment when something has changed."""
        self.progress = progress
        """The contract's operation as JSON."""

    @classmethod
    async def at(
        cls, store: WalletsDataService, operation_id: str, before: _OperationView | None
    ) -> _OperationView | None:
        """A view of what is stored now; None when nothing is. A view `before` is as good while nothing has changed:
        a dozen sums are a dozen reads, and whatever is added to them adds to those that are done.
        """
        stored = await store.get(RefreshOperationRecord, operation_id)
        if stored is None:
            return None
        done = (await store.sums(shards_of(operation_id), ["done"]))["done"]
        if before is not None and before.moment == (stored.version, done):
            return before
        sums = await store.sums(shards_of(operation_id), SHARD_SUMS)
        return cls(store, stored, done, refresh_operation(stored.record, sums).model_dump_json())

    @property
    def ended(self) -> bool:
        """Whether no result comes any more."""
        return self._operation.finished_at is not None

    async def shards(self, first: int) -> list[RefreshShard]:
        """The first few shards from a number on; none after the last."""
        if first >= self._operation.shards:
            return []
        read = self._reads.get(first)
        if read is None or (read.done() and read.exception() is not None):
            if len(self._reads) >= _KEPT_READS:
                del self._reads[next(iter(self._reads))]
            asked = some_shards(self._store, self._operation.operation_id, first, self._operation.shards)
            read = self._reads[first] = _shared(asked)
        return await asyncio.shield(read)

    def printed(self, shard: RefreshShard, at: int) -> str:
        """A shard's result as JSON."""
        text = self._printed.get((shard.index, at))
        if text is None:
            if len(self._printed) >= _KEPT_RESULTS:
                self._printed.clear()
            text = self._printed[shard.index, at] = item_result(shard.results[at]).model_dump_json()
        return text


def _shared(work: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
    """Work that goes on when who began it leaves. Whoever waits is told how it failed; perhaps nobody does any more."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


async def _new_results(view: _OperationView, position: _StreamPosition) -> AsyncIterator[ServerEvent]:
    first = position.whole
    while shards := await view.shards(first):
        for shard in shards:
            for at in range(position.seen(shard.index), len(shard.results)):
                position.advance(shard.index)
                yield ServerEvent("result", view.printed(shard, at), str(position))
            if shard.finished:
                position.finish(shard.index, len(shard.results))
        if not view.ended and not any(shard.results or shard.finished for shard in shards):
            return  # shards are worked on roughly in order: nothing has begun from here on
        first += len(shards)


@dataclass(slots=True)
class _StreamPosition:
    """How far a client has read, as an event id says it: all of the first `whole` shards, and a count for each later
    one.

    `12` is the first twelve shards; `12;14:37;15:80` that and 37 results of shard 14 and 80 of shard 15. So any server
    can go on from an id alone.
    """

    whole: int = 0
    counts: dict[int, int] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)

    @classmethod
    def parse(cls, text: str | None) -> _StreamPosition:
        """The position of an id; the beginning for what is no id of such a stream, as EventSource expects."""
        match = re.fullmatch(r"(\d{1,9})((?:;\d{1,9}:\d{1,9})*)", text or "", re.ASCII)
        if match is None:
            return cls()
        counts = (count.split(":") for count in match[2].split(";")[1:])
        return cls(int(match[1]), {int(index): int(count) for index, count in counts})

    def __str__(self) -> str:
        return ";".join([str(self.whole), *(f"{index}:{count}" for index, count in sorted(self.counts.items()))])

    def seen(self, index: int) -> int:
        return self.counts.get(index, 0)

    def advance(self, index: int) -> None:
        self.counts[index] = self.seen(index) + 1

    def finish(self, index: int, results: int) -> None:
        if self.seen(index) < results:
            return
        self.finished.add(index)
        while self.whole in self.finished:
            self.finished.discard(self.whole)
            self.counts.pop(self.whole, None)
            self.whole += 1
