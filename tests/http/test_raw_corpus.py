"""Hostile bytes on a real socket: never a 500, always a problem, on every operation that takes a body."""

from __future__ import annotations

import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.app import create_app
from server.operations.json_body import MAX_DEPTH
from server.process.time_limits import REQUEST_SECONDS
from server.settings import Settings
from tests.http.conftest import serving
from tests.http.example_backend import CONTRACT, ExampleBackend
from tests.http.raw import exchange, request
from tests.support.requests import example_path

ADDRESS = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
WRITING = [(one.method, example_path(one)) for one in CONTRACT.operations if one.body]

MALFORMED = {
    "NaN": b'{"a":NaN}',
    "Infinity": b"Infinity",
    "minus Infinity": b'{"a":-Infinity}',
    "1e999": b'{"a":1e999}',
    "lone surrogate": rb'{"a":"\ud800"}',
    "lone low surrogate": rb'{"a":"\udc00x"}',
    "surrogate in a name": rb'{"\ud800":1}',
    "raw surrogate": b'{"a":"\xed\xa0\x80"}',
    "invalid UTF-8": b'{"a":"\xff"}',
    "overlong UTF-8": b'{"a":"\xc0\xaf"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "NUL": b'{"a":"\x00"}',
    "NUL behind": b"{}\x00",
    "raw control character": b'{"a":"\x1f"}',
    "same member twice": b'{"a":1,"a":1}',
    "same member, spelt twice": rb'{"a":1,"\u0061":1}',
    "same member within": b'[{"b":{"a":1,"a":2}}]',
    "too deep": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "much too deep": b"[" * 4_000,
    "deep objects": b'{"a":' * 800,
    "5,000 digits": b'{"a":' + b"9" * 5000 + b"}",
    "leading zero": b'{"a":01}',
    "plus": b'{"a":+1}',
    "hexadecimal": b'{"a":0x1}',
    "single quotes": b"{'a':1}",
    "comment": b"{} // no",
    "trailing comma": b'{"a":1,}',
    "two values": b"{}{}",
    "cut short": b'{"a":',
    "spaces alone": b"   ",
    "a word": b"undefined",
    "form": b"a=1&b=2",
}
INVALID = {
    "null": b"null",
    "true": b"true",
    "a number": b"0",
    "a string": b'"x"',
    "an array": b"[]",
    "as deep as may be": b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
    "a long integer": b'{"a":' + b"9" * 300 + b"}",
    "minus zero": b'{"a":-0}',
    "escaped NUL": rb'{"a":"\u0000"}',
    "prototype": b'{"__proto__":{"x":1}}',
    "many members": b"{" + b",".join(b'"k%d":1' % number for number in range(4000)) + b"}",
    "brackets in strings": b'{"a":"' + b"[" * 5000 + b'"}',
    "escaped quotes": b'{"a":"\\"{[[[\\\\"}',
}


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_malformed_json_is_a_400(port: int, method: str, path: str) -> None:
    for name, body in MALFORMED.items():
        answer = exchange(port, request(method, path, body))
        assert (answer.status, answer.problem["code"]) == (400, "malformed_json"), name


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_invalid_values_are_a_422(port: int, method: str, path: str) -> None:
    for name, body in INVALID.items():
        answer = exchange(port, request(method, path, body))
        assert (answer.status, answer.problem["code"]) == (422, "validation_failed"), name
        assert len(answer.problem["errors"]) <= 100


@pytest.mark.parametrize(("method", "path"), WRITING)
@pytest.mark.parametrize(
    ("media_type", "more"),
    [
        (None, ""),
        ("text/plain", ""),
        ("application/json; charset=utf-16", ""),
        ("application/xml", ""),
        ("application/x-www-form-urlencoded", ""),
        ("application/problem+json", ""),
        ("", ""),
        ("*/*", ""),
        ("application/json", "Content-Type: application/json\r\n"),
        ("application/json", "Content-Encoding: gzip\r\n"),
    ],
)
def test_other_media_types_are_a_415(port: int, method: str, path: str, media_type: str | None, more: str) -> None:
    answer = exchange(port, request(method, path, b"\xff not even read", media_type, more))
    assert (answer.status, answer.problem["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON", 'application/json; charset="UTF-8"'])
def test_media_types_that_are_json(port: int, media_type: str) -> None:
    assert exchange(port, request("POST", "/api/wallets/refresh-all", b"{}", media_type)).status == 202


def test_bodies_above_the_limit(port: int) -> None:
    largest = b'{"a":"' + b"x" * (65_536 - 8) + b'"}'
    assert len(largest) == 65_536
    assert exchange(port, request("POST", "/api/wallets", largest)).status == 422
    declared = exchange(port, request("POST", "/api/wallets", largest + b" "))
    assert (declared.status, declared.problem["code"]) == (413, "payload_too_large")
    chunked = (
        b"POST /api/wallets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n" + b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    ) + (b"8000\r\n" + b" " * 0x8000 + b"\r\n") * 2
    assert exchange(port, chunked + b"0\r\n\r\n").status == 413


