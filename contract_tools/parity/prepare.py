"""Gives an empty server the wallets that a recording takes for granted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from contract_tools.parity.exchange import Exchange, Request

_JSON = {"Content-Type": "application/json"}
_METADATA = ("label", "notes", "tags", "status_override")


def preparation(exchanges: Sequence[Exchange]) -> Iterator[Request]:
    """Requests that create, and refresh where they had been read, the wallets that were there before the recording."""
    known: set[str] = set()
    for exchange in exchanges:
        if exchange.reply.status >= 300:
            continue
        body = exchange.reply.json()
        for found in _wallets(body):
            wallet = found["wallet"]
            address = wallet["wallet_address"]
            if address in known:
                continue
            known.add(address)
            if exchange.reply.status != 201:
                metadata = {name: wallet[name] for name in _METADATA if wallet.get(name) is not None}
                create = {"wallet_address": address, **metadata}
                yield Request("POST", "/api/wallets", _JSON, json.dumps(create), "preparation")
                if found["cache"]["state"] != "never":
                    yield Request("POST", f"/api/wallets/{address}/refresh", note="preparation")


def _wallets(body: Any) -> Iterator[dict[str, Any]]:
    for found in [body, *(body.get("items", []) if isinstance(body, dict) else [])]:
        if isinstance(found, dict) and isinstance(found.get("wallet"), dict) and "cache" in found:
            yield found
