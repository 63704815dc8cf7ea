"""A recording as a world of the mock's: the wallets that its answers show, as they were when it ended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from contract_tools.exit_codes import ToolError
from contract_tools.parity.recording import Exchange
from generated_models.mock import WorldDescription
from server.mocking.world_files import checked_world
from server.problems import RequestRejected
from server.routes.mounts import load_mock_contract

_MOST_DECIMALS = 18
_MOST_SCHEDULES, _MOST_LAUNCHES = 100, 1000
"""A wallet's, of a world's description."""


@dataclass(slots=True)
class _Seen:
    """What the answers so far say there is: resources by what names them, as the API shows them."""

    wallets: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    launches: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, exchange: Exchange) -> None:
        """One request and its answer."""
        if not 200 <= exchange.reply.status < 300:
            return
        if exchange.request.method == "DELETE":
            self._forget(unquote(exchange.request.path.rstrip("/").rpartition("/")[2]))
        for value in _values(exchange.reply.body):
            for found in _objects(value):
                self._note(found)

    def _forget(self, name: str) -> None:
        for kept in (self.wallets, self.states, self.schedules, self.launches):
            kept.pop(name, None)
        for named in (self.schedules, self.launches):
            for key in [key for key, each in named.items() if each.get("wallet_address") == name]:
                del named[key]

    def _note(self, found: Mapping[str, Any]) -> None:
        match found:
            case {"wallet": {"wallet_address": str(address)}, "cache": {"state": str(state)}}:
                known = self.wallets.setdefault(address, {})
                known |= found["wallet"]  # a list says less of a wallet than the wallet itself: what was known stays
                if isinstance(found.get("token_holdings"), list):  # of an export
                    known["token_holdings"] = found["token_holdings"]
                self.states[address] = state
            case {"schedule_id": str(name), "wallet_address": str(), "scheduled_for": str()}:
                self.schedules[name] = dict(found)
            case {"launch_id": str(name), "wallet_address": str(), "mint_address": str()}:
                self.launches[name] = dict(found)


@dataclass(frozen=True, slots=True)
class RecordedWorld:
    """The world, and what it could not be told: `unknown_holdings` are wallets with tokens that no answer lists."""

    description: WorldDescription
    wallets: int
    unknown_holdings: int


def recorded_world(exchanges: Iterable[Exchange], summary: str) -> RecordedWorld:
    """The world that a recording shows. Raises `ToolError` where it shows none, or what is no world."""
    seen = _Seen()
    for exchange in exchanges:
        seen.note(exchange)
    said = {
        "summary": summary[:200],
        "wallets": 0,
        "named": [_named(address, seen) for address in _addresses(seen)],
    }
    if not said["named"]:
        raise ToolError("the recording shows no wallet: record GET /api/wallets, or reads of single wallets")
    try:
        description = checked_world(said, load_mock_contract())
    except RequestRejected as error:
        where = error.errors[0]["where"] or ""
        raise ToolError(f"the recording shows what no world can have, at {where.removeprefix('/body')}") from error
    unknown = sum(_lacks_holdings(wallet) for wallet in seen.wallets.values())
    return RecordedWorld(description, len(description.named or ()), unknown)


def _addresses(seen: _Seen) -> list[str]:
    shown = (each["wallet_address"] for each in (*seen.schedules.values(), *seen.launches.values()))
    return list(dict.fromkeys([*seen.wallets, *shown]))


def _named(address: str, seen: _Seen) -> dict[str, Any]:
    """A wallet as a world's description names it; what is not known is left out."""
    wallet = seen.wallets.get(address, {})
    balance, holdings = wallet.get("last_balance_sol"), wallet.get("token_holdings")
    read = balance is not None or holdings is not None
    state = "never" if not read else "fresh" if seen.states.get(address) == "fresh" else "stale"
    schedules = [
        _only(each, "amount_sol", "scheduled_for", "note")
        for each in seen.schedules.values()
        if each["wallet_address"] == address and each.get("status") == "SCHEDULED"
    ]
    launches = [
        _only(each, "mint_address", "token_name", "token_ticker", "launched_at")
        for each in seen.launches.values()
        if each["wallet_address"] == address
    ]
    tokens = [
        _only(each, "mint_address", "amount", "decimals", "token_program", "name", "ticker")
        for each in holdings or ()
        if isinstance(each, dict) and each.get("decimals") in range(_MOST_DECIMALS + 1)
    ]
    return {
        "address": address,
        **_only(wallet, "label", "notes", "tags", "status_override"),
        "state": state,
        **({} if balance is None else {"balance_sol": balance}),
        **({} if holdings is None else {"tokens": tokens}),
        **({"schedules": schedules[:_MOST_SCHEDULES]} if schedules else {}),
        **({"launches": launches[:_MOST_LAUNCHES]} if launches else {}),
    }


def _lacks_holdings(wallet: Mapping[str, Any]) -> bool:
    return "token_holdings" not in wallet and bool(wallet.get("token_count"))


def _only(found: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: found[name] for name in names if found.get(name) not in (None, [])}


def _values(body: str) -> Iterator[Any]:
    """The data of a body: one JSON value, or one a line (exports, event streams)."""
    try:
        yield json.loads(body)
    except ValueError:
        for line in body.split("\n"):
            with suppress(ValueError):
                yield json.loads(line.removeprefix("data:"))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects within a JSON value."""
    left = [value]
    while left:
        found = left.pop()
        if isinstance(found, dict):
            yield found
            left += found.values()
        elif isinstance(found, list):
            left += found
