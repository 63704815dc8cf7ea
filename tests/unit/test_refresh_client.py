"""The client behind `wallet-orchestrator refresh`, against a server that plays by a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from rich.console import Console

from wallet_cli import refresh_client
from wallet_cli.refresh_client import Progress, RefreshClient, Rejected, Unreachable
from wallet_cli.refresh_view import follow, show

OPERATION = "op_0123456789abcdef0123456789abcdef"
WALLETS = ["A" * 44, "B" * 44, "C" * 44]


class ScriptedTime:
    """`time` as the client uses it: it passes while somebody sleeps, and only then."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def _scripted_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh_client, "time", ScriptedTime())


def operation(done: int = 0, *, failed: int = 0, state: str = "RUNNING") -> dict[str, Any]:
    return {
        "operation_id": OPERATION,
        "state": state,
        "total": 3,
        "done": done,
        "complete": done - failed,
        "partial": 0,
        "failed": failed,
        "rpc_calls": {"getMultipleAccounts": 1},
        "finished_at": None if state == "RUNNING" else "2026-11-22T16:10:00.000Z",
    }


def result(wallet: str, *, fails: bool = False) -> dict[str, Any]:
    error = {"code": "chain_timeout", "message": "No \x1b[31manswer.", "retryable": True}
    part = {"outcome": "failed" if fails else "updated", "slot": None, "error": error if fails else None}
    return {
        "wallet_address": wallet,
        "outcome": "failed" if fails else "complete",
        "results": {"sol_balance": part, "token_holdings": None, "funding_transactions": part},
        "error": None,
        "finished_at": "2026-11-22T16:10:00.000Z",
    }


def event(kind: str, data: dict[str, Any], at: str) -> bytes:
    return f"id: {at}\nevent: {kind}\ndata: {json.dumps(data)}\n\n".encode()


class Script:
    """Answers requests; `streams` are the events of one connection after another."""

    def __init__(self, *streams: list[bytes] | httpx.Response | Exception) -> None:
        self.streams = list(streams)
        self.resumed: list[str | None] = []
        self.looks = [operation(1), operation(3, failed=1, state="COMPLETED")]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/refresh-all"):
            return httpx.Response(202, json=operation())
        if path.endswith("/events"):
            self.resumed.append(request.headers.get("Last-Event-ID"))
            stream = self.streams.pop(0)
            if isinstance(stream, Exception):
                raise stream
            if isinstance(stream, httpx.Response):
                return stream
            return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, content=_pieces(stream))
        if path.endswith("/results"):
            last = "page_token" in request.url.params
            items = [result(WALLETS[2], fails=True)] if last else [result(WALLETS[0]), result(WALLETS[1])]
            return httpx.Response(
                200, json={"items": items, "next_page_token": None if last else "more", "total_size": 3}
            )
        return httpx.Response(200, json=self.looks.pop(0))


def _pieces(stream: list[bytes]) -> Iterator[bytes]:
    yield b": open\n\n"
    for piece in stream:
        half = len(piece) // 2
        yield piece[:half]
        yield piece[half:]


def client(script: Callable[[httpx.Request], httpx.Response]) -> RefreshClient:
    return RefreshClient("http://server", transport=httpx.MockTransport(script))


def _end(script: Script) -> Progress:
    with client(script) as asking:
        progress = asking.start({"scope": "all"})
        for _ in asking.follow(progress):
            pass
    return progress


def _check(progress: Progress) -> None:
    assert progress.state == "COMPLETED"
    assert progress.parts["sol_balance"] == {"updated": 2, "failed": 1}
    assert not progress.parts["token_holdings"]
    assert [item["wallet_address"] for item in progress.failures] == [WALLETS[2]]


LAST = event("done", operation(3, failed=1, state="COMPLETED"), "1")


def test_a_stream_to_the_end() -> None:
    script = Script([event("result", result(WALLETS[n], fails=n == 2), f"0;0:{n + 1}") for n in range(3)] + [LAST])
    _check(_end(script))


def test_a_stream_that_breaks_is_resumed_where_it_was() -> None:
    script = Script(
        [event("result", result(WALLETS[0]), "0;0:1")],
        httpx.ReadError("gone"),
        httpx.Response(503),
        [b": heartbeat\n\n", event("result", result(WALLETS[1]), "0;0:2")],
        [event("result", result(WALLETS[2], fails=True), "0;0:3"), LAST],
    )
    _check(_end(script))
    assert script.resumed == [None, "0;0:1", "0;0:1", "0;0:1", "0;0:2"]


@pytest.mark.parametrize(
    "answer", [httpx.Response(404), httpx.Response(200, text="<html>"), httpx.Response(405)], ids=["404", "html", "405"]
)
def test_without_a_stream_it_asks(answer: httpx.Response) -> None:
    _check(_end(Script(answer)))


def test_nonsense_in_a_stream_makes_it_ask() -> None:
    _check(_end(Script([event("result", result(WALLETS[0]), "0;0:1"), b"event: result\ndata: {\n\n"])))


def test_no_server_is_unreachable() -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with client(nobody) as asking, pytest.raises(Unreachable, match="no server answers at http://server"):
        asking.start({})


def test_a_server_that_does_not_come_back() -> None:
    script = Script(*[httpx.ReadError("gone")] * 100_000)
    with pytest.raises(Unreachable):
        _end(script)


def test_a_server_that_says_no() -> None:
    def no(request: httpx.Request) -> httpx.Response:
        body = {"detail": "Another refresh is running.", "operation_id": OPERATION, "errors": []}
        return httpx.Response(409, json=body)

    with client(no) as asking, pytest.raises(Rejected, match=f"Another refresh is running.*--operation {OPERATION}"):
        asking.start({})


def test_an_address_that_is_none() -> None:
    with pytest.raises(Rejected):
        RefreshClient("http://[")


def test_the_terminal_shows_what_failed_and_why() -> None:
    console = Console(width=120, record=True, force_terminal=True)
    script = Script([event("result", result(WALLETS[n], fails=n == 2), f"0;0:{n + 1}") for n in range(3)] + [LAST])
    with client(script) as asking:
        progress = asking.start({})
        follow(asking, progress, console=console)
    show(progress, as_json=False, console=console)
    text = console.export_text()
    assert "3 of 3 wallets" in text
    assert "complete 2   partial 0   failed 1" in text
    assert WALLETS[2] in text
    assert "chain_timeout: No" in text
    assert "\x1b" not in text


def test_the_outcome_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(operation(3, failed=1, state="COMPLETED"))
    progress.add(result(WALLETS[2], fails=True))
    show(progress, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert said["operation"]["failed"] == 1
    assert said["parts"]["sol_balance"] == {"failed": 1}
    assert said["failures"][0]["wallet_address"] == WALLETS[2]
