"""The contract comes first: what no backend has yet is served from it, within a second of its being saved."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import jsonschema_rs
import pytest

from server.app import create_app
from server.contract import ContractError, load_contract
from server.contract.formats import FORMATS
from server.mocking.schema_generator import SchemaGenerator
from server.operations.signature_check import SignatureMismatch
from server.settings import Settings
from tests.http.example_backend import ExampleBackend
from tests.support.watched_mock import WatchedMock, watched_mock

ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["note_id", "wallet_address", "text", "mood", "stars", "at"],
    "properties": {
        "note_id": {"type": "string", "pattern": "^note_[0-9a-f]{16}$"},
        "wallet_address": {"type": "string", "format": "solana-address"},
        "text": {"type": "string", "minLength": 30, "maxLength": 60},
        "mood": {"enum": ["calm", "alarmed"]},
        "stars": {"type": "integer", "minimum": 1, "maximum": 5},
        "at": {"type": "string", "format": "date-time"},
        "link": {"anyOf": [{"type": "string", "format": "uri"}, {"type": "null"}]},
    },
}
OPERATION = """
  /api/wallets/{wallet_address}/notes:
    get:
      operationId: listNotes
      tags: [core]
      summary: A draft
      parameters:
        - name: wallet_address
          in: path
          required: true
          schema: {type: string, format: solana-address}
        - name: limit
          in: query
          schema: {type: integer, minimum: 1, maximum: 5, default: 3}
      responses:
        '200':
          description: Notes.
          content:
            application/json:
              schema:
                type: object
                additionalProperties: false
                required: [items, total_size]
                properties:
                  items: {type: array, minItems: 2, maxItems: 4, items: SCHEMA}
                  total_size: {type: integer}
