"""Everything that can be read, in every order and with every filter, each list to its end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any
from urllib.parse import quote, urlencode

from contract_tools.parity.observed_values import ObservedValues
from contract_tools.parity.recording import Request, Script
from contract_tools.parity.seeding import TAGS
from server.contract import Contract
from server.contract.model import Operation, Parameter

_BALANCES = ("0.25", "0", "0.05", "0.049999999", "0.250000001", "2.000000005")
_TEXTS = ("alpha", "ALPHA", "al", "älpha", "ä", "É", "zzz")
_PAGES, _FEW_PAGES = 60, 3
_MOST_VALUES = 2  # of a filter, beside another
_FIRST_WALLETS, _LAST_WALLETS = 20, 4
"""Of those that are registered: all that differ on purpose, and the newest."""
_NO_FILTERS = ("page_token", "page_size", "sort", "direction")


class Reads:
    """Makes the reads of a contract, with values that were seen before."""

    def __init__(self, contract: Contract, observed: ObservedValues, instants: tuple[str, ...]) -> None:
        self._contract = contract
        self._observed = observed
        self._instants = instants
        self._operations = [
            one
            for one in contract.operations
            if one.method == "GET" and one.tag != "server" and one.path.count("{") < 2
        ]

    def script(self, *, thorough: bool = True) -> Script:
        """All of them; not `thorough`: each list in each order, without filters and in large pages."""
        for operation in self._operations:
            paths = self._paths(operation)
            for path in paths[:1]:
                yield Request("HEAD", path, note="the head of a read")
            for path in paths:
                for query in self._queries(operation, thorough=thorough):
                    yield from self._pages(path, query, _PAGES if thorough else _FEW_PAGES)
            for path in paths[:1] if thorough else ():
                for query in self._pairs(operation):
                    yield from self._pages(path, query, _FEW_PAGES)

    def _pages(self, path: str, query: dict[str, str], pages: int) -> Script:
        reply = yield Request("GET", _target(path, query), note="read")
        for _ in range(pages):
            body = reply.json() if reply is not None else None
            token = body.get("next_page_token") if isinstance(body, dict) else None
            if not isinstance(token, str):
                return
            reply = yield Request("GET", _target(path, {"page_token": token}), note="the next page")

    def _paths(self, operation: Operation) -> list[str]:
        if "{" not in operation.path:
            return [operation.path]
        registered = self._observed.registered
        for name, values in (
            ("wallet_address", [*registered[:_FIRST_WALLETS], *registered[_FIRST_WALLETS:][-_LAST_WALLETS:]]),
            ("mint_address", self._observed.mints[:6]),
            ("schedule_id", self._observed.schedules[:8]),
            ("operation_id", self._observed.operations),
            ("launch_id", self._observed.launches[:4]),
        ):
            if "{" + name + "}" in operation.path:
                return [operation.path.replace("{" + name + "}", quote(value, safe="")) for value in values]
        return []

    def _queries(self, operation: Operation, *, thorough: bool) -> Iterator[dict[str, str]]:
        parameters = [one for one in operation.located("query") if one.name not in ("page_token", "page_size")]
        paged = any(one.name == "page_size" for one in operation.located("query"))
        yield {}
        if paged and thorough:
            yield {"page_size": "2"}
        values = {one.name: list(self._values(one)) for one in parameters}
        orders = values.pop("sort", []), values.pop("direction", [])
        for sort in orders[0]:
            for direction in orders[1]:
                yield {"sort": sort, "direction": direction, "page_size": "3"}
            for name, found in values.items() if thorough else ():
                yield from ({"sort": sort, name: value, "page_size": "5"} for value in found[:2])
        for name, found in values.items():
            for value in found if thorough else found[:2]:
                yield {name: value}
                if paged and thorough:
                    yield {name: value, "page_size": "2"}

    def _pairs(self, operation: Operation) -> Iterator[dict[str, str]]:
        """Each two of a list's filters together, with two values of each; of other reads, the first with each other."""
        filters = [one for one in operation.located("query") if one.name not in _NO_FILTERS]
        values = {one.name: found for one in filters if (found := [*self._values(one)][:_MOST_VALUES])}
        is_list = any(one.name == "page_size" for one in operation.located("query"))
        for (name, found), (other, others) in combinations(values.items(), 2):
            if is_list or name == next(iter(values)):
                for number in range(max(len(found), len(others)) if is_list else 1):
                    yield {name: found[number % len(found)], other: others[number % len(others)]}

    def _values(self, parameter: Parameter) -> Iterator[str]:
        schema: dict[str, Any] = self._contract.schemas.target(self._contract.schemas.reference(parameter.pointer))
        known = {
            "tag": TAGS,
            "q": (*_TEXTS, *(wallet[:4] for wallet in self._observed.registered[:2])),
            "min_balance": _BALANCES,
            "max_balance": _BALANCES,
            "wallet_address": self._observed.registered[:4],
            "subject": (*self._observed.registered[:2], *self._observed.schedules[1:3]),
            "actor": ("key:tools-operate", "key:tools-other", "tools-operate"),
            "action": ("createWallet", "refreshWallet", "recordLaunch", "CreateWallet"),
            "from": self._instants,
            "to": self._instants,
            "since": self._instants,
            "until": self._instants,
            "days": ("1", "2", "365"),
            "max_points": ("4", "5"),
            "max_age": ("0", "1000"),
        }
        if "enum" in schema:
            yield from schema["enum"]
        elif schema.get("type") == "boolean":
            yield from ("true", "false")
        else:
            yield from known.get(parameter.name, ())


def _target(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
