"""The smallest chain that gives every method of `SolanaDataService` something to say, as raw JSON-RPC
results.
"""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

from solders.pubkey import Pubkey

from backends.orchestrator.ports import TokenAccount
from emulators import layouts
from emulators.chain import keypair
from generated_models import TokenProgram

SYSTEM_PROGRAM = "1" * 32
OWNER = str(keypair("rpc-world/owner").pubkey())
SENDER = str(keypair("rpc-world/sender").pubkey())
CLASSIC = keypair("rpc-world/classic").pubkey()
MODERN = keypair("rpc-world/modern").pubkey()
_AUTHORITY = keypair("rpc-world/authority").pubkey()
_METADATA = str(layouts.metaplex_address(CLASSIC))
SIGNATURE = str(keypair("rpc-world").sign_message(b"newest"))
OLDER = str(keypair("rpc-world").sign_message(b"older"))
GENESIS = "4wxoxfL6toqQDptTSveMWYPTuy496LngL43rwQCyvHuy"
SLOT = 250_000_000
LAMPORTS = 2_500_000_001
AMOUNT = 2**64 - 1
BLOCK_TIME = 1_795_374_255


def answer(method: str, params: list[Any]) -> Any:
    """The result of any request that the service makes."""
    if method == "getMultipleAccounts":
        length = params[1]["dataSlice"]["length"]
        return in_context([_account(key, length) for key in params[0]])
    if method == "getTokenAccountsByOwner":
        return in_context([token_account(params[0], params[1]["programId"])])
    if method == "getSignaturesForAddress":
        return [history_row(SIGNATURE, SLOT), history_row(OLDER, SLOT - 10, err={"InstructionError": [0, {}]})]
    if method == "getTransaction":
        return transaction(params[0], [parsed_transfer("transfer", OWNER)])
    return {"getGenesisHash": GENESIS}[method]


def in_context(value: Any, slot: int = SLOT) -> dict[str, Any]:
    """A result with the slot it was read at."""
    return {"context": {"apiVersion": "4.1.2", "slot": slot}, "value": value}


def account(owner: str, data: bytes, lamports: int = LAMPORTS, length: int | None = None) -> dict[str, Any]:
    """An account, the first `length` bytes of its data in base64."""
    packed = [base64.b64encode(data[:length]).decode(), "base64"]
    body = {"lamports": lamports, "owner": owner, "data": packed, "executable": False, "space": len(data)}
    return body | {"rentEpoch": 2**64 - 1}


def _account(key: str, length: int) -> dict[str, Any] | None:
    if key == str(MODERN):
        data = layouts.token_2022_mint(
            address=MODERN, authority=_AUTHORITY, supply=AMOUNT, decimals=6, name="Modern", symbol="MOD", uri=""
        )
        return account(str(layouts.TOKEN_2022_PROGRAM), data, length=length)
    if key == _METADATA:
        data = layouts.metaplex_metadata(
            mint=CLASSIC, update_authority=_AUTHORITY, name="Classic", symbol="CLA", uri=""
        )
        return account(str(layouts.METAPLEX_PROGRAM), data, length=length)
    if key == OWNER:
        return account(SYSTEM_PROGRAM, b"")
    if key in _ACCOUNTS_SHOWN:
        owner, program = _ACCOUNTS_SHOWN[key]
        mint = CLASSIC if program == str(layouts.TOKEN_PROGRAM) else MODERN
        data = layouts.token_account(mint=mint, owner=Pubkey.from_string(owner), amount=AMOUNT)
        return account(program, data, length=length)
    return None


_ACCOUNTS_SHOWN: dict[str, tuple[str, str]] = {}
"""Owner and program of the associated token accounts that were asked for by owner, as there are of any."""


@cache
def _associated(owner: str, program: str) -> str:
    mint = CLASSIC if program == str(layouts.TOKEN_PROGRAM) else MODERN
    key = layouts.associated_token_address(
        owner=Pubkey.from_string(owner), mint=mint, program=Pubkey.from_string(program)
    )
    _ACCOUNTS_SHOWN[str(key)] = owner, program
    return str(key)


