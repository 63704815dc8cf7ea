"""Drifts of real mode's client of the chain: what it makes of a node's answers. Only real mode has it."""

from __future__ import annotations

from tests.contract_tools.drifts import Drift
from tests.contract_tools.line_drifts import _line

_TOKENS = "backends.real.rpc.tokens"
_TRANSACTIONS = "backends.real.rpc.transactions"


def _left_out(instruction: str) -> Drift:
    return _line(
        _TRANSACTIONS,
        "_moves",
        ("_MOVES.get(parsed.type)", f"None if parsed.type == {instruction!r} else _MOVES.get(parsed.type)"),
    )


CHAIN: dict[str, Drift] = {
    "the last of a mint's accounts in place of their sum": _line(
        _TOKENS, "sum_by_mint", ("each.amount + (before.amount if before else 0)", "each.amount")
    ),
    "frozen accounts left out": _line(
        _TOKENS, "found_accounts", ('info.state == "uninitialized"', 'info.state != "initialized"')
    ),
    "accounts of more bytes than a classic one left out": _line(
        _TOKENS, "held_amount", ("account.space < _TOKEN_ACCOUNT_SIZE", "account.space != _TOKEN_ACCOUNT_SIZE")
    ),
    "direction marks left in names": _line(
        "backends.orchestrator.printable", "printable", (" and c not in _DIRECTION_MARKS", "")
    ),
    "what an account is created with left out": _left_out("createAccount"),
    "transfers out of derived accounts left out": _left_out("transferWithSeed"),
    "withdrawals from nonce accounts left out": _left_out("withdrawFromNonce"),
}
