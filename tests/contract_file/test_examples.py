"""Every example is valid, and true: amounts add up, counts agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from server.problems import TABLE
from tests.contract_file.document import (
    COMPONENTS,
    OPERATIONS,
    SCHEMAS,
    contents,
    examples,
    resolve,
    validator,
    walk,
)


def _problems(schema: dict[str, Any], value: Any) -> list[str]:
    return [f"{error.instance_path}: {error.message}" for error in validator(schema).iter_errors(value)]


CONTENTS = list(contents())


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param(content["schema"], value, id=f"{where} {name}")
        for where, _, content in CONTENTS
        if "schema" in content
        for name, value in examples(content).items()
    ],
)
def test_an_example_of_a_body_is_valid(schema: dict[str, Any], value: Any) -> None:
    assert _problems(schema, value) == []


def test_every_body_has_an_example() -> None:
    assert [f"{where} {media_type}" for where, media_type, content in CONTENTS if not examples(content)] == []


def test_the_examples_of_parameters_headers_and_schemas_are_valid() -> None:
    checked = [
        *((f"{one.id} {key}", value) for one in OPERATIONS.values() for key, value in one.parameters.items()),
        *COMPONENTS["headers"].items(),
        *(
            (f"{one.id} {status} {name}", resolve(header))
            for one in OPERATIONS.values()
            for status, response in one.responses.items()
            for name, header in response["headers"].items()
        ),
    ]
    wrong = {
        str(name): found
        for name, one in checked
        if "example" in one and (found := _problems(one["schema"], one["example"]))
    }
    for name, schema in SCHEMAS.items():
        for value in schema.get("examples", []):
            if found := _problems({"$ref": f"#/components/schemas/{name}"}, value):
                wrong[name] = found
    assert wrong == {}


def test_every_header_has_an_example() -> None:
    assert [name for name, header in COMPONENTS["headers"].items() if "example" not in header] == []


def test_the_example_of_the_stream_is_made_of_the_declared_events() -> None:
    content = OPERATIONS["streamRefreshEvents"].responses["200"]["content"]["text/event-stream"]
    (text,) = examples(content).values()
    assert text.endswith("\n\n"), "an event ends with an empty line"
    events = [
        dict(line.split(": ", 1) for line in block.splitlines())
        for block in text.strip("\n").split("\n\n")
        if not block.startswith(":")
    ]
    assert [event["event"] for event in events] == ["result", "done"]
    for event in events:
        assert event["id"]
        assert _problems(content["x-event-data"][event["event"]], json.loads(event["data"])) == []
    assert set(content["x-event-data"]) == {"progress", "result", "done"}


def _objects() -> Iterator[tuple[str, dict[str, Any]]]:
    for where, _, content in CONTENTS:
        for pointer, node in walk(examples(content)):
            if isinstance(node, dict):
                yield f"{where} {pointer}", node


def test_amounts_in_the_examples_add_up() -> None:
    pairs = [
        ("last_balance_lamports", "last_balance_sol"),
        ("amount_lamports", "amount_sol"),
        ("balance_lamports", "balance_sol"),
        ("total_balance_lamports", "total_balance_sol"),
    ]
    seen = 0
    for where, node in _objects():
        for lamports, sol in pairs:
            if node.get(lamports) is not None:
                assert Decimal(node[lamports]) == Decimal(node[sol]) * 10**9, where
                seen += 1
        if "decimals" in node:
            assert Decimal(node["amount"]) == Decimal(node["balance"]) * 10 ** node["decimals"], where
            seen += 1
    assert seen > 20


def test_counts_in_the_examples_agree() -> None:
    for where, node in _objects():
        if {"items", "next_page_token"} <= node.keys() and node["next_page_token"] is None:
            assert node["total_size"] == len(node["items"]), where
        if "operation_id" in node and "total" in node:
            assert node["complete"] + node["partial"] + node["failed"] <= node["done"] <= node["total"], where
        if "by_day" in node:
            assert sum(day["launches"] for day in node["by_day"]) == node["total_launches"], where
            assert sum(wallet["launches"] for wallet in node["by_wallet"]) == node["total_launches"], where
        if "wallets_by_status" in node:
            assert sum(node["wallets_by_status"].values()) == node["total_wallets"], where
            assert sum(node["wallets_by_freshness"].values()) == node["total_wallets"], where


def test_the_overall_state_in_the_examples_is_the_worst_of_the_parts() -> None:
    worst_first = ["never", "error", "stale", "fresh"]
    for where, node in _objects():
        if "parts" in node and isinstance(node["parts"], dict):
            states = [part["state"] for part in node["parts"].values()]
            assert node["state"] == min(states, key=worst_first.index), where
            for part in node["parts"].values():
                assert (part["state"] == "never") == (part["as_of"] is None), where
                assert part["state"] != "error" or part["last_error"], where


def test_problems_are_those_that_the_server_makes() -> None:
    kinds = {str(code): kind for code, kind in TABLE.items()}
    for operation in OPERATIONS.values():
        for status, response in operation.responses.items():
            if status < "400":
                continue
            for name, problem in examples(response["content"]["application/problem+json"]).items():
                where = f"{operation.id} {status} {name}"
                assert problem["status"] == int(status), where
                assert problem["type"] == f"urn:problem-type:{problem['code']}", where
                assert problem["title"] == kinds[problem["code"]].title, where
                assert problem["retryable"] == kinds[problem["code"]].retryable, where
