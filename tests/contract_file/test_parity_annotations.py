"""`x-parity` is said of few fields, and of each wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_tools.parity.annotations import Allowed, read_annotations
from server.contract import load_contract

CONTRACT = load_contract()


def _properties(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        yield from (node.get("properties") or {}).items()
        for each in node.values():
            yield from _properties(each)
    elif isinstance(node, list):
        for each in node:
            yield from _properties(each)


def test_the_list_is_short() -> None:
    found = read_annotations(CONTRACT)
    assert {kind: {name for name, one in found.fields.items() if one is kind} for kind in Allowed} == {
        Allowed.id: {"schedule_id", "operation_id", "last_operation_id", "audit_id", "request_id"},
        Allowed.token: {"next_page_token"},
        Allowed.server: {"backend"},
        Allowed.unordered: set(),
    }
    assert found.headers == {"x-request-id": Allowed.id, "x-backend": Allowed.server}
    assert found.unordered == {"listRefreshResults"}


def test_a_field_that_is_annotated_is_wherever_it_stands() -> None:
    annotated = read_annotations(CONTRACT).fields
    for name, schema in _properties(CONTRACT.document["components"]["schemas"]):
        if name in annotated:
            assert schema.get("x-parity") == annotated[name].value, name
