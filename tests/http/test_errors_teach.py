"""Every validation error says where, what was expected there, and what came: enough to mend the request at once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

NEW = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
FUNDING = {"wallet_address": NEW, "amount_sol": "1.5", "scheduled_for": "2026-11-25T09:00:00Z"}
_INSTANT = (
    "an instant in UTC (An instant in UTC between the years 1970 and 2999: `Z`, no other offset, and at most "
    'three decimals of a second), such as "2026-11-25T09:00:00Z"'
)
_AMOUNT = (
    "a string of at most 20 characters (An amount in SOL as a decimal string: more than 0, at most 1,000,000,000, "
    'with at most nine places and no exponent), such as "1.5"'
)


RULES = {
    "/query/status": "choice",
    "/body/scope": "choice",
    "/body/wallet_address": "pattern",
    "/body/scheduled_for": "pattern",
    "/body/amount_sol": "pattern",
    "/body/parts": "type",
    "/body/lable": "unknown",
    "/body/colour": "unknown",
    "/query/pageSize": "unknown",
    "/query/wat": "unknown",
    "/body/label": "too_long",
}


@pytest.mark.parametrize(
    ("method", "path", "body", "where", "expected", "got"),
    [
        # values of an enumeration are listed
        (
            "GET",
            "/api/wallets?status=funded",
            None,
            "/query/status",
            "one of UNFUNDED, FUNDED, LAUNCHED, ARCHIVED",
            "funded",
        ),
        (
            "POST",
            "/api/wallets/refresh-all",
            {"scope": "some"},
            "/body/scope",
            "one of all, stale, failed, never",
            "some",
        ),
        # formats come with an example
        (
            "POST",
            "/api/wallets",
            {"wallet_address": "0x12"},
            "/body/wallet_address",
            f'a Solana address: 32 bytes in base58, such as "{NEW}"',
            "0x12",
        ),
        (
            "POST",
            "/api/wallets/funding/schedule",
            {**FUNDING, "scheduled_for": "tomorrow"},
            "/body/scheduled_for",
            _INSTANT,
            "tomorrow",
        ),
        # patterns are said in words
        (
            "POST",
            "/api/wallets/funding/schedule",
            {**FUNDING, "amount_sol": "1e3"},
            "/body/amount_sol",
            _AMOUNT,
            "1e3",
        ),
        # and a wrong type is told from a text that looks like it
        (
            "POST",
            "/api/wallets/refresh-all",
            {"parts": "all"},
            "/body/parts",
            "an array of 1 to 3 items, each once",
            'the string "all"',
        ),
        # names: the closest that exists, where one is close
        (
            "POST",
            "/api/wallets",
            {"wallet_address": NEW, "lable": "x"},
            "/body/lable",
            "no such field; did you mean label?",
            "x",
        ),
        ("POST", "/api/wallets", {"wallet_address": NEW, "colour": 1}, "/body/colour", "no such field", "1"),
        ("GET", "/api/wallets?pageSize=5", None, "/query/pageSize", "no such parameter; did you mean page_size?", "5"),
        ("GET", "/api/wallets/launches?wat=1", None, "/query/wat", "no such parameter", "1"),
        # what is missing is described
        (
            "POST",
            "/api/wallets",
            {},
            "/body/wallet_address",
            f'a Solana address: 32 bytes in base58, such as "{NEW}"',
            None,
        ),
        # and long values are not repeated whole
        (
            "POST",
            "/api/wallets",
            {"wallet_address": NEW, "label": "x" * 200},
            "/body/label",
            "a string of at most 100 characters",
            f"{'x' * 40}… (200 characters)",
        ),
    ],
)
async def test_where_what_and_what_came(
    client: httpx.AsyncClient, method: str, path: str, body: Any, where: str, expected: str, got: str | None
) -> None:
    response = await client.request(method, path, json=body) if body is not None else await client.request(method, path)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["where"] == where
    assert error["rule"] == ("required" if got is None else RULES[where])
    assert error["expected"].startswith(expected) if where == "/body/label" else error["expected"] == expected
    assert error["got"] == got or (got is not None and got in error["got"])
