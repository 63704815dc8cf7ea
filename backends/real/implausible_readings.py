"""What the chain once said and the store once took, although it can't be true: taken out of a document, so that the
rest of it can be read, and the next refresh puts the truth in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backends.orchestrator.records import Record, RefreshShard, Wallet

Location = tuple[int | str, ...]

_NEVER_READ = {
    "as_of": None,
    "slot": None,
    "truncated": False,
    "discovered_at": None,
    "last_attempt_at": None,
    "last_error": None,
}

_FIELDS_OF_PART = {
    "sol_balance": ("last_balance_lamports",),
    "token_holdings": ("holdings", "token_accounts", "discover_after"),
    "funding_transactions": ("recent_funding", "history"),
}
"""The fields of a wallet that a part's reading fills."""

_PART_OF_FIELD = {field: part for part, fields in _FIELDS_OF_PART.items() for field in fields}


def without_implausible_readings(
    kind: type[Record], document: Mapping[str, Any], implausible: Sequence[Location]
) -> Mapping[str, Any]:
    """The document without what was read from the chain at the `implausible` places: parts of a wallet as if they had
    never been read, slots of results as if they were not known. What else does not fit stays as it is. What the wallet
    was counted for can't be told from it any more, so it is counted in no epoch (`counters.epochs.recount_due`).
    """
    if kind is Wallet:
        parts = {part for location in implausible if (part := _part_of(location)) is not None}
        return _without_parts(document, parts) if parts else document
    if kind is RefreshShard:
        items = {location[1] for location in implausible if location[0] == "results" and location[-1] == "slot"}
        return _without_slots(document, items) if items else document
    return document


def _part_of(location: Location) -> str | None:
    if location[0] == "parts" and len(location) > 2 and location[1] in _FIELDS_OF_PART:
        return str(location[1])
    return _PART_OF_FIELD.get(str(location[0]))


def _without_parts(document: Mapping[str, Any], parts_to_drop: set[str]) -> dict[str, Any]:
    changed = {**document, "counted_in": 0}
    parts = document.get("parts")
    if isinstance(parts, Mapping):
        changed["parts"] = {**parts, **dict.fromkeys(parts_to_drop, _NEVER_READ)}
    for part in parts_to_drop:
        changed |= dict.fromkeys(_FIELDS_OF_PART[part])
    return changed


def _without_slots(document: Mapping[str, Any], items: set[int | str]) -> dict[str, Any]:
    return {
        **document,
        "results": [_without_slot(item) if index in items else item for index, item in enumerate(document["results"])],
    }


def _without_slot(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**item, "parts": {name: {**part, "slot": None} for name, part in item["parts"].items()}}
