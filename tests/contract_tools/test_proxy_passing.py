"""What a proxy passes on and what it keeps to itself: streams as they come, headers, bodies, servers that break off."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import base58
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract_tools.parity.recording import Exchange, Reply, Request, read_recording
from contract_tools.parity.redaction import redacted
from contract_tools.proxy.recorder import RecordingWriter
from tests.contract_tools.listening import CONTRACT, SECONDS, listening, proxied

OPERATION = "op_589181046e287b19c63105f6b88fba50"
EVENTS = f"/api/wallets/refresh-operations/{OPERATION}/events"


class _Server:
    """An ASGI application that remembers what it was asked, and answers as `answer` does."""

    def __init__(self, answer: Callable[[Any, Any], Any]) -> None:
        self.asked: list[Any] = []
        self.left = threading.Event()
        self._answer = answer

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.asked.append(scope)
        message = await receive()
        while message.get("more_body"):
            message = await receive()
        await self._answer(receive, send)
        if (await receive())["type"] == "http.disconnect":
            self.left.set()


def _headers(*more: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    common = [(b"x-request-id", b"req_1"), (b"x-backend", b"real"), (b"cache-control", b"private, no-cache")]
    return [*common, *more]


async def _one_event(receive: Any, send: Any) -> None:
    headers = _headers((b"content-type", b"text/event-stream"))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"event: progress\ndata: {}\n\n", "more_body": True})


def test_a_stream_passes_as_it_comes_and_is_let_go_when_the_client_leaves(tmp_path: Path) -> None:
    server = _Server(_one_event)
    path = tmp_path / "traffic.jsonl"
    with path.open("w") as file, listening(server) as upstream:
        writer = RecordingWriter(file, CONTRACT)
        with proxied(upstream, recording=writer) as (client, found):
            with client.stream("GET", EVENTS) as answer:
                assert next(answer.iter_lines()) == "event: progress"  # though the server has not ended
            assert server.left.wait(SECONDS)
            assert found == []
    assert (writer.kept, writer.left_out) == (0, 1)
    assert list(read_recording(path)) == []


async def _named_connection(receive: Any, send: Any) -> None:
    headers = _headers(
        (b"connection", b"x-inner"),
        (b"x-inner", b"1"),
        (b"keep-alive", b"timeout=1"),
        (b"x-outer", b"1"),
        (b"location", b"/prefix/api/wallets/new"),
    )
    await send({"type": "http.response.start", "status": 418, "headers": headers})
    await send({"type": "http.response.body", "body": b"teapot"})


def test_headers_between_neighbours_stay_there_and_the_target_goes_as_it_came() -> None:
    server = _Server(_named_connection)
    with listening(server) as upstream, proxied(f"{upstream}/prefix", refuse=False) as (client, _):
        headers = {"Connection": "x-private", "X-Private": "1", "TE": "trailers", "X-Public": "1", "Cookie": "a=1"}
        answer = client.get("/api//wallets/%41b%2fc?x=%20+&y", headers=headers)
    [asked] = server.asked
    names = {name.decode() for name, _ in asked["headers"]}
    assert names.isdisjoint({"x-private", "te", "proxy-connection"})
    assert {"x-public", "cookie"} <= names
    assert asked["raw_path"] == b"/prefix/api//wallets/%41b%2fc"
    assert asked["query_string"] == b"x=%20+&y"
    assert dict(asked["headers"])[b"host"] == upstream.removeprefix("http://").encode()
    assert (answer.status_code, answer.content) == (418, b"teapot")
    assert answer.headers["x-outer"] == "1"
    assert answer.headers["location"] == "/api/wallets/new", "as the client knows it"
    assert "x-inner" not in answer.headers
    assert "keep-alive" not in answer.headers


def test_a_body_that_is_too_large_is_refused_without_being_read_whole() -> None:
    server = _Server(_named_connection)

    def endless() -> Iterator[bytes]:
        while True:
            yield b" " * 65_536

    with listening(server) as upstream:
        for refuse in (True, False):
            with proxied(upstream, refuse=refuse) as (client, _):
                try:
                    answer = client.post(
                        "/api/wallets", content=endless(), headers={"Content-Type": "application/json"}
                    )
                    assert answer.status_code == 413
                except httpx.TransportError:
                    pass  # the connection went while the client still wrote
    assert server.asked == []


async def _broken_off(receive: Any, send: Any) -> None:
    headers = _headers(
        (b"content-type", b"application/json"), (b"content-length", b"100"), (b"etag", b'W/"0123456789abcdef"')
    )
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise ConnectionError


def test_a_server_that_breaks_off_is_a_502_with_a_sentence() -> None:
    with listening(_Server(_broken_off)) as upstream, proxied(upstream) as (client, found):
        answer = client.get("/api/wallets")
    assert answer.status_code == 502
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {  # not one of the contract's: no server of the contract said it
        "type": "about:blank",
        "title": "Bad Gateway",
        "status": 502,
        "detail": "The proxy has no answer from the server behind it: it broke off, or does not speak HTTP.",
    }
    assert answer.headers["X-Contract-Proxy"] == "refused"
    assert found == []


def test_names_and_pages_that_may_ask() -> None:
    def statuses(client: httpx.Client) -> list[int]:
        page = {"Origin": "https://page.example"}
        return [
            client.get("/api/wallets", headers={"Host": "proxy.example"}).status_code,
            client.post("/api/wallets", headers=page, json={"wallet_address": "x"}).status_code,
        ]

    with proxied("http://127.0.0.1:9") as (client, _):
        assert statuses(client) == [403, 403]
    with proxied("http://127.0.0.1:9", hosts=["proxy.example"], origins=["https://page.example"]) as (client, _):
        assert statuses(client) == [502, 422]


def test_a_recording_has_no_secret_in_whatever_form_and_all_signatures() -> None:
    key = Ed25519PrivateKey.generate()
    keypair = key.private_bytes_raw() + key.public_key().public_bytes_raw()
    signatures = [base58.b58encode(bytes([1, number] * 32)).decode() for number in range(200)]
    escaped = "".join(f"\\u{ord(each):04x}" for each in base58.b58encode(keypair).decode())

    def kept(body: str) -> bool:
        exchange = Exchange(Request("GET", "/api/wallets"), Reply(200, {}, body))
        return redacted(exchange, CONTRACT) is not None

    events = "\n".join(f'data: {{"signature": "{each}"}}\n' for each in signatures)
    assert kept(json.dumps({"items": signatures}))
    assert kept(events)
    assert not kept(json.dumps([*signatures, list(keypair)]))
    assert not kept(f'{events}\ndata: {{"note": "{escaped}"}}\n')
    assert not kept(events + base58.b58encode(keypair).decode())
    assert not kept("[" * 100_000)


@pytest.mark.parametrize("body", ["[" * 400 + "]" * 400, '{"a": "\\ud800"}'])
def test_what_is_odd_is_recorded_or_left_out_and_never_an_error(body: str) -> None:
    exchange = Exchange(Request("GET", "/api/wallets"), Reply(200, {}, body))
    clean = redacted(exchange, CONTRACT)
    assert clean is None or clean.reply.body == body
