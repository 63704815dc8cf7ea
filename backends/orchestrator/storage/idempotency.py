"""Idempotency keys: a request's effect happens once, and its answer can be had again (rule 13)."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from backends.answers import Answer, AnswerKind
from backends.errors import BackendError, Conflict, StoreUnavailable
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Delete, Expectation, Put, VersionConflict, Write
from backends.orchestrator.queries import expired_idempotency_records
from backends.orchestrator.records import IdempotencyRecord
from backends.orchestrator.storage.chunked_list import ChunkedList, read_chunks, removal_writes
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.request_context import CALLER
from generated_models import ProblemCode

M = TypeVar("M", bound=BaseModel)

_log = logging.getLogger(__name__)

_RELEASE_SECONDS = 0.3  # for a request that waited for the store in vain; its record expires by itself, too
_PIECE = 100_000  # characters of a stored answer in one row of its chunks


class Completion(Generic[M]):
    """The answer of a request under an idempotency key, to be stored by the commit of its effect: both or neither.

    For a request without a key it writes nothing.
    """

    def __init__(self, context: Context, record: IdempotencyRecord | None) -> None:
        self._context = context
        self._record = record
        self.is_written = False
        """Whether the effect has taken the writes into its commit."""

    async def writes(self, answer: Answer[M]) -> list[Write]:
        """The writes that store `answer` for replay; to be committed together with the effect, and asked for anew in
        each attempt.

        Raises:
            Conflict: the request took longer than its record was valid, and another one has the key now.
        """
        if self._record is None:
            return []
        context = self._context
        stored = await context.store.get(IdempotencyRecord, self._record.key)
        if stored is None or stored.record.owner != self._record.owner:
            raise _in_use()
        text = json.dumps(
            {
                "kind": answer.kind.name,
                "etag": answer.etag,
                "headers": dict(answer.headers),
                "value": answer.value.model_dump_json(),
            }
        )
        pieces = [json.dumps(text[at : at + _PIECE]) for at in range(0, len(text), _PIECE)]
        replay = ChunkedList(self._record.key, self._record.owner, pieces)
        done = replace(
            self._record, answer=replay.reference, expires_at=context.clock.now() + context.policy.idempotency_kept
        )
        self.is_written = True
        return [*await replay.write_oversized(context.store), Put(done, stored.version)]


async def idempotent(
    context: Context,
    operation: str,
    key: str | None,
    request: Sequence[BaseModel | str | None],
    model: type[M],
    effect: Callable[[Completion[M]], Awaitable[Answer[M]]],
) -> Answer[M]:
    """Answer a request under its idempotency key: its effect happens once.

    Args:
        context: the world.
        operation: the `operationId`; a key counts for one operation and one actor.
        key: the `Idempotency-Key`; without one the effect just runs.
        request: what the request says; the key may not be used again for anything else.
        model: what a stored answer is read as.
        effect: what the request does. It commits `Completion.writes` together with its own writes. A request that
            fails leaves no record: trying again tries again.

    Raises:
        Conflict: the key was used for a request with other content (idempotency_key_reused), or its request is still
            running (idempotency_key_in_use).
    """
    if key is None:
        return await effect(Completion(context, None))
    record = await retry_on_conflict(lambda: _reserve(context, operation, key, _fingerprint(request)))
    if not record.owner:
        return await _replay(context, record, model)
    completion: Completion[M] = Completion(context, record)
    try:
        answer = await effect(completion)
        if not completion.is_written:
            await retry_on_conflict(lambda: _complete(context, completion, answer))
    except Exception as error:
        # A store that has just kept the request waiting may do so again.
        seconds = _RELEASE_SECONDS if isinstance(error, StoreUnavailable) else None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _release(context, record)
        raise  # a request that was cancelled keeps its record: a refresh goes on, and completes it
    return answer


async def purge_expired(context: Context, batch: int = 100) -> int:
    """Remove up to `batch` expired records; how many there were."""
    found = await context.store.query(expired_idempotency_records(context.clock.now()), limit=batch)
    for stored in found:
        record = stored.record
        try:
            await context.store.commit(
                [Delete(IdempotencyRecord, record.key, stored.version), *removal_writes(record.key, record.answer)]
            )
        except VersionConflict:
            continue  # the key is in use again
    return len(found)


async def _reserve(context: Context, operation: str, key: str, fingerprint: str) -> IdempotencyRecord:
    """A new record of our own, or (with an empty owner) the finished one to replay."""
    now = context.clock.now()
    record_id = "clm_" + _digest(operation, CALLER.get().actor, key)
    stored = await context.store.get(IdempotencyRecord, record_id)
    expect: Expectation = ABSENT
    removals: list[Write] = []
    if stored is not None:
        found = stored.record
        # A request of a clock that was ahead of ours would run for ever.
        runs_too_long = found.answer is None and found.expires_at - now > 2 * context.policy.idempotency_running
        if found.expires_at > now and not runs_too_long:
            if found.fingerprint != fingerprint:
                raise Conflict(
                    ProblemCode.idempotency_key_reused,
                    "The Idempotency-Key was used for a request with other content.",
                )
            if found.answer is None:
                raise _in_use()
            return replace(found, owner="")
        expect = stored.version
        removals = removal_writes(record_id, found.answer)
    record = IdempotencyRecord(
        record_id=record_id,
        fingerprint=fingerprint,
        owner=context.ids.new("own", record_id),
        answer=None,
        expires_at=now + context.policy.idempotency_running,
    )
    await context.store.commit([Put(record, expect), *removals])
    return record


async def _replay(context: Context, record: IdempotencyRecord, model: type[M]) -> Answer[M]:
    texts = await read_chunks(context.store, record.key, record.answer) if record.answer else None
    if texts is None:
        raise _in_use()  # it expired this moment
    try:
        replayed: dict[str, Any] = json.loads("".join(piece for text in texts for piece in json.loads(text)))
        return Answer(
            AnswerKind[replayed["kind"]],
            model.model_validate_json(replayed["value"]),
            etag=replayed["etag"],
            headers=replayed["headers"],
        )
    except (ValueError, TypeError, KeyError):
        _log.warning("the answer stored under idempotency record %s is unreadable", record.key)
        raise Conflict(
            ProblemCode.idempotency_key_reused,
            "The Idempotency-Key was used, but its answer can't be read any more. Look whether the request had its "
            "effect; a new one needs a new key.",
        ) from None


async def _complete(context: Context, completion: Completion[M], answer: Answer[M]) -> None:
    await context.store.commit(await completion.writes(answer))


async def _release(context: Context, record: IdempotencyRecord) -> None:
    try:
        stored = await context.store.get(IdempotencyRecord, record.key)
        if stored is not None and stored.record == record:
            await context.store.commit([Delete(IdempotencyRecord, record.key, stored.version)])
    except (BackendError, VersionConflict):
        return  # it expires by itself within `Policy.idempotency_running`


def _fingerprint(request: Sequence[BaseModel | str | None]) -> str:
    return _digest(*(each.model_dump_json() if isinstance(each, BaseModel) else repr(each) for each in request))


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:40]


def _in_use() -> Conflict:
    return Conflict(
        ProblemCode.idempotency_key_in_use,
        "A request with this Idempotency-Key is still running; try again.",
        retry_after=1,
    )
