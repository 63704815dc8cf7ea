"""What stops the start: a contract that can't be honoured, a backend that disagrees with it. And how long it takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from backends.answers import Answer
from generated_models import CachedWalletResponse, SortDirection, WalletPage, WalletSort, WalletStatus
from server.app import create_app
from server.contract import ContractError, load_contract, read_contract
from server.contract.schemas import SchemaError
from server.contract.yaml_json import YamlError, parse_yaml
from server.operations.signature_check import SignatureMismatch, match_method
from server.settings import Settings
from tests.http.example_backend import CONTRACT, OPERATIONS, ExampleBackend


def test_every_operation_is_bound_to_its_method() -> None:
    names = {one.id: one.method_name for one in CONTRACT.operations}
    assert names["refreshAllWallets"] == "refresh_all_wallets"
    assert len(names) == len(CONTRACT.operations) == len(set(names.values()))


async def _of_wrong_type(*, wallet_address: int) -> Answer[CachedWalletResponse]:
    raise NotImplementedError


async def _without_argument() -> Answer[CachedWalletResponse]:
    raise NotImplementedError


async def _with_more(*, wallet_address: str, more: str) -> Answer[CachedWalletResponse]:
    raise NotImplementedError


async def _positional(wallet_address: str) -> Answer[CachedWalletResponse]:
    raise NotImplementedError


async def _of_wrong_answer(*, wallet_address: str) -> Answer[WalletPage]:
    raise NotImplementedError


async def _of_no_answer(*, wallet_address: str) -> CachedWalletResponse:
    raise NotImplementedError


async def _optional(*, wallet_address: str | None) -> Answer[CachedWalletResponse]:
    raise NotImplementedError


async def _unannotated(*, wallet_address):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    raise NotImplementedError


def _synchronous(*, wallet_address: str) -> Answer[CachedWalletResponse]:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("method", "complaint"),
    [
        (None, "has no method get_wallet"),
        (_of_wrong_type, "wallet_address is int, but the contract says str"),
        (_without_argument, "does not take wallet_address"),
        (_with_more, "takes more, which the contract does not give"),
        (_positional, "wallet_address is not keyword-only"),
        (_of_wrong_answer, "return is"),
        (_of_no_answer, "return is CachedWalletResponse, but"),
        (_optional, "wallet_address is str | None, but the contract says str"),
        (_unannotated, "wallet_address has no annotation"),
        (_synchronous, "is not an async method"),
    ],
)
def test_a_backend_that_disagrees_stops_the_start(method: Callable[..., Any] | None, complaint: str) -> None:
    backend = ExampleBackend()
    vars(backend)["get_wallet"] = method
    with pytest.raises(SignatureMismatch, match=r"^getWallet: ") as raised:
        create_app(backend, settings=Settings(), contract=CONTRACT)
    assert complaint in str(raised.value)


def test_enums_and_defaults_are_compared() -> None:
    class Wrong:
        async def list_wallets(
            self,
            *,
            q: str | None,
            status: WalletStatus | None,
            unknown_status: bool | None,
            tag: str | None,
            freshness: str | None,
            min_balance: str | None,
            max_balance: str | None,
            sort: WalletSort,
            direction: SortDirection | None,
            page_size: int,
            page_token: str | None,
        ) -> Answer[WalletPage]:
            raise NotImplementedError

    with pytest.raises(SignatureMismatch, match=r"listWallets: Wrong\.list_wallets: freshness is str \| None"):
        match_method(OPERATIONS["listWallets"], Wrong())


def _changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = parse_yaml(CONTRACT.text.decode())
    change(document)
    return json.dumps(document).encode()  # JSON is YAML


def _get(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/api/wallets"]["get"]
    return found


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda d: d["components"]["schemas"]["Tag"].update(maxLenght=3), "#/components/schemas/Tag: unknown keyword"),
        (lambda d: d["components"]["schemas"]["Tag"].update(format="tagg"), "unknown format 'tagg'"),
        (lambda d: _get(d).update({"x-at-most-one": []}), "unknown extension 'x-at-most-one'"),
        (lambda d: _get(d).pop("operationId"), "needs an operationId"),
        (
            lambda d: d["components"]["schemas"]["LaunchInfo"]["required"].remove("created_at"),
            "#/components/schemas/LaunchInfo/properties/created_at: an answer's property is required, or null",
        ),
        (
            lambda d: d["components"]["schemas"]["HealthStatus"]["properties"].update(since={"type": "string"}),
            "HealthStatus/properties/since: an answer's property",
        ),
        (lambda d: _get(d).update(operationId="getWallet"), "getWallet: the operationId is used twice"),
        (lambda d: _get(d)["parameters"].append({"$ref": "#/nothing"}), "#/nothing: there is nothing"),
        (
            lambda d: _get(d)["parameters"].append({"name": "a", "in": "cookie", "schema": {"type": "string"}}),
            "'cookie' are not supported",
        ),
        (
            lambda d: _get(d)["parameters"].append({"name": "a", "in": "query", "schema": {"type": "array"}}),
            "a parameter's type is one of",
        ),
        (
            lambda d: d["paths"]["/api/wallets"]["post"]["responses"]["201"]["headers"]["Location"].pop("x-from-link"),
            "needs x-from-link",
        ),
        (
            lambda d: d["paths"]["/api/wallets"]["post"]["responses"]["201"]["links"]["GetWallet"].update(
                operationId="x"
            ),
            "no such operation",
        ),
        (lambda d: d["paths"].update({"/x/{y}": {"get": {**_get(d), "operationId": "x"}}}), "the path's parameters"),
    ],
)
def test_a_contract_that_can_not_be_honoured(change: Callable[[dict[str, Any]], object], complaint: str) -> None:
    with pytest.raises((ContractError, SchemaError), match=r".") as raised:
        read_contract(_changed(change))
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: [1", "line 2, column 1"),
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: 'a' a second time"),
        ("a: &x 1\nb: *x\n", "line 1, column 4: tags and aliases"),
        ("a: &x [1]\nb: *x\n", "tags and aliases"),
        ("a: !!int '1'\n", "tags and aliases"),
        ("a: !!int x\n", "tags and aliases"),
        ("a: !!timestamp 2026-11-22\n", "tags and aliases"),
        ("[a]: 1\n", "not a key"),
        ("a: 1\n---\nb: 2\n", "found another document"),
        ("", "expected one document"),
        ("\x00", "not allowed"),
    ],
)
def test_broken_yaml_says_where(text: str, complaint: str) -> None:
    with pytest.raises(YamlError) as raised:
        parse_yaml(text)
    assert complaint in str(raised.value)


def test_yaml_is_read_as_json() -> None:
    text = 'a: 2026-11-22T16:10:00.000Z\nb: no\nc: [1, -2.5, 1e3, 012, "1", true, null, ~]\nd: |\n  x\n  y\n200: {}\n'
    assert parse_yaml(text) == {
        "a": "2026-11-22T16:10:00.000Z",
        "b": "no",
        "c": [1, -2.5, 1000.0, "012", "1", True, None, None],
        "d": "x\ny\n",
        "200": {},
    }


def test_a_missing_file_is_named(tmp_path: Any) -> None:
    with pytest.raises(ContractError, match=r"openapi\.yaml"):
        load_contract(tmp_path / "openapi.yaml")
