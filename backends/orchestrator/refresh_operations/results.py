"""The results of an operation, as pages and as a stream of events that can be resumed anywhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from backends.base import Answer, AnswerKind, ServerEvent
from backends.orchestrator.context import Context
from backends.orchestrator.queries import SHARD_SUMS, shards_of
from backends.orchestrator.records import ItemResult, RefreshOperationRecord, RefreshShard
from backends.orchestrator.refresh_operations.mappers import item_result, refresh_operation
from backends.orchestrator.refresh_operations.state import stored_operation
from backends.orchestrator.storage.paging import next_token, open_page
from generated_models import RefreshItemOutcome, RefreshItemResult, RefreshResultFilter, RefreshResultPage

_SHARDS_A_READ = 20
_FILTERS: Mapping[str | None, Callable[[ItemResult], bool]] = {
    None: lambda _: True,
    RefreshResultFilter.changed.value: lambda result: result.changes is not None,
    RefreshResultFilter.failed.value: lambda result: result.outcome is RefreshItemOutcome.failed,
}


class RefreshResults:
    """Reads an operation's shards, in the order of their numbers, each one's results in the order they came."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def page(
        self, *, operation_id: str, only: RefreshResultFilter | None, page_size: int, page_token: str | None
    ) -> Answer[RefreshResultPage]:
        """The results there are by now. Raises `NotFound`, `InvalidRequest`.

        With a filter, a page ends early when it has looked at as many shards as the read budget allows.
        """
        context = self._context
        operation = (await stored_operation(context.store, operation_id)).record
        name = "refresh-results"
        page = await open_page(
            context,
            name,
            {"operation_id": operation_id, "only": only.value if only else None},
            defaults={"only": None},
            size=page_size,
            token=page_token,
        )
        total = page.total
        if total is None:
            total = await self._total(operation, page.pins["only"])
        wanted = _FILTERS[page.pins["only"]]
        shard_index, offset = _position(page.cursor)
        items: list[RefreshItemResult] = []
        end = min(operation.shards, shard_index + max(1, context.policy.read_budget // 10))
        while shard_index < end and len(items) <= page.size:
            shards = await self._shards(operation_id, shard_index, end)
            if not shards:
                break  # removed this moment by housekeeping
            for shard in shards:
                # One more than the page holds tells whether another page follows, and where it starts.
                matching = ((at, each) for at, each in enumerate(shard.results) if at >= offset and wanted(each))
                for at, result in matching:
                    items.append(item_result(result))
                    if len(items) > page.size:
                        offset = at
                        break
                else:
                    shard_index, offset = shard_index + 1, 0
                    continue
                break
        token = None
        if len(items) > page.size or end <= shard_index < operation.shards:
            token = await next_token(context, name, page, total, (shard_index, offset, ""))
        return Answer(
            AnswerKind.OK, RefreshResultPage(items=items[: page.size], next_page_token=token, total_size=total)
        )

    async def _total(self, operation: RefreshOperationRecord, only: str | None) -> int:
        counted = only or "done"
        if operation.counts is not None:
            return operation.counts.get(counted, 0)
        return (await self._context.store.sums(shards_of(operation.operation_id), [counted]))[counted]

    async def _shards(self, operation_id: str, first: int, end: int) -> list[RefreshShard]:
        keys = [RefreshShard.key_of(operation_id, index) for index in range(first, min(end, first + _SHARDS_A_READ))]
        found = await self._context.store.get_many(RefreshShard, keys)
        return [stored.record for stored in found if stored is not None]

    async def events(self, *, operation_id: str, last_event_id: str | None) -> Answer[AsyncIterator[ServerEvent]]:
        """`progress` whenever it changed, `result` for each wallet, `done` at the end. Raises `NotFound`,
        `InvalidRequest`.
        """
        await stored_operation(self._context.store, operation_id)
        position = _StreamPosition.parse(last_event_id)
        return Answer(AnswerKind.OK, self._events(operation_id, position))

    async def _events(self, operation_id: str, position: _StreamPosition) -> AsyncIterator[ServerEvent]:
        context = self._context
        shown = ""
        while True:
            stored = await context.store.get(RefreshOperationRecord, operation_id)
            if stored is None:
                return
            ended = stored.record.finished_at is not None
            async for event in self._new_results(operation_id, stored.record.shards, position, ended=ended):
                yield event
            operation = (await stored_operation(context.store, operation_id)).record
            progress = refresh_operation(operation, await context.store.sums(shards_of(operation_id), SHARD_SUMS))
            text = progress.model_dump_json()
            if ended:
                yield ServerEvent("done", text, str(position))
                return
            if text != shown:
                shown = text
                yield ServerEvent("progress", text, str(position))
            await asyncio.sleep(context.policy.stream_poll.total_seconds())

    async def _new_results(
        self, operation_id: str, end: int, position: _StreamPosition, *, ended: bool
    ) -> AsyncIterator[ServerEvent]:
        first = position.whole
        while first < end:
            shards = await self._shards(operation_id, first, end)
            if not shards:
                return
            for shard in shards:
                for result in shard.results[position.seen(shard.index) :]:
                    position.advance(shard.index)
                    yield ServerEvent("result", item_result(result).model_dump_json(), str(position))
                if shard.finished:
                    position.finish(shard.index, len(shard.results))
            if not ended and not any(shard.results or shard.finished for shard in shards):
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


def _position(cursor: tuple[object, ...] | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    shard_index, offset, _ = cursor
    return int(str(shard_index)), int(str(offset))
