"""A session's journal as `openapi.mock.yaml` shows it: entries, events and counts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from backends.answers import ServerEvent
from backends.orchestrator.timestamps import format_timestamp
from generated_models.mock import ServedRequest, Verification, VerifyRequest

from .journal import Journal, JournalEntry


def served_request(entry: JournalEntry) -> ServedRequest:
    """One entry."""
    request = entry.request
    exchange = request.redacted()
    return ServedRequest(
        request_id=request.request_id,
        operation=request.operation,
        method=request.method,
        path=request.path,
        query=request.query,
        status=request.status,
        milliseconds=request.milliseconds,
        preferences=list(request.preferences),
        armed=request.armed,
        request_headers=dict(exchange.request_headers),
        request_body=exchange.request_body,
        response_headers=dict(exchange.response_headers),
        response_body=exchange.response_body,
        served_at=format_timestamp(entry.served_at),
    )


async def events(journal: Journal, after: int | None) -> AsyncIterator[ServerEvent]:
    """Each request as an event, when it was answered."""
    async for entry in journal.follow(after):
        yield ServerEvent("request", served_request(entry).model_dump_json(), str(entry.number))


def verified(wanted: VerifyRequest, journal: Journal) -> Verification:
    """How many requests are such, and whether that is as many as expected."""
    count = sum(_fits(wanted, entry) for entry in journal)
    expected = [
        (wanted.exactly is None or count == wanted.exactly, f"exactly {wanted.exactly}", wanted.exactly),
        (wanted.at_least is None or count >= wanted.at_least, f"at least {wanted.at_least}", wanted.at_least),
        (wanted.at_most is None or count <= wanted.at_most, f"at most {wanted.at_most}", wanted.at_most),
    ]
    said = [words for _, words, number in expected if number is not None]
    holds = all(fits for fits, _, _ in expected) if said else count > 0
    return Verification(
        verified=holds,
        count=count,
        detail=f"{count} of {len(journal)} requests are such; {' and '.join(said) or 'at least 1'} were expected.",
    )


def _fits(wanted: VerifyRequest, entry: JournalEntry) -> bool:
    request = entry.request
    if wanted.operation not in (None, request.operation) or wanted.status not in (None, request.status):
        return False
    if wanted.path not in (None, request.path):
        return False
    query = parse_qs(request.query, keep_blank_values=True)
    if any(value not in query.get(name, ()) for name, value in (wanted.query or {}).items()):
        return False
    return not wanted.body or _has_members(request.redacted().request_body, wanted.body)


def _has_members(body: str | None, members: Mapping[str, Any]) -> bool:
    try:
        found = json.loads(body or "null")
    except ValueError:
        return False
    missing = object()
    return isinstance(found, dict) and all(found.get(name, missing) == value for name, value in members.items())
