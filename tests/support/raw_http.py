"""Raw HTTP made up from a seed: heads, queries, bodies, chunks, trailers, pipelines, up to every limit and beyond."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable

from mnemonic import Mnemonic

from server.contract import Contract
from server.process.protocol import HEAD_BYTES

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_METHODS = ["GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
_HEADERS = [
    "If-None-Match", "If-Match", "Prefer", "Idempotency-Key", "X-Request-Id", "Origin", "Authorization", "X-API-Key",
    "Last-Event-ID", "X-Mock-Session", "Accept", "Accept-Encoding", "Cookie", "Content-Type", "Content-Encoding",
    "Expect", "Upgrade", "Range", "Host", "X-Forwarded-For", "Access-Control-Request-Method", "TE", "X-A",
    "Access-Control-Request-Headers",
]  # fmt: skip
_OUTSIDE = [
    "/", "/docs", "/redoc", "/openapi.json", "/openapi.yaml", "/console/", "/metrics", "/nothing/here",
    "/__mock__/none",
    "/__mock__/s/{name}/api/wallets", "/__mock__/sessions/{name}",
]  # fmt: skip
"""Paths beside those of the contract."""
_BEGINNINGS = ["", "a", "a=", "a=b", '"', 'W/"', "a,", "wait=", "/", "0:"]
_FILLINGS = [
    " ",
    "\t",
    ",",
    ";",
    '"',
    "\\",
    "\\a",
    "a",
    "a=",
    "=",
    "%41",
    "%2f",
    '""',
    "W/",
    "a;q=0.0,",
    "0:0;",
    "/a",
    ".",
]
_ENDS = ["", "(", '"', "!", ",", "=", "\\"]


class RawHttp:
    """Makes cases: the bytes that one connection sends. The same seed and number make the same bytes."""

    def __init__(self, contract: Contract) -> None:
        self._paths = [
            operation.path for operation in contract.operations if "event" not in operation.path
        ] + _OUTSIDE  # a stream of events is not meant to end
        self._parameters = [each.name for operation in contract.operations for each in operation.parameters]
        self._words = Mnemonic("english").wordlist

    def case(self, seed: int, number: int) -> bytes:
        """One case: mostly one request, sometimes many; whole, or broken somewhere."""
        chance = random.Random(f"{seed} {number}")
        count = 1 if chance.random() < 0.85 else chance.choice([2, 5, 30, 60])
        data = b"".join(self._request(chance, last=each == count - 1, small=count > 5) for each in range(count))
        if chance.random() < 0.1:
            data = _broken(chance, data)
        return data

    def _request(self, chance: random.Random, *, last: bool, small: bool) -> bytes:
        head = [f"{chance.choice(_METHODS)} {self._target(chance, small=small)} HTTP/1.1", "Host: localhost"]
        if last:
            head.append(chance.choice(["Connection: close"] * 9 + ["Connection: close, Upgrade\r\nUpgrade: h2c"]))
        count = chance.choice([0, 0, 1, 3, 10])
        head += [f"{chance.choice(_HEADERS)}: {self._text(chance, small=small)}" for _ in range(count)]
        if not small and chance.random() < 0.05:
            head += [f"{chance.choice(_HEADERS)}: b"] * chance.choice([100, 1000, 4000])
        body = b""
        if chance.random() < 0.6:
            body = self._body(chance, small=small)
            head.append(chance.choice(["Content-Type: application/json"] * 8 + ["Content-Type: text/plain", "X: y"]))
            if chance.random() < 0.4:
                head.append("Transfer-Encoding: chunked")
                body = _chunked(chance, body)
            else:
                head.append(f"Content-Length: {len(body) + chance.choice([0] * 20 + [1, -1, 5])}")
        return "\r\n".join(head).encode("latin-1", "replace") + b"\r\n\r\n" + body

    def _target(self, chance: random.Random, *, small: bool) -> str:
        path = chance.choice(self._paths)
        while "{" in path:
            before, _, rest = path.partition("{")
            path = before + _plain(self._text(chance, small=True)) + rest.partition("}")[2]
        if chance.random() < 0.1:
            path += chance.choice(["/", "//", "/..", "/%2e%2e", "/" + "a/" * 5000, "%41" * 3000, ";x", "/%ff"])
        if chance.random() < 0.6:
            count = chance.choice([1, 1, 2, 5, 50, 120])
            names = [chance.choice([*self._parameters, "x", "a" * 50]) for _ in range(count)]
            room = (200 if small else HEAD_BYTES) // count
            path += "?" + "&".join(f"{name}={_plain(self._text(chance, small=small))[:room]}" for name in names)
        return path[: HEAD_BYTES + 100]

    def _text(self, chance: random.Random, *, small: bool) -> str:
        size = chance.choice([1, 10, 44, 88] if small else [1, 44, 88, 1000, 8000, 30_000])
        kinds: list[Callable[[], str]] = [
            lambda: "".join(chance.choices(_BASE58, k=size)),
            lambda: " ".join(chance.choices(self._words, k=max(1, size // 6))),
            lambda: " ".join("".join(chance.choices(_BASE58, k=88)) for _ in range(max(1, size // 89))),
            lambda: ",".join(str(chance.randrange(256)) for _ in range(max(1, size // 4))),
            lambda: "".join(chance.choices("0123456789abcdef", k=size)),
            lambda: chance.choice(['"', "%41", "%", "\\", ",", "=", "a=", 'W/"x",', " ", "0x", "\t", "-"]) * size,
            # What a parser that goes back would take every possible way through.
            lambda: chance.choice(_BEGINNINGS) + chance.choice(_FILLINGS) * size + chance.choice(_ENDS),
            lambda: chance.choice(_BEGINNINGS) + chance.choice(_FILLINGS) * size + chance.choice(_ENDS),
            lambda: str(chance.choice([0, -1, 1.5, 10**30, "true", "null", "FUNDED", "created_at", "wait=5", "op_x"])),
            lambda: base64.urlsafe_b64encode(chance.randbytes(size)).decode(),
        ]
        return chance.choice(kinds)()[:30_000]  # what fits into a head

    def _body(self, chance: random.Random, *, small: bool) -> bytes:
        size = chance.choice([1, 10] if small else [1, 10, 1000, 5000, 20_000])
        names = ["wallet_address", "label", "notes", "tags", "addresses", "scope", "parts", "wallets", "amount_sol"]

        def value() -> object:
            kinds: list[Callable[[], object]] = [
                lambda: self._text(chance, small=small),
                lambda: [chance.choice([1, "a", [], {}, None, 1e300])] * size,
                lambda: [self._text(chance, small=True) for _ in range(min(size, 600))],
                lambda: {f"k{number}": number for number in range(size)},
                lambda: chance.choice([None, True, 0, -1, 2**70, 1.5, "", 10**400]),
            ]
            return chance.choice(kinds)()

        raw = json.dumps({chance.choice(names): value() for _ in range(chance.choice([1, 2, 4]))}).encode()
        if chance.random() < 0.15:
            raw = chance.choice(
                [b"[" * size, b'{"a":' * size, b'"' + b"\\u0041" * size + b'"', b"9" * size, b"{}" + raw]
            )
        return raw[:70_000]


def _plain(text: str) -> str:
    return text.replace(" ", "+").replace("#", "").replace("&", "").replace("\t", "")


def _chunked(chance: random.Random, body: bytes) -> bytes:
    size = chance.choice([1, 7, 1000, 100_000])
    extension = chance.choice([b"", b"", b"", b";a=b", b";" + b"x" * 2000])
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    data = b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces)
    trailers = chance.choice([b"", b"", b"X-API-Key: x\r\n", b"X-A: b\r\n" * 1000, b"X-A: " + b"a" * 40_000 + b"\r\n"])
    return data + b"0" + extension + b"\r\n" + trailers + b"\r\n"


def _broken(chance: random.Random, data: bytes) -> bytes:
    where = chance.randrange(max(1, min(len(data), 4000)))
    if chance.random() < 0.5:
        return data[:where] + chance.randbytes(chance.choice([1, 2, 20])) + data[where + 1 :]
    return data[:where]
