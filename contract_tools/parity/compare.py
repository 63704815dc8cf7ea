"""Compares two answers to one request: with each other, and each with the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import jsonschema_rs

from contract_tools.parity.annotations import Allowed, read_annotations
from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.recording import Reply, Request
from contract_tools.parity.reply_data import data_of
from contract_tools.parity.told_events import ToldEvents
from server.contract import Contract
from server.contract.model import Operation

_NOISE = {
    "date",
    "server",
    "content-length",
    "connection",
    "transfer-encoding",
    "keep-alive",
    "x-accel-buffering",
    "x-mock-source",
    "etag",  # see `IdTranslator.pair_etags`
}
"""What is transport, or compared in another way."""
_PROBLEM = "/components/schemas/Problem"
_OF_A_PROBLEM = ("type", "title", "status", "code", "retryable")
_LISTS_OF_NAMES = ("vary", "access-control-allow-headers", "access-control-expose-headers")
_EVENTS = "text/event-stream"
_TOKEN = re.compile(r'"next_page_token": *"[^"]*"')
_AROUND = 30


class Comparison:
    """Judges by the contract.

    Args:
        contract: what both servers promise.
        ids: learns which ids stand for each other.
        same_world: the two have one chain, one clock and one past. So they answer byte for byte the same, but for what
            `x-parity` allows. Otherwise only what a request itself decides is compared: statuses, problems, and what
            it said coming back.
    """

    def __init__(self, contract: Contract, ids: IdTranslator, *, same_world: bool) -> None:
        self.contract = contract
        self._ids = ids
        self.same_world = same_world
        self._allowed = read_annotations(contract)
        self._told = ToldEvents()
        paths = [operation.path for operation in contract.operations]

        def slash(operation: Operation) -> str:
            """A collection is served with a final slash, too."""
            return "/?" if any(path.startswith(f"{operation.path}/{{") for path in paths) else ""

        self._templates = [
            (operation, re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(operation.path)) + slash(operation)))
            for operation in sorted(contract.operations, key=lambda one: one.path.count("{"))
        ]

    def operation(self, request: Request) -> Operation | None:
        """The operation that a request is for, if any; a HEAD is for what a GET would be."""
        method = "GET" if request.method == "HEAD" else request.method
        for operation, template in self._templates:
            if operation.method == method and template.fullmatch(request.path):
                return operation
        return None

    def violations(self, request: Request, reply: Reply) -> Iterator[str]:
        """Where an answer is not what the contract says."""
        operation = self.operation(request)
        response = operation.responses.get(reply.status) if operation else None
        if operation is not None and response is None:
            if reply.status not in (404, 405):
                yield f"status {reply.status} is not declared"
            return
        if request.method == "OPTIONS" and reply.status == HTTPStatus.NO_CONTENT:
            return  # a preflight, which is the server's own
        declared = response.media_types if response else ("application/problem+json",)
        sent = reply.headers.get("content-type", "").partition(";")[0]
        if sent not in declared and (sent or declared):
            yield f"content type is {sent or 'missing'}, declared is {' or '.join(declared) or 'none'}"
            return
        for name, header in (response.headers if response else {}).items():
            if header.required and name.lower() not in reply.headers:
                yield f"header {name} is missing"
        pointer = response.pointer if response else _PROBLEM
        if pointer is not None and request.method != "HEAD":
            value = reply.json()
            try:
                self.contract.schemas.at(pointer).validate(value)
            except jsonschema_rs.ValidationError as error:
                place = "".join(f"/{step}" for step in error.instance_path)
                yield f"body {place or '/'}: {error.message[:200]}"

    def differences(self, request: Request, first: Reply, other: Reply) -> Iterator[str]:
        """What a client could tell apart. Learns the ids of both answers."""
        if first.status != other.status:
            yield f"status {first.status} | {other.status}{code_of(first)}{code_of(other)}"
            return
        if not self.same_world:
            yield from self._echoes(request, first, other)
            self._learn(first.json(), other.json())
        else:
            told = [*self._headers(request, first.headers, other.headers), *self._bodies(request, first, other)]
            yield from told or self._written(request, first, other)
        etags = self._ids.pair_etags(request, first, other)
        if etags is not None and self.same_world:
            yield f"header etag: {etags}"

    def _headers(self, request: Request, first: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
        # Without a body, its length is what is told of it.
        noise = _NOISE - {"content-length"} if request.method == "HEAD" else _NOISE
        for name in sorted((first.keys() | other.keys()) - noise):
            mine, theirs = first.get(name), other.get(name)
            if name in _LISTS_OF_NAMES:
                mine, theirs = _in_order(mine), _in_order(theirs)
            if mine is None or theirs is None:
                yield f"header {name}: {mine} | {theirs}"
                continue
            match self._allowed.headers.get(name):
                case Allowed.id:
                    if (wrong := self._ids.pair(mine, theirs)) is not None:
                        yield f"header {name}: {wrong}"
                case None:
                    if self._ids.text(mine) != theirs:
                        yield f"header {name}: {mine} | {theirs}"

    def _bodies(self, request: Request, first: Reply, other: Reply) -> Iterator[str]:
        if request.method == "HEAD":
            if first.body or other.body:
                yield f"body {_presence(bool(first.body))} | {_presence(bool(other.body))}, to a HEAD"
            return
        operation = self.operation(request)
        kind = first.headers.get("content-type", "").partition(";")[0]
        mine, theirs = data_of(kind, first), data_of(kind, other)
        if kind == _EVENTS:
            yield from self._told.differences(request, first, other)
        if kind == _EVENTS and "Last-Event-ID" in request.headers:
            # Which results a client has seen by then, is luck: how many it has not, is none.
            mine, theirs = ({**told, "results": len(told["results"])} for told in (mine, theirs))
        if operation is not None and operation.id in self._allowed.unordered and "items" in mine:
            if len(mine.get("items", ())) != mine.get("total_size"):
                mine, theirs = (  # another page of the same list
                    {**body, "items": len(body["items"])} for body in (mine, theirs)
                )
            else:
                mine, theirs = _sorted(mine), _sorted(theirs)
        yield from self._values("", "", mine, theirs)

    def _written(self, request: Request, first: Reply, other: Reply) -> Iterator[str]:
        """Whether two bodies that say the same are as long: ids and tokens are, and what else differs is spaces, line
        ends or escapes. (How often a stream told its progress is luck, as is what stands on a page without an order.)
        """
        operation = self.operation(request)
        by_luck = operation is not None and operation.id in self._allowed.unordered
        by_luck = by_luck or first.headers.get("content-type", "").startswith(_EVENTS)
        if len(first.body) != len(other.body) and not by_luck:
            mine, theirs = (_TOKEN.sub("", body) for body in (self._ids.text(first.body), other.body))
            yield f"body, written otherwise: {_both(mine, theirs)}"

    def _values(self, place: str, field: str, mine: Any, theirs: Any) -> Iterator[str]:
        allowed = self._allowed.fields.get(field)
        if allowed is Allowed.server and type(mine) is type(theirs):
            return
        if isinstance(mine, dict) and isinstance(theirs, dict):
            for key in sorted(mine.keys() | theirs.keys()):
                if key not in mine or key not in theirs:
                    yield f"body {place}/{key}: {_presence(key in mine)} | {_presence(key in theirs)}"
                else:
                    yield from self._values(f"{place}/{key}", key, mine[key], theirs[key])
            if mine.keys() == theirs.keys() and list(mine) != list(theirs):
                yield f"body {place}: fields in the order {list(mine)} | {list(theirs)}"
        elif isinstance(mine, list) and isinstance(theirs, list):
            if len(mine) != len(theirs):
                yield f"body {place}: {len(mine)} | {len(theirs)} elements"
            for index, (one, two) in enumerate(zip(mine, theirs, strict=False)):
                yield from self._values(f"{place}/{index}", field, one, two)
        elif isinstance(mine, str) and isinstance(theirs, str) and allowed is Allowed.id:
            if (wrong := self._ids.pair(mine, theirs)) is not None:
                yield f"body {place}: {wrong}"
        elif allowed is Allowed.token and (mine is None) == (theirs is None):
            self._ids.pair_tokens(mine, theirs)
        elif type(mine) is not type(theirs) or self._translated(mine) != theirs:
            if allowed is Allowed.token:
                self._ids.pair_tokens(mine, theirs)
            yield f"body {place}: {_both(mine, theirs)}"

    def _translated(self, value: Any) -> Any:
        return self._ids.text(value) if isinstance(value, str) else value

    def _echoes(self, request: Request, first: Reply, other: Reply) -> Iterator[str]:
        """What two servers of different worlds have to answer alike: problems, and what the request said."""
        mine, theirs = first.json(), other.json()
        if not isinstance(mine, dict) or not isinstance(theirs, dict):
            return
        if first.headers.get("content-type", "").startswith("application/problem+json"):
            for name in _OF_A_PROBLEM:
                if mine.get(name) != theirs.get(name):
                    yield f"body /{name}: {_both(mine.get(name), theirs.get(name))}"
            return
        said = _said(request.body)
        if "items" not in mine and said:
            yield from self._said_again("", mine, theirs, said)

    def _said_again(self, place: str, mine: Any, theirs: Any, said: Mapping[str, Any]) -> Iterator[str]:
        for name, value in mine.items() if isinstance(mine, dict) else ():
            if name in said and value == said[name]:
                found = theirs.get(name) if isinstance(theirs, dict) else None
                if found != value:
                    yield f"body {place}/{name}: {_both(value, found)}"
            elif isinstance(value, dict) and isinstance(theirs, dict):
                yield from self._said_again(f"{place}/{name}", value, theirs.get(name), said)

    def _learn(self, mine: Any, theirs: Any, field: str = "") -> None:
        """The ids and tokens that stand at the same places."""
        if isinstance(mine, dict) and isinstance(theirs, dict):
            for key in mine.keys() & theirs.keys():
                self._learn(mine[key], theirs[key], key)
        elif isinstance(mine, list) and isinstance(theirs, list):
            for one, two in zip(mine, theirs, strict=False):
                self._learn(one, two, field)
        elif self._allowed.fields.get(field) is Allowed.token:
            self._ids.pair_tokens(mine, theirs)
        elif self._allowed.fields.get(field) is Allowed.id and isinstance(mine, str) and isinstance(theirs, str):
            self._ids.pair(mine, theirs)


def _said(body: str | None) -> dict[str, Any]:
    try:
        found = json.loads(body or "null")
    except ValueError:
        return {}
    return {key: value for key, value in found.items() if value is not None} if isinstance(found, dict) else {}


def _in_order(names: str | None) -> str | None:
    """The headers that a header names, in one order, without those by which the mock is directed."""
    named = {name.strip() for name in (names or "").split(",")} - {""}
    return ", ".join(sorted(name for name in named if not name.startswith("X-Mock-"))) or None


def _presence(there: bool) -> str:
    return "there" if there else "missing"


def code_of(reply: Reply) -> str:
    """An answer's code in brackets; nothing where it has none."""
    body = reply.json()
    return f" ({body['code']})" if isinstance(body, dict) and "code" in body else ""


def _sorted(body: Any) -> Any:
    return {**body, "items": sorted(body["items"], key=json.dumps)}


def _both(mine: Any, theirs: Any) -> str:
    """Two values, of long ones the part where they differ."""
    one, two = (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in (mine, theirs))
    at = next((n for n, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), min(len(one), len(two)))
    start = max(0, at - _AROUND)
    shown = [("…" if start else "") + text[start : at + 2 * _AROUND] for text in (one, two)]
    shown = [text + ("…" if len(full) > at + 2 * _AROUND else "") for text, full in zip(shown, (one, two), strict=True)]
    kinds = "" if type(mine) is type(theirs) else f" ({type(mine).__name__} | {type(theirs).__name__})"
    return f"{shown[0]} | {shown[1]}{kinds}"
