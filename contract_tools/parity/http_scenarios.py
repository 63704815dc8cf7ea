"""What HTTP and JSON let a client say in several ways: bodies, numbers, credentials, codings, origins; and secrets.

Servers that were written apart differ there first: the one reads more than the other, or tells less of what it refuses.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import base58

from contract_tools.parity.recording import Reply, Request, Script
from contract_tools.parity.refusal_scenarios import LARGEST_BODY
from contract_tools.parity.seeding import API, JSON, post, put
from contract_tools.parity.shared_world import PAGE_ORIGIN, address

_WALLET, _KEYED = address(12_000), address(12_001)
_DEEPEST = 32  # levels of a body
_LONGEST_INTEGER = 4_300  # digits
_NOTES = "n" * 2000  # worth compressing
_PUBLIC_KEY = bytes.fromhex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29")
_KEYPAIR = bytes(32) + _PUBLIC_KEY
"""The ed25519 keys of 32 zero bytes, which are in every textbook."""
_LAST_WORDS = {12: "about", 15: "address", 18: "agent", 21: "admit", 24: "art"}
"""Of the phrases whose entropy is all zeros, by their length: the first test vectors of BIP-39."""
_PLAIN_BODIES = (
    '{"label": "\\ud800"}', '{"label": "\\udc00\\ud800"}', '{"label": "\\ud83d\\ude00"}', '{"label": "\udcff"}',
    '{"label": "\udcc0\udc80"}', '{"label": 1e400}', '{"label": -1e400}', '{"label": 1e308}', '{"label": Infinity}',
    '{"label": -0}', '{"label": "a"} x', '{"label": "a"}\n', '{"label": "a",}', "{'label': 'a'}", '{"label": "\t"}',
    '{"label": "\\u0000"}', '{"lable": "a"}', '{"Label": "a"}', '{"label": "a", "labels": ["a"]}', '{"label": "\\/"}',
)  # fmt: skip
"""Of bytes that are no UTF-8, the lone surrogates stand for the bytes (PEP 383)."""
_NUMBERS = ("05", "+5", "5.0", "5e0", "\u0665", "5 ", " 5", "5_0", "0x5", "-0", "")
_BOOLEANS = ("True", "TRUE", "1", "yes", "")
_NEAR_NAMES = ("page_siz=5", "Page_size=5", "page-size=5", "sorted=label", "freshnes=stale", "TAG=ops")


def http_scenarios() -> Script:
    """All of them."""
    metadata: dict[str, Any] = {"label": "forms", "notes": _NOTES, "tags": ["forms"], "status_override": None}
    yield post("", {"wallet_address": _WALLET, **metadata})
    yield from _bodies()
    yield from _parameters()
    yield from _body_where_there_is_none()
    yield from _credentials()
    yield from _origins()
    yield from _compressed()
    yield from _names_of_requests(metadata)
    yield from _secrets()


def _bodies() -> Script:
    """Bodies that some readers of JSON take, and others don't."""
    path = f"{API}/{_WALLET}"
    for body in _PLAIN_BODIES:
        yield Request("PUT", path, JSON, body, "a body that not every reader takes")
    for depth in (_DEEPEST - 1, _DEEPEST):
        yield Request("PUT", path, JSON, f'{{"x": {"[" * depth}{"]" * depth}}}', f"{depth + 1} levels")
    for digits in (_LONGEST_INTEGER, _LONGEST_INTEGER + 1):
        yield Request("PUT", path, JSON, f'{{"label": {"9" * digits}}}', f"{digits} digits")
    whole = '{"label": "chunked", "notes": null, "tags": [], "status_override": null}'
    for body in (whole, whole[:-1], whole.ljust(LARGEST_BODY), whole.ljust(LARGEST_BODY + 1)):
        yield Request("PUT", path, {**JSON, "Transfer-Encoding": "chunked"}, body, "in chunks")
    yield Request("GET", path, note="what was taken")


