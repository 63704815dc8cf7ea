"""Requests made to hurt, straight into an ASGI application: half valid, then broken somewhere, or nonsense."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

from generated_models import ProblemCode
from server.contract import Contract
from server.contract.model import Operation

_IDS = re.compile(rb'"(wallet_address|operation_id|schedule_id)": ?"([A-Za-z0-9_]{10,100})"')
CODES = {code.value for code in ProblemCode}

_TEXTS = [
    "",
    " ",
    "0",
    "-1",
    "null",
    "true",
    "\x00",
    "\ud800",
    "é" * 50,
    "'; --",
    "../..",
    "{}",
    "%s%n",
    "1e999",
    "NaN",
]
_VALUES: list[Any] = [
    *[None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**400, 0.1, 1.0, 1e308, -0.0],
    *["", " ", "a", "0", "1", "01", "1.5", "1e5", "-1", "\x00", "\u202e", "x" * 3000, "9" * 40, "🦊"],
    *["2026-11-22T16:10:00.000Z", "0000-01-01T00:00:00.000Z", "2026-02-30T00:00:00.000Z", "9999-12-31T23:59:60.000Z"],
    *[[], {}, [[]], [None] * 50, {"a": {"b": {}}}, [1, "a", None]],
]
_RAW = [
    *[b"", b" ", b"NaN", b"Infinity", b"1e999", b"\xff", b"\xef\xbb\xbf{}", b"{", b"}", b'{"a":1,"a":2}', b'"\\ud800"'],
    *[b"[" * 40, b'{"a":' * 40, b"\x00", b"9" * 5000, b"{}{}", b"x" * 70_000, b'{"\\u0000":1}', b"[" * 32 + b"]" * 32],
]
_HEADERS: list[tuple[bytes, list[bytes]]] = [
    (b"if-match", [b"*", b'"1.1.fff"', b"W/", b"\xff", b'"' * 50, b'"1.1"', b'"99999999999999999999.0.xxx"']),
    (b"if-none-match", [b"*", b'W/"1.1.fff"', b'"', b",,,", b"\xe9"]),
    (b"idempotency-key", [b"6f1c2b9a-7c53-4a58-9d52-3a1f3b7a9c10", b"", b"x", b"urn:uuid:1", b"\xff" * 9]),
    (b"prefer", [b"wait=0", b"wait=99", b"wait=-1", b"wait", b"wait=1e9", b";;,,", b'x="', b"\x00", b"wait=0, wait=1"]),
    (b"last-event-id", [b"0", b"-1", b"9" * 40, b"\xff", b"1-1"]),
    (b"x-request-id", [b"a", b"\xff", b"a" * 500, b"a\tb", b""]),
    (b"x-api-key", [b"mock-read", b"mock-operate", b"", b"\xff", b"x" * 600]),
    (b"authorization", [b"Bearer a.b.c", b"Bearer", b"Basic xx", b"\xff", b"Bearer " + b"a" * 9000]),
    (b"accept", [b"text/html", b"*/*;q=\xff", b""]),
    (b"content-encoding", [b"gzip", b"identity", b"br, gzip"]),
    (b"origin", [b"http://a", b"null", b"\xff"]),
    (b"content-type", [b"text/plain", b"application/json", b"application/json; charset=latin-1", b"\xff", b""]),
]


@dataclass
class Sent:
    """One request, as it goes into the application."""

    method: str
    path: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: list[bytes]


class Fuzzer:
    """Makes requests from the contract: `known` are values of path parameters that may exist."""

    def __init__(self, contract: Contract, random: Random, known: dict[str, list[str]]) -> None:
        self._contract = contract
        self._random = random
        self._known = known
        self._bodies = {each.id: self._examples(each) for each in contract.operations if each.body is not None}
        for body in (body for bodies in self._bodies.values() for body in bodies):
            self.learn(json.dumps(body).encode())

    def _examples(self, operation: Operation) -> list[Any]:
        node = self._contract.document["paths"][operation.path][operation.method.lower()]["requestBody"]
        if "$ref" in node:
            node = self._contract.document["components"]["requestBodies"][node["$ref"].rsplit("/", 1)[1]]
        examples = node["content"]["application/json"].get("examples", {})
        return [each["value"] for each in examples.values() if "value" in each] or [{}]

    def learn(self, body: bytes) -> None:
        """Remember ids that a body names, to ask for them later."""
        for name, value in _IDS.findall(body):
            known = self._known.setdefault(name.decode(), [])
            if (text := value.decode()) not in known:
                known.append(text)
                del known[:-50]

    def request(self) -> Sent:
        """The next one."""
        random = self._random
        operation = random.choice(self._contract.operations)
        method = operation.method if random.random() < 0.95 else random.choice(["PATCH", "OPTIONS", "GET", "X"])
        return Sent(method, self._path(operation), self._query(operation), *self._rest(operation))

    def _path(self, operation: Operation) -> bytes:
        parts = []
        for part in operation.path.split("/"):
            if part.startswith("{"):
                good = self._known.get(part[1:-1])
                part = self._random.choice(good) if good and self._random.random() < 0.7 else self._word()  # noqa: PLW2901
                parts.append(part.encode() if part.isalnum() or "_" in part else quote_from_bytes(_utf8(part)).encode())
            else:
                parts.append(part.encode())
        path = b"/".join(parts)
        if self._random.random() < 0.05:
            path += self._random.choice([b"/", b"//", b"/..", b"%2f", b"%00", b"%ff", b"/%2e%2e/", b"?", b"%"])
        return path

    def _query(self, operation: Operation) -> bytes:
        if self._random.random() < 0.6:
            return b""
        names = [one.name for one in operation.located("query")] or ["a"]
        pairs = []
        for _ in range(self._random.randint(1, 3)):
            name = self._random.choice(names) if self._random.random() < 0.9 else self._word()
            value = self._random.choice(["1", "50", "200", "201", "FUNDED", "stale", "label", "true", self._word()])
            pairs.append(quote_from_bytes(_utf8(name)) + "=" + quote_from_bytes(_utf8(value)))
        raw = "&".join(pairs).encode()
        return (
            raw
            if self._random.random() < 0.9
            else raw + self._random.choice([b"&&", b"%", b"%zz", b"\xff", b"=", b"+"])
        )

    def _rest(self, operation: Operation) -> tuple[list[tuple[bytes, bytes]], list[bytes]]:
        random = self._random
        headers = [(b"host", b"fuzz")]
        for name, values in _HEADERS:
            if random.random() < 0.06:
                headers.append((name, random.choice(values)))
        if operation.id not in self._bodies and random.random() < 0.95:
            return headers, [b""]
        body = self._body(operation)
        if random.random() < 0.97:
            headers.append((b"content-type", b"application/json"))
        if random.random() < 0.8:
            headers.append((b"content-length", str(len(body)).encode()))
        else:
            headers.append((b"transfer-encoding", b"chunked"))
        cut = random.randint(0, len(body))
        return headers, [body[:cut], body[cut:]] if random.random() < 0.2 else [body]

    def _body(self, operation: Operation) -> bytes:
        if self._random.random() < 0.15:
            return self._random.choice(_RAW)
        value = copy.deepcopy(self._random.choice(self._bodies.get(operation.id, [{}])))
        for _ in range(self._random.choice([0, 0, 1, 1, 2])):
            value = self._broken(value)
        try:
            raw = json.dumps(value, ensure_ascii=self._random.random() < 0.5).encode()
        except UnicodeEncodeError:
            raw = json.dumps(value).encode()
        if self._random.random() < 0.05 and raw:
            at = self._random.randrange(len(raw))
            raw = raw[:at] + bytes([self._random.randrange(256)]) + raw[at + 1 :]
        return raw

    def _broken(self, value: Any) -> Any:
        random = self._random
        if isinstance(value, dict) and value and random.random() < 0.9:
            name = random.choice(list(value))
            match random.randrange(4):
                case 0:
                    del value[name]
                case 1:
                    value[self._word()] = copy.deepcopy(random.choice(_VALUES))
                case _:
                    value[name] = self._broken(value[name])
            return value
        if isinstance(value, list) and value and random.random() < 0.5:
            at = random.randrange(len(value))
            value[at] = self._broken(value[at])
            return value
        return copy.deepcopy(random.choice(_VALUES))

    def _word(self) -> str:
        return self._random.choice([*_TEXTS, "1" * 32, "1" * 44, "op_" + "0" * 32, "sch_" + "f" * 32, "z" * 300])


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


async def ask(app: Any, sent: Sent, *, events: int = 3) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body. Of a stream, the first `events` pieces: then the client leaves."""
    from urllib.parse import unquote_to_bytes

    pieces = [*sent.body]
    status, headers, body, got = 0, {}, b"", 0
    left = False

    async def receive() -> dict[str, Any]:
        if pieces:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}
        while not left:
            await _pause()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, headers, body, got, left
        if message["type"] == "http.response.start":
            assert not status, "two answers"
            status = message["status"]
            headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in message["headers"]}
        else:
            body += message.get("body", b"")
            got += 1
            left = left or got >= events or not message.get("more_body", False)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("fuzz", 80),
        "client": ("127.0.0.1", 1),
        "scheme": "http",
        "root_path": "",
        "method": sent.method,
        "path": unquote_to_bytes(sent.path).decode("utf-8", "replace"),
        "raw_path": sent.path,
        "query_string": sent.query,
        "headers": sent.headers,
        "state": {},
    }
    await app(scope, receive, send)
    return status, headers, body


