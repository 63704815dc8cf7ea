"""The validation proxy over sockets, before a mock and before a server that breaks the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from contract_tools.parity.recording import read_recording
from contract_tools.proxy.recorder import RecordingWriter
from tests.contract_tools.listening import CONTRACT, SECONDS, listening, proxied
from wallet_orchestrator_pytest import WalletMock


def test_what_keeps_the_contract_passes_and_is_recorded(tmp_path: Path, wallet_mock: WalletMock) -> None:
    path = tmp_path / "traffic.jsonl"
    with path.open("w") as file:
        writer = RecordingWriter(file, CONTRACT)
        with proxied(wallet_mock.url, recording=writer) as (client, found):
            client.headers.update({**wallet_mock.session(), "X-API-Key": "canary-key", "Cookie": "canary=1"})
            first = client.get("/api/wallets", params={"page_size": "1"})
            again = client.get(
                "/api/wallets", params={"page_size": "1"}, headers={"If-None-Match": first.headers.get("ETag", '"-"')}
            )
            export = client.get("/api/wallets/export", params={"format": "csv"})
            head = client.head("/api/wallets/")
            started = client.post("/api/wallets/refresh-all", json={})
            events = client.get(f"{started.headers['Location']}/events")
            missing = client.get("/api/wallets/7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5")
    assert [first.status_code, export.status_code, head.status_code, missing.status_code] == [200, 200, 200, 404]
    assert again.status_code in (200, 304)
    assert first.json()["total_size"] == 50
    assert export.text.count("\n") == 51
    assert "event: done" in events.text
    assert found == []
    assert "X-Contract-Proxy" not in first.headers
    assert "canary" not in path.read_text()
    assert [one.reply.status for one in read_recording(path)][-1] == 404
    assert (writer.kept, writer.left_out) == (7, 0)


def test_a_request_that_breaks_the_contract_never_reaches_the_server(wallet_mock: WalletMock) -> None:
    with proxied("http://127.0.0.1:9") as (client, found):  # where nobody listens
        wrong = client.get("/api/wallets", params={"page_siz": "canary"}, headers={"Origin": "http://localhost:5173"})
        large = client.post("/api/wallets", content=b" " * 2_000_000, headers={"Content-Type": "application/json"})
        nowhere, method = client.get("/api/walets"), client.delete("/api/wallets")
        foreign = client.get("/api/wallets", headers={"Host": "page.example"})
        away = client.get("/api/wallets")
    answers = [wrong, large, nowhere, method, foreign, away]
    assert [one.status_code for one in answers] == [422, 413, 404, 405, 403, 502]
    assert {one.headers["X-Contract-Proxy"] for one in answers} == {"refused"}
    assert away.json()["detail"].endswith("nothing answers at its address.")
    assert wrong.json()["errors"][0]["where"] == "/query/page_siz"
    assert wrong.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert [one.side for one in found] == ["request"] * 4
    assert "canary" not in "".join(one.text for one in found)
    with proxied(wallet_mock.url, refuse=False) as (client, found):
        reported = client.get("/api/wallets", params={"page_siz": "1"}, headers=wallet_mock.session())
        docs = client.get("/openapi.yaml")
    assert (reported.status_code, reported.headers["X-Contract-Proxy"], len(found)) == (422, "reported", 2)
    assert "X-Backend" in reported.headers
    assert docs.text.startswith("openapi:")


def test_an_answer_that_breaks_the_contract_is_refused_or_reported(wallet_mock: WalletMock) -> None:
    problem = b'{"status": 500}'
    wrong_answers: list[tuple[int, bytes, bytes, str]] = [
        (200, b"application/json", b'{"items": "canary"}', "schema"),
        (200, b"application/json", b"{", "JSON"),
        (200, b"text/html", b"<p>", "not declared"),
        (418, b"application/json", b"{}", "not declared"),
        (500, b"application/problem+json", problem, "schema"),
        (200, b"application/json", _two_wallets(wallet_mock), "no_more_than_asked_for"),
    ]
    with listening(_FixedAnswers(wrong_answers)) as upstream:
        with proxied(upstream) as (client, found):
            answers = [client.get("/api/wallets?page_size=1") for _ in wrong_answers]
        assert {one.status_code for one in answers} == {500}
        assert {one.headers["X-Contract-Proxy"] for one in answers} == {"refused"}
        assert {one.json()["code"] for one in answers} == {"internal_error"}
        for breach, (_, _, _, words) in zip(found, wrong_answers, strict=True):
            assert (breach.operation, breach.side) == ("listWallets", "answer")
            assert words in breach.text
            assert "canary" not in breach.text
        with proxied(upstream, refuse=False) as (client, found):
            passed = [client.get("/api/wallets?page_size=1") for _ in wrong_answers]
        assert [(one.status_code, one.content) for one in passed] == [
            (status, body) for status, _, body, _ in wrong_answers
        ]
        assert {one.headers["X-Contract-Proxy"] for one in passed} == {"reported"}
        assert len(found) == len(wrong_answers)


def _two_wallets(mock: WalletMock) -> bytes:
    return httpx.get(f"{mock.url}/api/wallets?page_size=2", headers=mock.session(), timeout=SECONDS).content


class _FixedAnswers:
    """A server that gives the answers of a list, again and again."""

    def __init__(self, answers: list[tuple[int, bytes, bytes, str]]) -> None:
        self._answers = answers
        self._next = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        status, media_type, body, _ = self._answers[self._next % len(self._answers)]
        self._next += 1
        headers = [
            (b"content-type", media_type),
            *((b"x-request-id", b"req_1"), (b"x-backend", b"real"), (b"cache-control", b"private, no-cache")),
            (b"etag", b'W/"0123456789abcdef"'),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
