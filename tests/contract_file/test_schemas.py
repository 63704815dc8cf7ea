"""The schemas are closed and bounded, and their patterns mean the same to every engine that reads them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract_file.document import DOCUMENT, SCHEMAS, validator, walk

OBJECTS = {name: schema for name, schema in SCHEMAS.items() if schema.get("type") == "object"}
# Request fields that may be absent, and the problem's members that only some codes have.
OPTIONAL = {
    "CreateWalletRequest": {"label", "notes", "tags", "status_override"},
    "RefreshWalletRequest": {"parts"},
    "RefreshAllRequest": {"scope", "addresses", "parts", "depth"},
    "ScheduleFundingRequest": {"note", "source_address"},
    "EditWalletsRequest": {"dry_run", "add_tags", "remove_tags", "set_status_override", "clear_status_override"},
    "RecordLaunchRequest": {"signature"},
    "ImportWallet": {"label", "notes", "tags", "status_override"},
    "ImportWalletsRequest": {"dry_run"},
    # What an export was asked to add (`include=`).
    "ExportedWallet": {"token_holdings", "recent_funding", "history"},
    "Problem": {"cached_wallet", "operation_id", "next_refresh_allowed_at"},
}


def _types(schema: dict[str, Any]) -> list[str]:
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else list(found)


def _schemas() -> list[tuple[str, dict[str, Any]]]:
    """Every schema that says a type, wherever it stands in the file."""
    return [
        (where, node)
        for where, node in walk(DOCUMENT)
        if isinstance(node, dict)
        and "type" in node
        and set(_types(node)) <= {"object", "array", "string", "integer", "number", "boolean", "null"}
        and "/examples/" not in where
        and "/securitySchemes/" not in where
    ]


def test_objects_are_closed_and_their_fields_always_there() -> None:
    for name, schema in OBJECTS.items():
        if name in {"RpcCalls", "AuditDetail"}:  # maps: from method to count, from name to text
            assert schema["maxProperties"]
            continue
        assert schema["additionalProperties"] is False, name
        assert set(schema["properties"]) - set(schema.get("required", [])) == OPTIONAL.get(name, set()), name


def test_there_are_no_objects_outside_the_components() -> None:
    inline = [
        where
        for where, node in _schemas()
        if "object" in _types(node) and not re.fullmatch(r"#/components/schemas/\w+", where)
    ]
    assert inline == []


def test_numbers_strings_and_lists_of_requests_are_bounded() -> None:
    for where, node in _schemas():
        if "integer" in _types(node):
            assert {"minimum", "maximum"} <= node.keys() or "enum" in node, where
        if "string" in _types(node):
            assert node.keys() & {"maxLength", "enum", "const"} or node.get("format") == "uuid", where
        if "array" in _types(node) and "Request/" in where:
            assert "maxItems" in node, where
        assert "number" not in _types(node), f"{where}: no floats anywhere"


def test_every_schema_and_every_field_that_needs_it_is_described() -> None:
    assert [name for name, schema in SCHEMAS.items() if not schema.get("description")] == []
    nullable = [
        f"{name}.{field}"
        for name, schema in OBJECTS.items()
        for field, one in schema.get("properties", {}).items()
        if ("anyOf" in one or "null" in _types(one)) and not one.get("description")
    ]
    # What null means has to be said; in RefreshResults the object itself says it.
    assert [field for field in nullable if not field.startswith("RefreshResults.")] == []


def test_patterns_are_anchored_and_portable() -> None:
    patterns = {node["pattern"] for _, node in walk(DOCUMENT) if isinstance(node, dict) and "pattern" in node}
    for pattern in patterns:
        assert re.match(r"\^.*\$\Z", pattern, re.DOTALL), pattern
        assert not re.search(r"\(\?|\\[pPdDwWsSbBuAzZ1-9]", pattern), f"{pattern}: engines read this differently"
        re.compile(pattern)


ACCEPTED_AND_REFUSED = {
    "RequestSolAmount": (
        ["1", "1.5", "1.50", "0.1", "0.000000001", "0.100000000", "999999999.999999999", "1000000000", "1000000000.0"],
        ["0", "0.0", "0.000000000", "1000000000.000000001", "1000000001", "01", ".5", "1.", "-1", "+1", "1e3", " 1",
         "1\n", "0.0000000001", "1.0000000001", "0x1", "1,5", "1_0", "Infinity", "NaN", "", "١"],
    ),
    "SolAmount": (
        ["0", "1", "0.5", "18446744073.709551615"],
        ["0.0", "1.50", "00", "-1", "1.", "1E-9", "0.0000000001"],
    ),
    "SolTotal": (["0", "600000000.5", "100000000000000000000"], ["1.0", "-1"]),
    "SolDelta": (["0", "-0.5", "0.5", "-12", "12.000000001"], ["-0", "-0.0", "+1", "0.50"]),
    "Lamports": (["0", "18446744073709551615"], ["00", "-1", "1.0", "100000000000000000000"]),
    "LamportsDelta": (["0", "-1", "1"], ["-0", "+1", "01"]),
    "LamportsTotal": (["0", "100000000000000000000"], ["01"]),
    "TokenAmount": (["0", "184467440737095516150"], ["-1", "1.5"]),
    "DecimalAmount": (["0", "0." + "0" * 254 + "1", "5"], ["0.", "0.10", "1e5"]),
    "Timestamp": (
        ["2026-11-22T16:10:00.000Z", "2024-02-29T00:00:00.000Z"],
        ["2026-11-22T16:10:00Z", "2026-11-22T16:10:00.000+00:00", "2025-02-29T00:00:00.000Z",
         "2026-11-22t16:10:00.000z"],
    ),
    "RequestTimestamp": (
        ["2026-11-22T16:10:00Z", "2026-11-22T16:10:00.5Z", "1970-01-01T00:00:00Z", "2999-12-31T23:59:59.999Z"],
        ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "2016-12-31T23:59:60Z",
         "2026-11-22T24:00:00Z", "2026-11-22T16:10:00+01:00", "2026-02-30T00:00:00Z", "2026-11-22 16:10:00Z",
         "2026-11-22T16:10:00.1234Z", "2026-11-22", "0", "2026-11-22T16:10Z"],
    ),
    "Label": (["Łódź 🚀", "a" * 100, " ", ""], ["a" * 101, "a\0b", "a\nb", "a\n", "a\x7f", "a\x85", "\t"]),
    "Notes": (["two\nlines\tand a tab", "a" * 2000, ""], ["a" * 2001, "a\0", "a\r", "\x1b[31m", "\x9b"]),
    "Tag": (["q4", "x" * 32], ["", "x" * 33, "a\nb"]),
    "TokenName": (["🐸", "x" * 64], ["", "x" * 65, "\0"]),
    "TokenTicker": (["$", "x" * 32], ["", "x" * 33]),
    "ChainTokenName": ([""], ["\0", "x" * 65]),
    "WalletAddress": (
        ["1" * 32, "So11111111111111111111111111111111111111112"],
        ["1" * 31, "1" * 33, "1" * 44, "0" * 44, "O" * 43, "l" * 43, "", "So1111111111111111111111111111111111111111é"],
    ),
    "TransactionSignature": (["1" * 64], ["1" * 63, "1" * 65, "1" * 32, "z" * 88]),
    "ScheduleId": (
        ["sch_" + "0" * 32],
        ["sch_" + "0" * 31, "sch_" + "A" * 32, "op_" + "0" * 33, "sch_" + "0" * 32 + "\n"],
    ),
    "PageToken": (["abc-_.~="], ["", "a b", "ä", "a\n"]),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED_AND_REFUSED)
def test_a_string_means_what_it_says(name: str) -> None:
    accepted, refused = ACCEPTED_AND_REFUSED[name]
    checker = validator({"$ref": f"#/components/schemas/{name}"})
    assert [value for value in accepted if not checker.is_valid(value)] == []
    assert [value for value in refused if checker.is_valid(value)] == []


REFUSED_BODIES: list[tuple[str, dict[str, Any]]] = [
    ("RefreshAllRequest", {"scope": "all", "addresses": ["1" * 32]}),
    ("RefreshAllRequest", {"addresses": []}),
    ("RefreshAllRequest", {"addresses": ["1" * 32, "1" * 32]}),
    ("RefreshAllRequest", {"scope": None}),
    ("RefreshWalletRequest", {"parts": []}),
    ("RefreshWalletRequest", {"parts": ["sol_balance", "sol_balance"]}),
    ("CreateWalletRequest", {"wallet_address": "1" * 32, "tags": ["a", "a"]}),
    ("CreateWalletRequest", {"wallet_address": "1" * 32, "tags": [str(n) for n in range(21)]}),
    ("CreateWalletRequest", {"wallet_address": "1" * 32, "colour": "red"}),
    ("UpdateWalletRequest", {"label": None, "notes": None, "tags": []}),
]


@pytest.mark.parametrize(("name", "body"), REFUSED_BODIES)
def test_a_body_that_says_too_much_or_too_little_is_refused(name: str, body: dict[str, Any]) -> None:
    assert not validator({"$ref": f"#/components/schemas/{name}"}).is_valid(body)


@pytest.mark.parametrize("body", [{}, {"scope": "never"}, {"addresses": ["1" * 32]}, {"parts": ["sol_balance"]}])
def test_a_refresh_of_all_names_its_wallets_one_way(body: dict[str, Any]) -> None:
    assert validator({"$ref": "#/components/schemas/RefreshAllRequest"}).is_valid(body)
