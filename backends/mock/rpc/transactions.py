"""A transaction of the faked chain as nodes print it: its message, and how it went."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backends.mock.address_activity import FEE, Move, MoveKind
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_transactions import TokenMovement
from backends.mock.program_addresses import PROGRAM_IDS
from backends.mock.seed import decode, encode
from backends.mock.slots import block_time, slot_at
from backends.orchestrator.ports import SystemTransfer

from .account_data import rent_exempt
from .accounts import Accounts, ui_amount
from .instructions import Instruction, creation, transfer, transfer_with_seed, withdrawal

EXCHANGE_PROGRAM = "6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P"
MEMO_PROGRAM = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"
_FAILURE = {"InstructionError": [0, {"Custom": 1}]}
_PROGRAM_LAMPORTS = 1
_COMPUTE_UNITS = 150


@dataclass(slots=True)
class _Keys:
    """The accounts that a transaction names, in its order: who signs, the payer first, what is written, what is only
    read.
    """

    signers: list[str]
    written: list[str]
    read: list[str]

    def all(self) -> list[str]:
        return [*self.signers, *self.written, *self.read]


class TransactionPrinter:
    """Prints the transactions of one chain."""

    def __init__(self, chain: FakeChain, accounts: Accounts) -> None:
        self._chain = chain
        self._accounts = accounts

    def printed(self, signature: str, now: int, encoding: str) -> dict[str, Any] | None:
        """A transaction in an encoding of getTransaction; None for one that the chain doesn't know by now."""
        found = self._chain.transactions.move_of(signature, now)
        if found is None:
            return None
        address, move = found
        return self._print(signature, address, move, encoding)

    def _print(self, signature: str, address: str, move: Move, encoding: str) -> dict[str, Any]:
        chain = self._chain
        told = chain.transactions.transaction_of(address, move)
        payer = told.payer or address
        tokens = chain.transactions.token_movements(address, move)
        accounts = [self._accounts.address_of(moved.owner, moved.mint) for moved in tokens]
        instructions = list(self._instructions(address, move, payer, told.transfers, accounts))
        lamports = dict(told.lamports or {})
        signers = list(dict.fromkeys([payer, *(signer for one in instructions for signer in one.signers)]))
        written = [party for party in [*lamports, *accounts] if party not in signers]
        programs = dict.fromkeys(each.program for one in instructions for each in (one, *one.inner))
        named = [party for one in instructions for each in (one, *one.inner) for party in each.accounts]
        read = [key for key in dict.fromkeys([*named, *programs]) if key not in signers and key not in written]
        keys = _Keys(signers, list(dict.fromkeys(written)), read)
        at = chain.activity(address).moment(move.index)
        blockhash = chain.seed.derive(b"blockhash", slot_at(at))
        before = {key: self._before(key, address, move, lamports.get(key, 0)) for key in keys.all()}
        failed = move.kind is MoveKind.FAILED
        meta: dict[str, Any] = {
            "computeUnitsConsumed": _COMPUTE_UNITS * len(instructions),
            "err": _FAILURE if failed else None,
            "fee": FEE,
            "innerInstructions": [
                {"index": index, "instructions": [_shown(each, keys, encoding, 2) for each in one.inner]}
                for index, one in enumerate(instructions)
                if one.inner
            ],
            "logMessages": [line for one in instructions for line in _logged(one, failed=failed)],
            "postBalances": [before[key] + lamports.get(key, 0) for key in keys.all()],
            "postTokenBalances": [self._held(each, each.after, keys) for each in tokens],
            "preBalances": [before[key] for key in keys.all()],
            "preTokenBalances": [self._held(each, each.before, keys) for each in tokens],
            "rewards": [],
            "status": {"Err": _FAILURE} if failed else {"Ok": None},
        }
        if encoding != "jsonParsed":
            meta["loadedAddresses"] = {"readonly": [], "writable": []}
        return {
            "blockTime": int(block_time(at).timestamp()),
            "meta": dict(sorted(meta.items())),
            "slot": slot_at(at),
            "transaction": _transaction(self._signatures(signature, keys), keys, blockhash, instructions, encoding),
            "version": "legacy",
        }

    def _signatures(self, first: str, keys: _Keys) -> list[str]:
        """The payer's, by which the transaction is known, and what the other signers signed."""
        seed = self._chain.seed
        return [first, *(encode(seed.derive(b"cosignature", first, key, size=64)) for key in keys.signers[1:])]

    def _before(self, key: str, address: str, move: Move, change: int) -> int:
        """Lamports before the transaction. Only the address whose history it is has a balance that anybody can know."""
        if key == address:
            return self._chain.activity(address).balance(move.index - 1)
        return max(0, -change) + rent_exempt(0) if change else _PROGRAM_LAMPORTS

    def _held(self, moved: TokenMovement, amount: int, keys: _Keys) -> dict[str, Any]:
        facts = self._chain.tokens.facts(moved.mint)
        return {
            "accountIndex": keys.all().index(self._accounts.address_of(moved.owner, moved.mint)),
            "mint": moved.mint,
            "owner": moved.owner,
            "programId": PROGRAM_IDS[facts.token_program],
            "uiTokenAmount": ui_amount(amount, facts.decimals),
        }

    def _instructions(
        self,
        address: str,
        move: Move,
        payer: str,
        transfers: tuple[SystemTransfer, ...],
        accounts: list[str],
    ) -> Iterator[Instruction]:
        match move.kind:
            case MoveKind.INCOMING | MoveKind.OUTGOING:
                for each in transfers:
                    yield _moved(each, payer, move, first_of_all=len(transfers) == 1 and move.index == 0)
            case MoveKind.BUY | MoveKind.SELL:
                parties = [address, self._chain.transactions.curve(address, move), *accounts]
                kind = b"buy" if move.kind is MoveKind.BUY else b"sell"
                yield Instruction(EXCHANGE_PROGRAM, parties, kind, inner=list(map(transfer, transfers)))
            case MoveKind.FAILED:
                yield transfer(SystemTransfer(payer, address, 10**17))
            case MoveKind.NOTHING:
                yield Instruction(MEMO_PROGRAM, [address], b"gm", parsed="gm", name="spl-memo")


