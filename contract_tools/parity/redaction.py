"""What a recording keeps of a request and its answer. Secrets are left out by not being on a list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from contract_tools.parity.recording import Exchange, Reply, Request
from server.contract import Contract
from server.operations.secret_detection import SecretSearch, is_secret

REMOVED = "removed"
_CREDENTIALS = {"authorization", "proxy-authorization", "x-api-key", "cookie"}


def redacted(exchange: Exchange, contract: Contract) -> Exchange | None:
    """The exchange as it may be kept; None where a private key or a recovery phrase was in it.

    Kept are the headers that the contract declares (credentials are not among them) and the query parameters that it
    declares; the value of any other parameter is replaced.
    """
    path, mark, query = exchange.request.target.partition("?")
    if has_secret(exchange.request) or _has_secret(exchange.reply.body):
        return None
    known = _parameters(contract)
    pairs = [(name, value if name in known["query"] else REMOVED) for name, value in _pairs(query)]
    headers = {
        name: value
        for name, value in exchange.request.headers.items()
        if name.lower() in known["header"] and not _is_secret_text(value)
    }
    request = replace(exchange.request, target=f"{path}{mark}{urlencode(pairs)}", headers=headers)
    reply = declared_headers_only(exchange.reply, contract)
    gone = [value for name, value in _pairs(query) if name not in known["query"]]
    gone += [value for name, value in exchange.request.headers.items() if name.lower() in _CREDENTIALS]
    return Exchange(request, replace(reply, body=_without(reply.body, gone)))


def has_secret(request: Request) -> bool:
    """Whether a private key or a recovery phrase is in a request's target or body."""
    return _is_secret_text(unquote(request.target)) or _has_secret(request.body)


def _without(body: str, values: Iterable[str]) -> str:
    """A refusal tells what came; what is not kept of a request is not kept of its answer either."""
    for value in values:
        if value:
            body = body.replace(json.dumps(value, ensure_ascii=False)[1:-1], REMOVED)
    return body


def declared_headers_only(reply: Reply, contract: Contract) -> Reply:
    """An answer without the headers that no operation declares."""
    return Reply(reply.status, _only(reply.headers, _response_headers(contract)), reply.body)


def _only(headers: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: headers[name] for name in names if name in headers}


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _is_secret_text(text: str) -> bool:
    return is_secret(text) or any(is_secret(part) for part in text.replace("?", "/").replace("&", "/").split("/"))


def _has_secret(body: str | None) -> bool:
    if not body:
        return False
    search = SecretSearch.through_all(2 * len(body))
    try:
        return any(search.find(value, "") for value in _values(body))
    except RecursionError:
        return True  # nothing that is nested so deep is kept


def _values(body: str) -> Iterator[Any]:
    """A body's data; of what is no JSON the text itself, and the data of an event stream or of JSON lines."""
    try:
        yield json.loads(body)
    except ValueError:
        yield body
        for line in body.split("\n"):
            with suppress(ValueError):
                yield json.loads(line.removeprefix("data:"))


def _parameters(contract: Contract) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"query": set(), "header": {"content-type"}}
    for operation in contract.operations:
        found["query"] |= {one.name for one in operation.located("query")}
        found["header"] |= {one.name.lower() for one in operation.located("header")}
    return found


def _response_headers(contract: Contract) -> list[str]:
    names = {
        name.lower()
        for operation in contract.operations
        for response in operation.responses.values()
        for name in response.headers
    }
    return sorted(names | {"content-type", "allow"})
