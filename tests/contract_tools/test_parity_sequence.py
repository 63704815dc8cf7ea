"""What parity's sequence is made of: which operation a request is for, and requests that are wrong everywhere."""

from __future__ import annotations

from contract_tools.parity.compare import Comparison
from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.invalid_requests import wrong_in_all
from contract_tools.parity.recording import Request
from server.contract import load_contract


def test_a_collection_alone_has_a_final_slash() -> None:
    comparison = Comparison(load_contract(), IdTranslator(), same_world=True)
    targets = ("/api/wallets/", "/api/wallets/launches/?page_size=1", "/api/wallets/tags/", "/api/wallets/x/")
    found = [comparison.operation(Request("GET", target)) for target in targets]
    assert [operation and operation.id for operation in found] == ["listWallets", "listLaunches", None, None]


def test_a_body_is_wrong_in_each_field() -> None:
    contract = load_contract()
    for operation in contract.operations:
        if operation.body is None:
            continue
        reference = contract.schemas.reference(operation.body.pointer)
        for example in operation.body.examples.values():
            body = wrong_in_all(contract.schemas, reference, example)
            assert body.keys() >= {*example, "unknown_field", "another"}, operation.id
            assert not [name for name, value in example.items() if body[name] == value], operation.id