""".replace("SCHEMA", str(SCHEMA).replace("False", "false"))
PATH = f"/api/wallets/{ADDRESS}/notes"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[WatchedMock]:
    async with watched_mock(tmp_path) as mock:
        yield mock


def _save(running: WatchedMock, before: str, text: str) -> None:
    found = running.contract.read_text()
    assert found.count(before) >= 1
    running.contract.write_text(found.replace(before, text + before, 1))


async def _served(running: WatchedMock, path: str = PATH, status: int = 200) -> httpx.Response:
    async def answered() -> bool:
        return await running.status(path) == status

    await running.soon(answered)
    return await running.client.get(path)


async def test_an_operation_with_a_schema_alone_is_served_and_goes_again(
    running: WatchedMock, caplog: pytest.LogCaptureFixture
) -> None:
    whole = running.contract.read_text()
    assert await running.status(PATH) == 404
    with caplog.at_level(logging.WARNING):
        _save(running, "\n  /api/wallets/refresh-all:\n", OPERATION)
        answer = await _served(running)
    assert "not implemented, answered from the contract: listNotes" in caplog.text
    assert answer.headers["X-Mock-Source"] == "generated"
    notes = answer.json()
    note = jsonschema_rs.Draft202012Validator(SCHEMA, formats=dict(FORMATS), validate_formats=True)
    assert 2 <= len(notes["items"]) == notes["total_size"] <= 4
    for item in notes["items"]:
        note.validate(item)
    assert {item["wallet_address"] for item in notes["items"]} == {ADDRESS}, "the request's own"
    assert len({item["note_id"] for item in notes["items"]}) == len(notes["items"])

    assert (await running.client.get(PATH)).json() == notes, "the same again"
    assert (await running.client.get(f"{PATH}?limit=2")).json() != notes
    seeded = {"X-Mock-Session": "other"}
    await running.client.post("/__mock__/world", headers=seeded, json={"seed": 7})
    assert (await running.client.get(PATH, headers=seeded)).json() != notes

    refused = await running.client.get(f"{PATH}?limit=9")
    assert (refused.status_code, refused.json()["errors"][0]["where"]) == (422, "/query/limit")
    assert (await running.client.get(PATH, headers={"Prefer": "code=404"})).status_code == 400, "it declares no 404"

    running.contract.write_text(whole)
    assert (await _served(running, status=404)).json()["code"] == "route_not_found"


@pytest.mark.parametrize(
    ("old", "new"),
    [("type: integer, minimum: 1, maximum: 5, default: 3", "type: integer, minimun: 1"), ("200", "404")],
    ids=["an unknown keyword", "no success"],
)
async def test_with_a_broken_draft_the_last_good_contract_stays(
    running: WatchedMock, caplog: pytest.LogCaptureFixture, old: str, new: str
) -> None:
    _save(running, "\n  /api/wallets/refresh-all:\n", OPERATION)
    before = (await _served(running)).json()
    text = running.contract.read_text()
    start = text.index("operationId: listNotes")
    with caplog.at_level(logging.ERROR):
        running.contract.write_text(text[:start] + text[start:].replace(old, new, 1))

        async def complained() -> bool:
            return "goes on serving" in caplog.text

        await running.soon(complained)
    assert (await running.client.get(PATH)).json() == before


async def test_an_example_goes_before_a_schema(running: WatchedMock) -> None:
    example = "              example: {items: [], total_size: 0}\n"
    _save(running, "\n  /api/wallets/refresh-all:\n", OPERATION.rstrip() + "\n" + example)
    answer = await _served(running)
    assert (answer.json(), answer.headers["X-Mock-Source"]) == ({"items": [], "total_size": 0}, "example")
    backend = await running.client.get("/api/wallets")
    assert backend.headers["X-Mock-Source"] == "backend"


async def test_what_is_new_in_an_operation_that_exists_is_served_too(running: WatchedMock) -> None:
    text = running.contract.read_text()
    values = "enum: [created_at, updated_at, last_balance, label]"
    field = "    WalletSummary:\n      type: object\n"
    text = text.replace(values, values.replace("label]", "label, mood]"))
    start = text.index(field)
    start = text.index("      required:\n", start) + len("      required:\n")
    text = text[:start] + "        - mood\n" + text[start:]
    start = text.index("      properties:\n", start) + len("      properties:\n")
    text = text[:start] + "        mood: {type: string, enum: [calm, alarmed]}\n" + text[start:]
    start = text.index("      parameters:\n", text.index("operationId: listWallets\n")) + len("      parameters:\n")
    new = "        - name: colour\n          in: query\n          schema: {type: string, maxLength: 9}\n"
    running.contract.write_text(text[:start] + new + text[start:])

    answer = await _served(running, "/api/wallets?colour=red")
    assert answer.headers["X-Mock-Source"] == "generated"
    wallets = [item["wallet"] for item in answer.json()["items"]]
    assert len(wallets) == 3, "the backend's own"
    assert {wallet["mood"] for wallet in wallets} <= {"calm", "alarmed"}
    chosen = await running.client.get("/api/wallets?sort=mood")
    assert (chosen.status_code, chosen.headers["X-Mock-Source"]) == (200, "example")


def test_real_mode_stays_strict(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    text = Path("openapi.yaml").read_text()
    path.write_text(text.replace("\n  /api/wallets/refresh-all:\n", OPERATION + "\n  /api/wallets/refresh-all:\n", 1))
    with pytest.raises(SignatureMismatch, match="listNotes"):
        create_app(ExampleBackend("real"), settings=Settings(), contract=load_contract(path))


def test_every_schema_of_the_contract_has_valid_data_that_is_the_same_again() -> None:
    contract = load_contract()
    generator = SchemaGenerator(contract.schemas)
    for name in contract.document["components"]["schemas"]:
        pointer = f"/components/schemas/{name}"
        for seed in ("1", "2", "3"):
            value = generator.value(pointer, seed)
            assert contract.schemas.at(pointer).is_valid(value), name
            assert generator.value(pointer, seed) == value


def test_what_can_not_be_generated_is_named(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    text = Path("openapi.yaml").read_text()
    impossible = OPERATION.replace(
        "'type': 'integer', 'minimum': 1, 'maximum': 5", "'allOf': [{'enum': [1]}, {'enum': [2]}]"
    )
    path.write_text(text.replace("\n  /api/wallets/refresh-all:\n", impossible + "\n  /api/wallets/refresh-all:\n", 1))
    contract = load_contract(path)
    operation = next(each for each in contract.operations if each.id == "listNotes")
    pointer = operation.responses[200].pointer
    assert pointer is not None
    with pytest.raises(ContractError, match="give it an example"):
        SchemaGenerator(contract.schemas).value(pointer, "1")