@pytest.mark.parametrize("path", ["/api/wallets", f"/api/wallets/{ADDRESS}", "/healthz"])
def test_a_large_body_where_none_belongs(port: int, path: str) -> None:
    answer = exchange(port, request("GET", path, b"x" * 70_000))
    assert (answer.status, answer.problem["code"]) == (422, "validation_failed")
    assert answer.problem["errors"][0]["where"] == "/body"
    assert answer.headers["connection"] == "close"


SLOW = [(method, path, body) for method, path in [*WRITING, ("GET", "/api/wallets")] for body in (b"", b'{"a"')]


def test_slow_bodies() -> None:
    """All at once: each waits for the server to lose its patience."""
    settings = Settings(wallet_request_seconds=0.3)

    def send_a_beginning(method: str, path: str, start: bytes) -> None:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=REQUEST_SECONDS) as connection:
            head = request(method, path, b"x" * 1000).removesuffix(b"x" * 1000)
            connection.sendall(head + start)
            received = b""
            with contextlib.suppress(ConnectionError):
                while chunk := connection.recv(65_536):
                    received += chunk
                    connection.sendall(b" ")
        assert time.monotonic() - began < REQUEST_SECONDS - 1
        status = 422 if method == "GET" else 400
        assert received.startswith(b"HTTP/1.1 %d " % status), (method, path, received)
        assert b"did not arrive in time" in received

    app = create_app(ExampleBackend(), settings=settings, contract=CONTRACT)
    with serving(app) as port, ThreadPoolExecutor(len(SLOW)) as pool:
        list(pool.map(send_a_beginning, *zip(*SLOW, strict=True)))


ENCODED = ["%2F", "%2f..%2f", "..%2f", "%2e%2e", "%2e%2e%2f", "%00", "%ff", "%", "%zz", "%c0%af", "a%0d%0ab", "%252f"]


@pytest.mark.parametrize("encoded", ENCODED)
def test_encoded_slashes_and_dots(port: int, encoded: str) -> None:
    for path in (
        f"/api/wallets/{encoded}",
        f"/api/wallets/{encoded}/refresh",
        f"/api/{encoded}wallets",
        f"/docs/{encoded}",
    ):
        for method in ("GET", "POST", "PUT", "DELETE"):
            answer = exchange(port, request(method, path, b"{}" if method in ("POST", "PUT") else None))
            assert answer.status in (400, 404, 405, 422), (method, path, answer)
            assert answer.problem["code"] != "internal_error"


def test_a_chunked_body_is_read(port: int) -> None:
    chunks = [b'{"', b'parts":', b"[1]", b"}", b""]
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    more = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    head = request("POST", "/api/wallets/refresh-all", more=more)
    assert exchange(port, head + body).problem["errors"][0]["where"] == "/body/parts/0"


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "OPTIONS", "QUERY", "PROPFIND"])
def test_other_methods_are_a_405_with_allow(port: int, method: str) -> None:
    answer = exchange(port, request(method, f"/api/wallets/{ADDRESS}"))
    assert (answer.status, answer.problem["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PUT"


def test_literals_win_over_templates(port: int) -> None:
    answer = exchange(port, request("GET", "/api/wallets/refresh-all"))
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


def test_head_is_get_without_the_body(port: int) -> None:
    for path in ("/api/wallets", f"/api/wallets/{ADDRESS}", "/docs", "/openapi.json"):
        got, headed = (exchange(port, request(method, path)) for method in ("GET", "HEAD"))
        assert headed.body == b""
        assert (got.status, headed.status) == (200, 200)
        assert got.headers["content-length"] == headed.headers["content-length"] == str(len(got.body))


@pytest.mark.parametrize(
    "path", ["/", "/nope", "//", "/api", "/api/wallets//", "/api//wallets", "/api/wallets/a/b/c", "*"]
)
def test_other_paths_are_a_404_and_the_root_leads_to_the_console(port: int, path: str) -> None:
    if path == "/":
        assert exchange(port, request("GET", path)).headers["location"] == "/console/"
        return
    answer = exchange(port, request("GET", path))
    assert (answer.status, answer.problem["code"]) == (404, "route_not_found")


def test_a_body_that_was_not_read_does_not_become_a_request(port: int) -> None:
    smuggled = request("DELETE", f"/api/wallets/{ADDRESS}")
    first = request("POST", "/api/wallets", smuggled, "text/plain").replace(b"Connection: close\r\n", b"", 1)
    answer = exchange(port, first)
    assert answer.status == 415
    assert answer.headers["connection"] == "close"
    assert answer.body.count(b"HTTP/1.1") == 0
