"""Links lead to operations that exist, with values that the answers have: the fuzzer and `Location` follow them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract_file.document import OPERATIONS, Operation, examples, resolve


def _links() -> Iterator[tuple[Operation, str, str, dict[str, Any]]]:
    for operation in OPERATIONS.values():
        for status, response in operation.responses.items():
            for name, link in response.get("links", {}).items():
                yield operation, status, name, resolve(link)


LINKS = list(_links())


def _parameters(link: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Place, name and expression of each parameter that a link passes."""
    target = OPERATIONS[link["operationId"]]
    for key, expression in link.get("parameters", {}).items():
        place, _, name = key.rpartition(".")
        yield place or next(place for place, known in target.parameters if known == name), name, expression


def _expressions(link: dict[str, Any]) -> Iterator[str]:
    yield from (expression for _, _, expression in _parameters(link))
    body = link.get("requestBody")
    yield from body.values() if isinstance(body, dict) else [body] if body else []


@pytest.mark.parametrize(
    ("operation", "status", "link"),
    [pytest.param(one, status, link, id=f"{one.id} {status} {name}") for one, status, name, link in LINKS],
)
def test_a_link_can_be_followed(operation: Operation, status: str, link: dict[str, Any]) -> None:
    target = OPERATIONS[link["operationId"]]
    passed = {(place, name) for place, name, _ in _parameters(link)}
    assert passed <= target.parameters.keys()
    assert {key for key in target.parameters if key[0] == "path"} <= passed, "a path parameter is not passed"
    assert link["description"]
    for expression in _expressions(link):
        match expression.partition("#")[0].split("."):
            case ["$response", "body"]:
                _check_pointer(operation, status, expression.partition("#")[2])
            case ["$response", "header", name]:
                assert name in operation.responses[status]["headers"]
            case ["$request", "path", name]:
                assert ("path", name) in operation.parameters
            case ["$request", "body"]:
                assert target.id == operation.id
            case _:
                pytest.fail(f"unexpected expression {expression}")


def _check_pointer(operation: Operation, status: str, pointer: str) -> None:
    """Some example of the answer has something at the pointer."""
    found = 0
    for value in examples(operation.responses[status]["content"]["application/json"]).values():
        at: Any = value
        try:
            for token in pointer.split("/")[1:]:
                at = at[int(token)] if isinstance(at, list) else at[token]
        except IndexError:
            continue  # an example of an empty page
        found += 1
    assert found


def test_a_location_is_made_from_a_link_of_the_same_answer() -> None:
    seen = set()
    for operation in OPERATIONS.values():
        for status, response in operation.responses.items():
            header = response["headers"].get("Location")
            if header is None:
                continue
            link = resolve(response["links"][header["x-from-link"]])
            target = OPERATIONS[link["operationId"]]
            assert target.method == "get"
            template, example = target.path.split("/"), header["example"].split("/")
            assert len(template) == len(example)
            assert all(one == other or one.startswith("{") for one, other in zip(template, example, strict=True))
            seen.add((operation.id, status))
    assert seen == {("createWallet", "201"), ("refreshAllWallets", "200"), ("refreshAllWallets", "202")}


def test_the_links_that_find_defects_are_there() -> None:
    routes = {(one.id, status, link["operationId"]) for one, status, _, link in LINKS}
    assert routes >= {
        ("createWallet", "201", "getWallet"),
        ("createWallet", "201", "updateWallet"),
        ("createWallet", "201", "deleteWallet"),
        ("createWallet", "201", "refreshWallet"),
        ("createWallet", "201", "scheduleFunding"),
        ("createWallet", "201", "recordLaunch"),
        ("deleteWallet", "204", "getWallet"),  # a delete that does nothing
        ("scheduleFunding", "201", "cancelScheduledFunding"),
        ("cancelScheduledFunding", "204", "cancelScheduledFunding"),  # again: 204
        ("recordLaunch", "201", "recordLaunch"),  # again: 200
        ("refreshAllWallets", "202", "getRefreshOperation"),
        ("refreshAllWallets", "202", "listRefreshResults"),
        ("refreshAllWallets", "202", "streamRefreshEvents"),
        ("refreshAllWallets", "202", "cancelRefreshOperation"),
    }
    for operation in OPERATIONS.values():
        if ("query", "page_token") in operation.parameters:
            assert (operation.id, "200", operation.id) in routes, "a page leads to the next one"