TOKEN_ACCOUNTS = [
    TokenAccount(_associated(OWNER, str(key)), OWNER, str(mint), program)
    for key, mint, program in (
        (layouts.TOKEN_PROGRAM, CLASSIC, TokenProgram.spl_token),
        (layouts.TOKEN_2022_PROGRAM, MODERN, TokenProgram.token_2022),
    )
]
"""Those of `OWNER`."""


def token_account(
    owner: str,
    program: str,
    *,
    amount: int = AMOUNT,
    mint: str | None = None,
    decimals: int = 6,
    state: str = "initialized",
    address: str | None = None,
) -> dict[str, Any]:
    """An account of `program` as `jsonParsed` shows it."""
    mint = mint or str(CLASSIC if program == str(layouts.TOKEN_PROGRAM) else MODERN)
    shown = {"amount": str(amount), "decimals": decimals, "uiAmount": None, "uiAmountString": "?"}
    info = {"isNative": False, "mint": mint, "owner": owner, "state": state, "tokenAmount": shown}
    data = {"program": "spl-token", "parsed": {"info": info, "type": "account"}, "space": 165}
    return {
        "pubkey": address or _associated(owner, program),
        "account": {"data": data, "executable": False, "lamports": 2_039_280, "owner": program},
    }


def history_row(signature: str, slot: int, *, err: Any = None, block_time: int | None = BLOCK_TIME) -> dict[str, Any]:
    """A row of getSignaturesForAddress."""
    return {
        "signature": signature,
        "slot": slot,
        "err": err,
        "memo": None,
        "blockTime": block_time,
        "confirmationStatus": "confirmed",
    }


def parsed_transfer(kind: str, recipient: str, lamports: int = 5, **renamed: str) -> dict[str, Any]:
    """A System Program instruction; `renamed` are the names of `source` and `destination` where they differ."""
    info = {
        renamed.get("source", "source"): SENDER,
        renamed.get("destination", "destination"): recipient,
        "lamports": lamports,
    }
    return {"program": "system", "programId": SYSTEM_PROGRAM, "parsed": {"type": kind, "info": info}}


def transaction(
    signature: str, instructions: list[Any], *, inner: list[Any] | None = None, err: Any = None
) -> dict[str, Any]:
    """The answer of getTransaction, `inner` called by its first instruction."""
    meta = {"err": err, "fee": 5000, "innerInstructions": [{"index": 0, "instructions": inner}] if inner else []}
    message = {"accountKeys": [], "instructions": instructions, "recentBlockhash": GENESIS}
    signed = {"message": message, "signatures": [signature]}
    return {"blockTime": BLOCK_TIME, "meta": meta, "slot": SLOT, "transaction": signed, "version": 0}


def transaction_between(signature: str, sender: str, recipient: str, lamports: int = 5) -> dict[str, Any]:
    """A transfer that says what it changed: balances, and a token that went along."""

    def holding(index: int, owner: str, amount: int) -> dict[str, Any]:
        shown = {"amount": str(amount), "decimals": 6, "uiAmount": None, "uiAmountString": "?"}
        return {"accountIndex": index, "mint": str(CLASSIC), "owner": owner, "uiTokenAmount": shown}

    answer = transaction(signature, [parsed_transfer("transfer", recipient, lamports)])
    answer["transaction"]["message"]["accountKeys"] = [
        {"pubkey": key, "signer": key == sender, "writable": True, "source": "transaction"}
        for key in (sender, recipient)
    ]
    answer["meta"] |= {
        "preBalances": [LAMPORTS, 0],
        "postBalances": [LAMPORTS - lamports - 5000, lamports],
        "preTokenBalances": [holding(0, sender, AMOUNT)],
        "postTokenBalances": [holding(0, sender, AMOUNT - 7), holding(1, recipient, 7)],
    }
    return answer