def _parameters() -> Script:
    """Texts that stand for no number and no boolean of JSON, nothing at all, and names that are nearly right."""
    for text in _NUMBERS:
        yield Request("GET", f"{API}?page_size={quote(text)}", note="as a number")
    for text in _BOOLEANS:
        yield Request("DELETE", f"{API}/{_KEYED}?force={text}", note="as a boolean")
        yield Request("GET", f"{API}?unknown_status={text}", note="as a boolean")
    for name in ("q", "tag", "status", "min_balance", "page_token", "sort", "direction", "nosuch"):
        yield Request("GET", f"{API}?{name}=", note="nothing as a value")
    for query in (*_NEAR_NAMES, "tag=a+b", "tag=a%2Bb", "tag=a;q=b", "tag=a&amp;q=b", "&&tag=a&", "tag"):
        yield Request("GET", f"{API}?{query}", note="nearly right")
    for accepted in ("application/xml", "text/csv", "application/json;q=0", "text/html, */*;q=0.1"):
        for target in (f"{API}/{_WALLET}", f"{API}/export?format=jsonl&tag=forms"):
            yield Request("GET", target, {"Accept": accepted}, note=f"accepting {accepted}")
    for name, value in (("Range", "bytes=0-9"), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")):
        yield Request("GET", f"{API}/{_WALLET}", {name: value}, note=f"with {name}, which nothing promises")
    for wait in ("wait=30, wait=0", "wait=x, wait=30", "wait=30; x=1"):
        yield post("/refresh-all", {"addresses": [_WALLET]}, f"Prefer: {wait}", Prefer=wait)


def _body_where_there_is_none() -> Script:
    """What is asked with a body that nothing is to be read from."""
    for method, target in (("GET", API), ("GET", f"{API}/{_WALLET}"), ("DELETE", f"{API}/{_KEYED}"), ("HEAD", API)):
        for headers, body in (
            (JSON, "{}"),
            ({}, "x"),
            ({"Transfer-Encoding": "chunked"}, "x"),
            (JSON, " " * (LARGEST_BODY + 1)),
        ):
            yield Request(method, target, headers, body, "a body where there is none")


def _credentials() -> Script:
    """Keys in the places of others, several at once, and written otherwise."""
    for who, headers in (
        ("operate", {"Authorization": "Bearer x.y.z"}),
        ("operate", {"Authorization": "Basic eDp5"}),
        ("nobody", {"Authorization": "Bearer $operate"}),
        ("nobody", {"Authorization": "Basic $operate"}),
        ("nobody", {"Authorization": "$operate"}),
        ("nobody", {"Authorization": "Bearer x.y.z"}),
        ("nobody", {"X-API-Key": ""}),
        ("nobody", {"X-API-Key": "$operate, $read"}),
        ("nobody", {"X-API-Key": "$operate$operate"}),
        ("nobody", {"X-API-Key": '"$operate"'}),
        ("nobody", {"X-API-Key": "k" * 600}),
        ("nobody", {"Cookie": "X-API-Key=$operate"}),
        ("read", {"X-Role": "operate", "X-HTTP-Method-Override": "DELETE"}),
    ):
        yield Request("GET", f"{API}/me", headers, note="a credential in another form", who=who)


def _origins() -> Script:
    """Pages of an origin that is allowed, and of one that is not: answers, refusals and preflights."""
    for origin in (PAGE_ORIGIN, f"{PAGE_ORIGIN}:8443", PAGE_ORIGIN.upper(), "null"):
        for method, target, who in (("GET", API, "operate"), ("GET", API, "nobody"), ("HEAD", f"{API}/x", "read")):
            yield Request(method, target, {"Origin": origin}, note=f"from {origin}", who=who)
        for asked in ("DELETE", "PATCH"):
            headers = {"Access-Control-Request-Method": asked, "Access-Control-Request-Headers": "if-match, x-other"}
            headers["Origin"] = origin
            yield Request("OPTIONS", f"{API}/{_WALLET}", headers, note="a preflight", who="nobody")
    for headers in ({}, {"Origin": PAGE_ORIGIN}, {"Access-Control-Request-Method": "GET"}):
        yield Request("OPTIONS", API, headers, note="no preflight")


def _compressed() -> Script:
    """Answers of each kind for who takes gzip, and what their tags are good for."""
    gzip, path = {"Accept-Encoding": "gzip"}, f"{API}/{_WALLET}"
    yield put(path, {"label": "c", "notes": _NOTES, "tags": ["forms"], "status_override": None})
    plain = yield Request("GET", path, note="as it is")
    packed = yield Request("GET", path, gzip, note="compressed")
    for tag in _tags(plain, packed):
        for method, headers in (("GET", gzip), ("GET", {}), ("HEAD", {})):
            yield Request(method, path, {**headers, "If-None-Match": tag}, note="unless it is that one")
    for query in ("format=csv", "format=jsonl", "format=jsonl&history=true"):
        for method in ("GET", "HEAD"):
            yield Request(method, f"{API}/export?{query}&tag=forms", gzip, note="compressed")
    for target in (path, f"{API}?page_size=200", f"{API}/tags", f"{API}/{address(0)}"):
        for method in ("GET", "HEAD"):
            yield Request(method, target, gzip, note="compressed")
    for tag in _tags(packed):
        body = {"label": "c", "notes": None, "tags": ["forms"], "status_override": None}
        yield put(path, body, "on the version of a compressed answer", If_Match=tag)


def _tags(*replies: Reply | None) -> Iterator[str]:
    for reply in replies:
        tag = reply.headers.get("etag", "") if reply is not None else ""
        yield from (tag, f"W/{tag}")


def _names_of_requests(metadata: dict[str, Any]) -> Script:
    """A client's own name for a request is in what is kept of it; keys are texts, and so is their case."""
    path = f"{API}/{_WALLET}"
    yield put(path, {**metadata, "label": "named"}, "its own name", X_Request_Id="of-the-client")
    yield Request("DELETE", f"{API}/{_KEYED}", {"X-Request-Id": "of-the-client"}, note="refused, with its own name")
    key = str(uuid.UUID(int=0xABCDEF, version=4))
    for number, text in enumerate((key, key.upper(), f"{{{key}}}", key.replace("-", ""), f"urn:uuid:{key}", f" {key}")):
        yield post("", {"wallet_address": address(12_002 + number)}, "a key in another form", Idempotency_Key=text)
    yield Request("GET", f"{API}/audit?subject={_WALLET}", note="who has asked for it")


def _secrets() -> Script:
    """Keypairs and recovery phrases, in each form and place, and what only looks like one."""
    words = {length: f"{'abandon ' * (length - 1)}{last}" for length, last in _LAST_WORDS.items()}
    encoded = (base58.b58encode(_KEYPAIR).decode(), _KEYPAIR.hex(), f"0x{_KEYPAIR.hex().upper()}", str([*_KEYPAIR]))
    said = [*words.values(), *encoded, f"it is: {words[12].title()}!", words[24].replace(" ", "\n"), words[12] + " zoo"]
    looks = ("abandon " * 12, words[12][:-1], bytes(64).hex(), base58.b58encode(bytes(range(64))).decode())
    for text in (*said, *looks):
        yield put(f"{API}/{_WALLET}", {"label": None, "notes": text, "tags": [], "status_override": None}, "a secret?")
    for body in ([*_KEYPAIR], words[12].split(), {words[12]: 1}, {"label": {"notes": [words[15]]}}):
        yield put(f"{API}/{_WALLET}", body, "a secret elsewhere")
    for text in (words[12], _KEYPAIR.hex()):
        yield Request("GET", f"{API}?q={quote(text)}", note="a secret in a query")
        yield post("/refresh-all", {"addresses": [_WALLET]}, "a secret in a header", Prefer=f"wait=30, {text}")
    yield Request("DELETE", f"{API}/{encoded[0]}", note="a secret in a path")
    yield Request("GET", f"{API}/{_WALLET}", note="what was kept")
