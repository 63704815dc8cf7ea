"""How much a session's journal keeps: so many requests, and so many bytes of the newest ones."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from solders.keypair import Keypair

from backends.mock.journal import MOST_BYTES, MOST_REQUESTS, Journal
from server.contract.model import Operation
from server.mocking.exchange import MOST_HEAD_BYTES, RecordedRequest

NOW = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
OPERATION = Operation("listWallets", "GET", "/api/wallets/{wallet_address}", "wallets", (), None, {}, "read")
BODY = b"x" * 40_000


def _request(number: int, *, path: bytes = b"/api/wallets", query: bytes = b"", status: int = 200) -> RecordedRequest:
    scope: dict[str, Any] = {
        "request_id": f"req_{number}",
        "method": "GET",
        "raw_path": path,
        "query_string": query,
        "headers": [(b"host", b"here")],
    }
    request = RecordedRequest(OPERATION, scope)
    request.status = status
    request.went_on(BODY)
    return request


def _kept(journal: Journal) -> list[bool]:
    return [entry.request.redacted().response_body is not None for entry in journal]


def test_the_oldest_bodies_go_when_there_are_too_many_bytes() -> None:
    journal = Journal()
    fitting = MOST_BYTES // _request(0).size
    for number in range(fitting):
        journal.add(_request(number), NOW)
    assert _kept(journal) == [True] * fitting
    for number in range(5):
        journal.add(_request(fitting + number), NOW)
    assert _kept(journal) == [False] * 5 + [True] * fitting
    journal.clear()
    for number in range(fitting):
        journal.add(_request(number), NOW)
    assert _kept(journal) == [True] * fitting


def test_the_oldest_requests_go_and_leave_their_room(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal()
    monkeypatch.setattr(f"{__name__}.BODY", b"x")
    for number in range(2 * MOST_REQUESTS + 3):
        journal.add(_request(number), NOW)
    assert [entry.number for entry in journal] == list(range(MOST_REQUESTS + 4, 2 * MOST_REQUESTS + 4))
    assert all(_kept(journal))
    assert journal._bytes == sum(entry.request.size for entry in journal)


def test_every_request_is_seen_at_once() -> None:
    journal = Journal()
    for number in range(1, 40):
        journal.add(_request(number), NOW)
        assert len(journal) == number
        assert next(journal.newest_first()).number == number
    for number in range(3):
        journal.add(_request(number), NOW)
    journal.clear()
    assert list(journal) == []
    journal.add(_request(0), NOW)
    assert [entry.number for entry in journal] == [43]


async def test_a_follower_is_told_of_each_request_at_once() -> None:
    journal = Journal()
    journal.add(_request(1), NOW)
    journal.add(_request(2), NOW)
    following = journal.follow(after=1)
    assert (await anext(following)).number == 2
    told = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    journal.add(_request(3), NOW)
    async with asyncio.timeout(5):
        assert (await told).number == 3
    await following.aclose()  # type: ignore[attr-defined]


def test_a_long_head_goes_with_the_bodies_and_is_still_shown_as_far_as_paths_are() -> None:
    path = b"/api/wallets/" + b"1" * MOST_HEAD_BYTES
    request = _request(0, path=path, query=b"a=b")
    request.drop_bodies()
    assert (request.path, request.query) == (path.decode()[:500], "a=b")
    assert request.redacted().request_headers == {}
    assert _request(0, path=path, status=400).path == OPERATION.path


def test_a_secret_across_the_cut_leaves_the_template() -> None:
    secret = str(Keypair()).encode()
    request = _request(0, path=b"/api/wallets/" + b"0" * 470 + b"/" + secret)
    assert (request.path, request.query) == (OPERATION.path, "")
    assert _request(0, query=b"q=" + secret).path == OPERATION.path
