"""The results of an operation, as pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backends.answers import Answer, AnswerKind
from backends.orchestrator.context import Context
from backends.orchestrator.ports import WalletsDataService
from backends.orchestrator.queries import shards_of
from backends.orchestrator.records import ItemResult, RefreshOperationRecord, RefreshShard
from backends.orchestrator.refresh_operations.mappers import item_result
from backends.orchestrator.refresh_operations.state import stored_operation
from backends.orchestrator.storage.paging import next_token, open_page
from generated_models import (
    OperationState,
    RefreshItemOutcome,
    RefreshItemResult,
    RefreshResultFilter,
    RefreshResultPage,
)

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
        wanted = _FILTERS[page.pins["only"]]
        shard_index, offset = _position(page.cursor)
        items: list[RefreshItemResult] = []
        end = min(operation.shards, shard_index + max(1, context.policy.read_budget // 10))
        while shard_index < end and len(items) <= page.size:
            shards = await some_shards(context.store, operation_id, shard_index, end)
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
        # Counted last: while an operation runs, a page never has more than its total.
        total = page.total if page.total is not None else await self._total(operation, page.pins["only"])
        token = None
        if len(items) > page.size or end <= shard_index < operation.shards:
            token = await next_token(context, name, page, total, (shard_index, offset, ""))
        return Answer(
            AnswerKind.OK, RefreshResultPage(items=items[: page.size], next_page_token=token, total_size=total)
        )

    async def _total(self, operation: RefreshOperationRecord, only: str | None) -> int:
        counted = only or "done"
        if operation.counts is not None and operation.state is not OperationState.CANCELLED:
            return operation.counts.get(counted, 0)
        # What was under way when it was cancelled is listed, though the operation does not count it any more.
        return (await self._context.store.sums(shards_of(operation.operation_id), [counted]))[counted]


async def some_shards(store: WalletsDataService, operation_id: str, first: int, end: int) -> list[RefreshShard]:
    """The first few shards from the one numbered `first` to before `end`; none where they are gone."""
    keys = [RefreshShard.key_of(operation_id, index) for index in range(first, min(end, first + _SHARDS_A_READ))]
    found = await store.get_many(RefreshShard, keys)
    return [stored.record for stored in found if stored is not None]


def _position(cursor: tuple[object, ...] | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    shard_index, offset, _ = cursor
    return int(str(shard_index)), int(str(offset))