def _moved(each: SystemTransfer, payer: str, move: Move, *, first_of_all: bool) -> Instruction:
    """A transfer, by one or another of the instructions that there are for it."""
    if each.sender != payer:
        return withdrawal(each, payer) if move.index % 2 else transfer_with_seed(each, payer)
    return creation(each) if first_of_all and move.kind is MoveKind.INCOMING else transfer(each)


def _shown(one: Instruction, keys: _Keys, encoding: str, height: int) -> dict[str, Any]:
    if encoding != "jsonParsed":
        places = keys.all()
        return {
            "accounts": [places.index(key) for key in one.accounts],
            "data": encode(one.data),
            "programIdIndex": places.index(one.program),
            "stackHeight": height,
        }
    if one.parsed is None:
        return {
            "accounts": one.accounts,
            "data": encode(one.data),
            "programId": one.program,
            "stackHeight": height,
        }
    return {"parsed": one.parsed, "program": one.name, "programId": one.program, "stackHeight": height}


def _logged(one: Instruction, *, failed: bool, height: int = 1) -> Iterator[str]:
    yield f"Program {one.program} invoke [{height}]"
    for each in one.inner:
        yield from _logged(each, failed=False, height=height + 1)
    yield f"Program {one.program} " + ("failed: custom program error: 0x1" if failed else "success")


def _transaction(
    signatures: list[str], keys: _Keys, blockhash: bytes, instructions: list[Instruction], encoding: str
) -> Any:
    if encoding in ("base64", "base58", "binary"):
        raw = bytes([len(signatures)]) + b"".join(map(decode, signatures)) + _message(keys, blockhash, instructions)
        return [base64.b64encode(raw).decode(), "base64"] if encoding == "base64" else [encode(raw), "base58"]
    message: dict[str, Any]
    if encoding == "jsonParsed":
        writable = {*keys.signers, *keys.written}
        message = {
            "accountKeys": [
                {"pubkey": key, "signer": key in keys.signers, "source": "transaction", "writable": key in writable}
                for key in keys.all()
            ]
        }
    else:
        message = {
            "accountKeys": keys.all(),
            "header": {
                "numReadonlySignedAccounts": 0,
                "numReadonlyUnsignedAccounts": len(keys.read),
                "numRequiredSignatures": len(keys.signers),
            },
        }
    message["instructions"] = [_shown(one, keys, encoding, 1) for one in instructions]
    message["recentBlockhash"] = encode(blockhash)
    return {"message": message, "signatures": signatures}


def _message(keys: _Keys, blockhash: bytes, instructions: list[Instruction]) -> bytes:
    """A legacy message. All its lengths are below 128, so that each is one byte."""
    places = keys.all()
    raw = bytes([len(keys.signers), 0, len(keys.read), len(places)]) + b"".join(map(decode, places)) + blockhash
    raw += bytes([len(instructions)])
    for one in instructions:
        accounts = bytes(places.index(key) for key in one.accounts)
        raw += bytes([places.index(one.program), len(accounts)]) + accounts + bytes([len(one.data)]) + one.data
    return raw