async def _pause() -> None:
    import asyncio

    await asyncio.sleep(0.001)


def complaint(status: int, headers: dict[str, str], body: bytes, head: bool) -> str | None:
    """What is wrong with an answer; None if nothing is."""
    if status == 0:
        return "no answer"
    if status >= 500 and status not in (502, 503, 504):
        return f"an answer of {status}: {body[:300]!r}"
    if "x-request-id" not in headers or "x-backend" not in headers:
        return "an answer without its common headers"
    if status < 400 or head:
        return None
    if headers.get("content-type") != "application/problem+json":
        return f"{status} is {headers.get('content-type')}"
    problem = json.loads(body)
    if problem["status"] != status or problem["code"] not in CODES or problem["request_id"] != headers["x-request-id"]:
        return f"{status} is a wrong problem: {body[:300]!r}"
    return None


async def run(app: Any, fuzzer: Fuzzer, requests: int) -> dict[int, int]:
    """Send so many requests; how many there were of each status. Raises AssertionError at the first bad answer."""
    statuses: dict[int, int] = {}
    for _ in range(requests):
        sent = fuzzer.request()
        status, headers, body = await ask(app, sent)
        wrong = complaint(status, headers, body, sent.method == "HEAD")
        assert wrong is None, f"{wrong}\n{sent}"
        statuses[status] = statuses.get(status, 0) + 1
        if 200 <= status < 300:
            fuzzer.learn(body)
    return statuses
