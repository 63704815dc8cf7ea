"""Idempotency keys: a request's effect happens once, and its answer can be had again (rule 13)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from backends.base import CALLER, Answer, AnswerKind
from backends.errors import BackendError, Conflict
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Delete, Expectation, Put, VersionConflict, Write
from backends.orchestrator.queries import expired_idempotency_records
from backends.orchestrator.records import IdempotencyRecord
from backends.orchestrator.storage.chunked_list import ChunkedList, read_chunks, removal_writes
from backends.orchestrator.storage.retry import retry_on_conflict
from generated_models import ProblemCode

M = TypeVar("M", bound=BaseModel)

_log = logging.getLogger(__name__)

_PIECE = 100_000  # characters of a kept answer in one row of its chunks


class Completion(Generic[M]):
    """The record that the effect's own commit carries, so that both land or neither does. Empty for a request without
    a key.
    """

    def __init__(self, context: Context, claim: IdempotencyRecord | None) -> None:
        self._context = context
        self._claim = claim
        self.carried = False

    async def writes(self, answer: Answer[M]) -> list[Write]:
        """The writes that keep `answer` for replay; to be committed together with the effect, and asked for anew in
        each attempt.
        """
        if self._claim is None:
            return []
        context = self._context
        held = await context.store.get(IdempotencyRecord, self._claim.key)
        if held is None or held.record.owner != self._claim.owner:
            raise _in_use()  # it ran for longer than a claim generations, and another request took over
        text = json.dumps(
            {
                "kind": answer.kind.name,
                "etag": answer.etag,
                "headers": dict(answer.headers),
                "value": answer.value.model_dump_json(),
            }
        )
        pieces = [json.dumps(text[at : at + _PIECE]) for at in range(0, len(text), _PIECE)]
        replay = ChunkedList(self._claim.key, self._claim.owner, pieces)
        done = replace(
            self._claim, answer=replay.reference, expires_at=context.clock.now() + context.policy.idempotency_kept
        )
        self.carried = True
        return [*await replay.write_oversized(context.store), Put(done, held.version)]


async def idempotent(
    context: Context,
    operation: str,
    key: str | None,
    request: Sequence[BaseModel | str | None],
    model: type[M],
    effect: Callable[[Completion[M]], Awaitable[Answer[M]]],
) -> Answer[M]:
    """Answer a request under its idempotency key.

    Without a key the effect just runs. With one: a finished request with the same content is answered again without
    an effect, one with other content raises `Conflict` (idempotency_key_reused), one that is still running
    idempotency_key_in_use. A request that fails leaves no record: trying again tries again.
    """
    if key is None:
        return await effect(Completion(context, None))
    replay_or_claim = await retry_on_conflict(lambda: _claim(context, operation, key, _fingerprint(request)))
    if not replay_or_claim.owner:
        return await _replay(context, replay_or_claim, model)
    completion: Completion[M] = Completion(context, replay_or_claim)
    try:
        answer = await effect(completion)
        if not completion.carried:
            await retry_on_conflict(lambda: _complete(context, completion, answer))
    except Exception:
        await _release(context, replay_or_claim)
        raise  # a request that was cancelled keeps its claim: a refresh goes on, and completes it
    return answer


async def purge_expired(context: Context, batch: int = 100) -> int:
    """Drop up to `batch` records past their time; how many there were."""
    found = await context.store.query(expired_idempotency_records(context.clock.now()), limit=batch)
    for stored in found:
        claim = stored.record
        try:
            await context.store.commit(
                [Delete(IdempotencyRecord, claim.key, stored.version), *removal_writes(claim.key, claim.answer)]
            )
        except VersionConflict:
            continue  # claimed anew meanwhile
    return len(found)


async def _claim(context: Context, operation: str, key: str, fingerprint: str) -> IdempotencyRecord:
    """A claim of our own, or (with an empty owner) the finished one to replay."""
    now = context.clock.now()
    claim_id = "clm_" + _digest(operation, CALLER.get().actor, key)
    held = await context.store.get(IdempotencyRecord, claim_id)
    expect: Expectation = ABSENT
    drop: list[Write] = []
    if held is not None:
        claim = held.record
        if claim.expires_at > now:
            if claim.fingerprint != fingerprint:
                raise Conflict(
                    ProblemCode.idempotency_key_reused,
                    "The Idempotency-Key was used for a request with other content.",
                )
            if claim.answer is None:
                raise _in_use()
            return replace(claim, owner="")
        expect = held.version
        drop = removal_writes(claim_id, claim.answer)
    mine = IdempotencyRecord(
        claim_id=claim_id,
        fingerprint=fingerprint,
        owner=context.ids.new("own", claim_id),
        answer=None,
        expires_at=now + context.policy.idempotency_running,
    )
    await context.store.commit([Put(mine, expect), *drop])
    return mine


async def _replay(context: Context, claim: IdempotencyRecord, model: type[M]) -> Answer[M]:
    texts = await read_chunks(context.store, claim.key, claim.answer) if claim.answer else None
    if texts is None:
        raise _in_use()  # it expired this moment
    try:
        kept: dict[str, Any] = json.loads("".join(piece for text in texts for piece in json.loads(text)))
        return Answer(
            AnswerKind[kept["kind"]],
            model.model_validate_json(kept["value"]),
            etag=kept["etag"],
            headers=kept["headers"],
        )
    except (ValueError, TypeError, KeyError):
        _log.warning("the kept answer %s is unreadable", claim.key)
        raise Conflict(
            ProblemCode.idempotency_key_reused,
            "The Idempotency-Key was used, but its answer can't be read any more. Look whether the request had its "
            "effect; a new one needs a new key.",
        ) from None


async def _complete(context: Context, completion: Completion[M], answer: Answer[M]) -> None:
    await context.store.commit(await completion.writes(answer))


async def _release(context: Context, claim: IdempotencyRecord) -> None:
    try:
        held = await context.store.get(IdempotencyRecord, claim.key)
        if held is not None and held.record == claim:
            await context.store.commit([Delete(IdempotencyRecord, claim.key, held.version)])
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
