"""What `openapi.mock.yaml` offers: the operations that control a session."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from backends import session_control as control
from backends.answers import Answer, AnswerKind, Download, ServerEvent
from backends.errors import NotFound
from backends.orchestrator.timestamps import format_timestamp, parse_timestamp
from generated_models import ProblemCode
from generated_models.mock import (
    AnswerConditions,
    ArmAnswerRequest,
    ArmedAnswer,
    ArmedAnswerList,
    Clock,
    FreezeClockRequest,
    MoveClockRequest,
    ServedRequestList,
    SessionInfo,
    SessionList,
    SetWorldRequest,
    Snapshot,
    SnapshotList,
    Verification,
    VerifyRequest,
    World,
    WorldDescription,
)

from .journal_mappers import events, served_request, verified
from .named_wallets import description_file, named_wallets
from .session import Session
from .sessions import MockSessions
from .world import WORLDS, seconds_between, spec_of

_FIRST, _LAST = datetime(2022, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class MockControl:
    """Bound like a backend, to the mock's own contract. Every method's session is the one that its header names."""

    name = "mock"

    def __init__(self, sessions: MockSessions) -> None:
        self._sessions = sessions

    async def get_world(self, *, x_mock_session: str | None) -> Answer[World]:
        return _world(self._session(x_mock_session))

    async def set_world(self, *, body: SetWorldRequest | None, x_mock_session: str | None) -> Answer[World]:
        session, source = self._session(x_mock_session), self._sessions.source
        if body is not None and body.world is not None:
            source = replace(source, spec=WORLDS[body.world.value])
        if body is not None and body.description is not None:
            source = replace(source, spec=spec_of(body.description, name="described"))
        if body is not None and body.seed is not None:
            source = replace(source, seed=body.seed)
        session.begin(source)
        return _world(session)

    async def describe_world(self, *, x_mock_session: str | None) -> Answer[Download]:
        session = self._session(x_mock_session)
        backend = await session.backend()
        spec = session.source.spec
        named = [] if session.world is None else await named_wallets(backend, session.world.store)
        description = WorldDescription(name=spec.name, summary=spec.summary, wallets=0, named=named)
        return Answer(AnswerKind.OK, Download("application/yaml", description_file(description)))

    async def reset_session(self, *, x_mock_session: str | None) -> Answer[World]:
        session = self._session(x_mock_session)
        session.begin(session.source)
        return _world(session)

    async def list_snapshots(self, *, x_mock_session: str | None) -> Answer[SnapshotList]:
        kept = self._session(x_mock_session).snapshots
        items = [Snapshot(name=name, taken_at=format_timestamp(each.taken_at)) for name, each in kept.items()]
        return Answer(AnswerKind.OK, SnapshotList(items=items))

    async def save_snapshot(self, *, snapshot: str, x_mock_session: str | None) -> Answer[Snapshot]:
        kept = self._session(x_mock_session).save(snapshot)
        return Answer(AnswerKind.OK, Snapshot(name=snapshot, taken_at=format_timestamp(kept.taken_at)))

    async def restore_snapshot(self, *, snapshot: str, x_mock_session: str | None) -> Answer[World]:
        """Raises `NotFound`."""
        session = self._session(x_mock_session)
        kept = session.snapshots.get(snapshot)
        if kept is None:
            names = ", ".join(session.snapshots) or "none at all"
            raise NotFound(
                ProblemCode.route_not_found, f"The session has no snapshot of that name; it has {names}."[:1000]
            )
        session.restore(kept)
        return _world(session)

    async def get_clock(self, *, x_mock_session: str | None) -> Answer[Clock]:
        return _clock(self._session(x_mock_session))

    async def freeze_clock(self, *, body: FreezeClockRequest | None, x_mock_session: str | None) -> Answer[Clock]:
        session = self._session(x_mock_session)
        session.clock.freeze(None if body is None or body.at is None else parse_timestamp(body.at))
        return _clock(session)

    async def move_clock(self, *, body: MoveClockRequest, x_mock_session: str | None) -> Answer[Clock]:
        session = self._session(x_mock_session)
        now = session.clock.now()
        session.clock.move(min(max(now + timedelta(seconds=body.seconds), _FIRST), _LAST) - now)
        return _clock(session)

    async def run_clock(self, *, x_mock_session: str | None) -> Answer[Clock]:
        session = self._session(x_mock_session)
        session.clock.run()
        return _clock(session)

    async def reset_clock(self, *, x_mock_session: str | None) -> Answer[Clock]:
        session = self._session(x_mock_session)
        session.clock.reset()
        return _clock(session)

    async def list_armed_answers(self, *, x_mock_session: str | None) -> Answer[ArmedAnswerList]:
        items = [_armed(answer, given) for answer, given in self._session(x_mock_session).armed.all()]
        return Answer(AnswerKind.OK, ArmedAnswerList(items=items))

    async def arm_answer(self, *, body: ArmAnswerRequest, x_mock_session: str | None) -> Answer[ArmedAnswer]:
        when = body.when or AnswerConditions()
        answer = control.ArmedAnswer(
            answer_id="",
            operation=body.operation,
            path=when.path or {},
            query=when.query or {},
            body_members=when.body or {},
            status=body.status,
            example=body.example,
            body=body.body,
            body_given="body" in body.model_fields_set,
            unchecked=body.unchecked,
            headers=body.headers or {},
            latency=seconds_between(body.latency_ms, body.latency_max_ms),
            drop=body.drop,
            break_off=body.break_off,
            percent=body.percent,
            count=body.count,
        )
        if self._sessions.rules is not None:
            self._sessions.rules.check(answer)
        return Answer(AnswerKind.CREATED, _armed(self._session(x_mock_session).armed.arm(answer), 0))

    async def clear_armed_answers(self, *, x_mock_session: str | None) -> Answer[None]:
        self._session(x_mock_session).armed.clear()
        return Answer(AnswerKind.EMPTY, None)

    async def remove_armed_answer(self, *, answer_id: str, x_mock_session: str | None) -> Answer[None]:
        self._session(x_mock_session).armed.remove(answer_id)
        return Answer(AnswerKind.EMPTY, None)

    async def list_served_requests(
        self,
        *,
        operation: str | None,
        status: int | None,
        path: str | None,
        since: str | None,
        x_mock_session: str | None,
    ) -> Answer[ServedRequestList]:
        begin = None if since is None else parse_timestamp(since)
        items = [
            served_request(entry)
            for entry in self._session(x_mock_session).requests.newest_first()
            if operation in (None, entry.request.operation)
            and status in (None, entry.request.status)
            and (path is None or entry.request.path.startswith(path))
            and (begin is None or entry.served_at >= begin)
        ]
        return Answer(AnswerKind.OK, ServedRequestList(items=items))

    async def stream_served_requests(
        self, *, x_mock_session: str | None, last_event_id: str | None
    ) -> Answer[AsyncIterator[ServerEvent]]:
        after = None if last_event_id is None else int(last_event_id)
        return Answer(AnswerKind.OK, events(self._session(x_mock_session).requests, after))

    async def verify_served_requests(self, *, body: VerifyRequest, x_mock_session: str | None) -> Answer[Verification]:
        return Answer(AnswerKind.OK, verified(body, self._session(x_mock_session).requests))

    async def clear_served_requests(self, *, x_mock_session: str | None) -> Answer[None]:
        self._session(x_mock_session).requests.clear()
        return Answer(AnswerKind.EMPTY, None)

    async def list_sessions(self) -> Answer[SessionList]:
        now = time.monotonic()
        items = [
            SessionInfo(
                name=session.name,
                world=session.source.spec.name,
                idle_seconds=round(now - session.used_at),
                requests=len(session.requests),
            )
            for session in self._sessions.named()
        ]
        return Answer(AnswerKind.OK, SessionList(items=items))

    async def delete_session(self, *, session: str) -> Answer[None]:
        self._sessions.drop(session)
        return Answer(AnswerKind.EMPTY, None)

    def _session(self, name: str | None) -> Session:
        return self._sessions.session(name or "")


def _world(session: Session) -> Answer[World]:
    spec = session.source.spec
    return Answer(
        AnswerKind.OK,
        World(
            name=spec.name,
            summary=spec.summary,
            session=session.name or None,
            seed=session.source.seed,
            wallets=session.source.wallets,
            begun_at=format_timestamp(session.begun_at),
        ),
    )


def _armed(answer: control.ArmedAnswer, given: int) -> ArmedAnswer:
    return ArmedAnswer(
        answer_id=answer.answer_id,
        operation=answer.operation,
        status=answer.status,
        percent=answer.percent,
        count=answer.count,
        latency_ms=round(answer.latency[0] * 1000),
        given=given,
    )


def _clock(session: Session) -> Answer[Clock]:
    return Answer(AnswerKind.OK, Clock(now=format_timestamp(session.clock.now()), frozen=session.clock.frozen))
