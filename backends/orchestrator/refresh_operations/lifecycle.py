"""Refresh-all as a durable operation: started, watched, cancelled (rule 8). `recovery` has the work go on."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from backends.answers import Answer, AnswerKind
from backends.errors import Conflict
from backends.orchestrator import queries
from backends.orchestrator.audit import audited
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Put
from backends.orchestrator.records import NamedValue, RefreshOperationRecord, RefreshShard, Wallet
from backends.orchestrator.refresh.refresher import ALL_PARTS
from backends.orchestrator.refresh_operations.mappers import refresh_operation
from backends.orchestrator.refresh_operations.recovery import Recovery
from backends.orchestrator.refresh_operations.state import (
    CURRENT_OPERATION,
    count_in_scope,
    end_operation,
    running_operation,
    split_into_shards,
    stored_operation,
)
from backends.orchestrator.storage.idempotency import Completion, idempotent
from backends.orchestrator.storage.paging import list_records, open_page
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.wallets.errors import unknown_wallet
from generated_models import (
    OperationState,
    ProblemCode,
    RefreshAllRequest,
    RefreshOperation,
    RefreshOperationPage,
    RefreshScope,
)

_MAX_WAIT = 30  # seconds
_WAIT_POLL = 0.05  # seconds


class RefreshOperations:
    """Start, watch and cancel operations. At most one runs in a store."""

    def __init__(self, context: Context, recovery: Recovery) -> None:
        self._context = context
        self._recovery = recovery

    async def start(
        self, body: RefreshAllRequest | None, prefer: str | None, idempotency_key: str | None
    ) -> Answer[RefreshOperation]:
        """Start an operation, or answer with the running one if it was started by an equal request."""
        request = body or RefreshAllRequest()

        async def effect(completion: Completion[RefreshOperation]) -> Answer[RefreshOperation]:
            return await retry_on_conflict(lambda: self._start(request, completion))

        answer = await idempotent(
            self._context, "refreshAllWallets", idempotency_key, [request], RefreshOperation, effect
        )
        seconds = _seconds_to_wait(prefer)
        if seconds is None:
            return answer
        result = await self._wait(answer.value.operation_id, seconds)
        kind = AnswerKind.OK if result.finished_at is not None else AnswerKind.ACCEPTED
        return Answer(kind, result, headers={"Preference-Applied": f"wait={seconds}"})

    async def _start(
        self, request: RefreshAllRequest, completion: Completion[RefreshOperation]
    ) -> Answer[RefreshOperation]:
        context = self._context
        operation = self._new_operation(request)
        current = await context.store.get(NamedValue, CURRENT_OPERATION)
        running = await running_operation(context.store, current)
        if running is not None:
            if running.fingerprint != operation.fingerprint:
                raise Conflict(
                    ProblemCode.refresh_all_running,
                    "Another refresh of many wallets is running; wait for it, or cancel it.",
                    operation_id=running.operation_id,
                )
            return Answer(AnswerKind.ACCEPTED, await self._mapped(running))
        shards = await self._listed_shards(operation, request.addresses)
        if request.addresses is not None:
            operation = replace(operation, planned=True, shards=len(shards), total=len(request.addresses))
        elif operation.scope is not None:
            fresh = operation.fresh_window(operation.created_at)
            expected = await count_in_scope(context.store, operation.scope, fresh)
            operation = replace(operation, expected=expected)
        answer = Answer(AnswerKind.ACCEPTED, refresh_operation(operation, {}))
        await context.store.commit(
            [
                Put(operation, ABSENT),
                Put(
                    NamedValue(name=CURRENT_OPERATION, value=operation.operation_id, updated_at=operation.created_at),
                    current.version if current else ABSENT,
                ),
                *(Put(shard, ABSENT) for shard in shards),
                audited(context, "refreshAllWallets", operation.operation_id),
                *await completion.writes(answer),
            ]
        )
        self._recovery.dispatch(operation.operation_id, shards)
        return answer

    def _new_operation(self, request: RefreshAllRequest) -> RefreshOperationRecord:
        context = self._context
        now = context.clock.now()
        parts = tuple(part for part in ALL_PARTS if request.parts is None or part in request.parts)
        scope = request.scope or (None if request.addresses is not None else RefreshScope.all)
        request_text = f"{scope}|{sorted(request.addresses or ())}|{parts}|{request.depth}"
        return RefreshOperationRecord(
            operation_id=context.ids.new("op", request_text, now),
            state=OperationState.RUNNING,
            scope=scope,
            fingerprint=hashlib.sha256(request_text.encode()).hexdigest(),
            parts=parts,
            created_at=now,
            updated_at=now,
            started_at=now,
            stale_before=now - context.policy.cache_ttl,
            depth=request.depth,
        )

    async def _listed_shards(
        self, operation: RefreshOperationRecord, addresses: Sequence[str] | None
    ) -> list[RefreshShard]:
        if addresses is None:
            return []
        found = await self._context.store.get_many(Wallet, addresses)
        for address, stored in zip(addresses, found, strict=True):
            if stored is None:
                raise unknown_wallet(address)
        return split_into_shards(operation.operation_id, 0, addresses, self._context.policy)

    async def _wait(self, operation_id: str, seconds: float) -> RefreshOperation:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            answer = (await self.get(operation_id)).value
            if answer.finished_at is not None or loop.time() >= deadline:
                return answer
            await asyncio.sleep(min(_WAIT_POLL, max(0.0, deadline - loop.time())))

    async def get(self, operation_id: str) -> Answer[RefreshOperation]:
        """How far an operation is. Raises `NotFound`."""
        operation = (await stored_operation(self._context.store, operation_id)).record
        return Answer(AnswerKind.OK, await self._mapped(operation))

    async def page(
        self, *, state: OperationState | None, page_size: int, page_token: str | None
    ) -> Answer[RefreshOperationPage]:
        """Operations, the newest first."""
        context = self._context
        page = await open_page(
            context,
            "refresh-operations",
            {"state": state.value if state else None},
            defaults={"state": None},
            size=page_size,
            token=page_token,
        )
        chosen = page.pins["state"]
        query = queries.operations(state=OperationState(chosen) if chosen else None)
        listing = await list_records(context, "refresh-operations", page, query)
        items = [await self._mapped(operation) for operation in listing.records]
        return Answer(
            AnswerKind.OK,
            RefreshOperationPage(items=items, next_page_token=listing.next_page_token, total_size=listing.total_size),
        )

    async def _mapped(self, operation: RefreshOperationRecord) -> RefreshOperation:
        if operation.counts is not None:
            return refresh_operation(operation, operation.counts)
        query = queries.shards_of(operation.operation_id)
        return refresh_operation(operation, await self._context.store.sums(query, queries.SHARD_SUMS))

    async def cancel(self, operation_id: str, idempotency_key: str | None) -> Answer[RefreshOperation]:
        """End a running operation; what it has finished is kept."""

        async def effect(completion: Completion[RefreshOperation]) -> Answer[RefreshOperation]:
            return await retry_on_conflict(lambda: self._cancel(operation_id, completion))

        return await idempotent(
            self._context, "cancelRefreshOperation", idempotency_key, [operation_id], RefreshOperation, effect
        )

    async def _cancel(self, operation_id: str, completion: Completion[RefreshOperation]) -> Answer[RefreshOperation]:
        stored = await stored_operation(self._context.store, operation_id)
        if stored.record.state is not OperationState.RUNNING:
            raise Conflict(
                ProblemCode.operation_finished, "The operation has ended already.", operation_id=operation_id
            )
        operation, ending = await end_operation(self._context, stored, OperationState.CANCELLED)
        answer = Answer(AnswerKind.OK, await self._mapped(operation))
        await self._context.store.commit(
            [
                *ending,
                audited(self._context, "cancelRefreshOperation", operation_id),
                *await completion.writes(answer),
            ]
        )
        return answer


def _seconds_to_wait(prefer: str | None) -> int | None:
    """The `wait` of a Prefer header; None without one that the contract allows (RFC 7240: others are ignored)."""
    for preference in (prefer or "").split(","):
        match = re.fullmatch(r"\s*wait\s*=\s*\"?(\d{1,2})\"?\s*", preference, re.ASCII | re.IGNORECASE)
        if match is not None and int(match[1]) <= _MAX_WAIT:
            return int(match[1])
    return None
