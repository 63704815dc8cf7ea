"""What the service makes of well-formed and of odd answers, one by one. (Faults of the server: test_solana_faults.)"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from backends.errors import ChainUnavailable, TransactionMissing
from backends.orchestrator.ports import AccountBalances, SystemTransfer, TokenName
from backends.orchestrator.printable import printable
from backends.real.rpc.limits import RpcLimits
from backends.real.rpc.metadata import metaplex_address, metaplex_name, token_2022_name
from backends.real.rpc.shapes import is_failure
from backends.real.rpc.transport import retry_after
from backends.real.solana import SimpleSolanaService
from emulators import layouts
from emulators.chain import keypair
from generated_models import TokenProgram
from tests.support import rpc_world
from tests.support.rpc_world import OLDER, OWNER, SENDER, SIGNATURE, SLOT
from tests.support.scripted_rpc import ScriptedRpc

CLASSIC, MODERN = str(rpc_world.CLASSIC), str(rpc_world.MODERN)
CLASSIC_PROGRAM, MODERN_PROGRAM = str(layouts.TOKEN_PROGRAM), str(layouts.TOKEN_2022_PROGRAM)
OTHER = str(keypair("other").pubkey())
AUTHORITY = keypair("authority").pubkey()

Answer = Callable[[list[Any]], Any]


@asynccontextmanager
async def _reading(answer: Answer) -> AsyncIterator[tuple[SimpleSolanaService, ScriptedRpc]]:
    async with ScriptedRpc(lambda _, params: answer(params)) as rpc:
        chain = SimpleSolanaService(rpc.url, RpcLimits(rps=1000), commitment="finalized")
        try:
            yield chain, rpc
        finally:
            await chain.aclose()


def _accounts(*of_classic: Any, modern: tuple[Any, ...] = ()) -> Answer:
    """getTokenAccountsByOwner's answer, by program; the classic one is older."""

    def answer(params: list[Any]) -> Any:
        if params[1]["programId"] == CLASSIC_PROGRAM:
            return rpc_world.in_context(list(of_classic), SLOT - 1)
        return rpc_world.in_context(list(modern))

    return answer


def _holding(amount: int, number: int = 0, **details: Any) -> dict[str, Any]:
    """One classic token account; accounts of other numbers have other addresses."""
    address = str(keypair(f"account {number}").pubkey())
    return rpc_world.token_account(OWNER, CLASSIC_PROGRAM, amount=amount, address=address, **details)


# Balances.


async def test_an_account_that_does_not_exist_has_nothing_and_asking_costs_one_request() -> None:
    async with _reading(lambda params: rpc_world.answer("getMultipleAccounts", params)) as (chain, rpc):
        balances = await chain.balances([SENDER, OWNER])
        assert balances == AccountBalances(SLOT, {SENDER: 0, OWNER: rpc_world.LAMPORTS}, {})
        assert rpc.requests[0].params == [
            [SENDER, OWNER],
            {"commitment": "finalized", "encoding": "base64", "dataSlice": {"offset": 0, "length": 0}},
        ]


@pytest.mark.parametrize("addresses", [[], [OWNER, OWNER], [str(n) for n in range(101)]])
async def test_a_caller_who_breaks_the_ports_promise_is_told(addresses: list[str]) -> None:
    async with _reading(lambda _: None) as (chain, rpc):
        with pytest.raises(ValueError, match="1 to 100"):
            await chain.balances(addresses)
        with pytest.raises(ValueError, match="1 to 50"):
            await chain.token_names({})
        with pytest.raises(ValueError, match="1 to 1000"):
            await chain.signatures(OWNER, until=None, limit=0)
        assert not rpc.requests


# Known token accounts.

_CLASSIC_ACCOUNT, _MODERN_ACCOUNT = rpc_world.TOKEN_ACCOUNTS
_HELD = layouts.token_account(mint=rpc_world.CLASSIC, owner=Pubkey.from_string(OWNER), amount=2**64 - 1)


async def test_wallets_and_token_accounts_are_asked_for_together_and_by_a_slice() -> None:
    async with _reading(lambda params: rpc_world.answer("getMultipleAccounts", params)) as (chain, rpc):
        read = await chain.balances([OWNER], rpc_world.TOKEN_ACCOUNTS)
        assert read == AccountBalances(
            SLOT,
            {OWNER: rpc_world.LAMPORTS},
            {_CLASSIC_ACCOUNT: rpc_world.AMOUNT, _MODERN_ACCOUNT: rpc_world.AMOUNT},
        )
        assert rpc.requests[0].params == [
            [OWNER, _CLASSIC_ACCOUNT.address, _MODERN_ACCOUNT.address],
            {"commitment": "finalized", "encoding": "base64", "dataSlice": {"offset": 0, "length": 72}},
        ]


def _shown(whole: bytes, **changes: Any) -> dict[str, Any]:
    return rpc_world.account(CLASSIC_PROGRAM, whole, length=72) | changes


_GONE = {
    "closed": None,
    "of the system": rpc_world.account("1" * 32, b""),
    "of the other program": rpc_world.account(MODERN_PROGRAM, _HELD, length=72),
    "of another owner": _shown(layouts.token_account(mint=rpc_world.CLASSIC, owner=AUTHORITY, amount=5)),
    "of another mint": _shown(layouts.token_account(mint=rpc_world.MODERN, owner=Pubkey.from_string(OWNER), amount=5)),
    "not initialized": _shown(bytes(165)),
    "a mint now": _shown(layouts.mint(authority=AUTHORITY, supply=5, decimals=6)),
    "made of a few bytes by a stranger": _shown(b"\x01"),
    "without any bytes": _shown(b""),
}


@pytest.mark.parametrize("name", _GONE)
async def test_a_token_account_that_is_no_longer_the_owners_is_none(name: str) -> None:
    async with _reading(lambda _: rpc_world.in_context([_GONE[name]])) as (chain, _):
        assert (await chain.balances([], [_CLASSIC_ACCOUNT])).amounts == {_CLASSIC_ACCOUNT: None}


_NO_ACCOUNTS = {
    "less than was asked for": [_shown(_HELD, data=[base64.b64encode(_HELD[:71]).decode(), "base64"])],
    "more than was asked for": [_shown(_HELD, data=[base64.b64encode(_HELD).decode(), "base64"])],
    "nothing of what there is": [_shown(_HELD, data=["", "base64"])],
    "nothing, and not how much there is": [_shown(_HELD, data=["", "base64"], space=None)],
    "no base64": [_shown(_HELD, data=["!", "base64"])],
    "another encoding": [_shown(_HELD, data=["", "base58"])],
    "a space below nothing": [_shown(_HELD, space=-1)],
    "a space that is none": [_shown(_HELD, space="165")],
    "too few": [],
    "too many": [_shown(_HELD), None],
}


@pytest.mark.parametrize("name", _NO_ACCOUNTS)
async def test_a_token_account_that_is_not_all_there_is_no_answer(name: str) -> None:
    """Unknown is not zero."""
    async with _reading(lambda _: rpc_world.in_context(_NO_ACCOUNTS[name])) as (chain, _):
        with pytest.raises(ChainUnavailable):
            await chain.balances([], [_CLASSIC_ACCOUNT])


async def test_a_node_that_does_not_say_how_large_an_account_is() -> None:
    old = {key: value for key, value in _shown(_HELD).items() if key != "space"}
    async with _reading(lambda _: rpc_world.in_context([old])) as (chain, _):
        assert (await chain.balances([], [_CLASSIC_ACCOUNT])).amounts == {_CLASSIC_ACCOUNT: 2**64 - 1}


async def test_an_answer_of_a_slot_that_cannot_be_is_none() -> None:
    slots = iter([SLOT, SLOT + 10**6, SLOT - 10**6])
    async with _reading(lambda _: rpc_world.in_context([_shown(_HELD)], next(slots))) as (chain, _):
        await chain.balances([], [_CLASSIC_ACCOUNT])
        for _ in range(2):
            with pytest.raises(ChainUnavailable, match="slot"):
                await chain.balances([], [_CLASSIC_ACCOUNT])


async def test_a_hundred_accounts_together_are_the_most() -> None:
    async with _reading(lambda _: None) as (chain, rpc):
        wallets = [str(Pubkey.new_unique()) for _ in range(99)]
        for accounts in (rpc_world.TOKEN_ACCOUNTS, [_CLASSIC_ACCOUNT] * 2):
            with pytest.raises(ValueError, match="1 to 100"):
                await chain.balances(wallets if accounts is rpc_world.TOKEN_ACCOUNTS else [], accounts)
        assert not rpc.requests


# Holdings.


async def test_accounts_of_a_mint_are_added_zeros_dropped_and_the_older_slot_reported() -> None:
    modern = rpc_world.token_account(OWNER, MODERN_PROGRAM, amount=2**64 - 1, decimals=9)
    accounts = _accounts(
        _holding(2**63, 0), _holding(2**63 - 1, 1), _holding(0, 2, mint=OTHER), _holding(0, 3), modern=(modern,)
    )
    async with _reading(accounts) as (chain, rpc):
        read = await chain.token_balances(OWNER)
        assert read.slot == SLOT - 1
        assert {h.mint_address: (h.amount, h.decimals, h.token_program) for h in read.holdings} == {
            CLASSIC: (2**64 - 1, 6, TokenProgram.spl_token),
            MODERN: (2**64 - 1, 9, TokenProgram.token_2022),
        }
        assert [(each.account.mint_address, each.amount) for each in read.accounts] == [
            (CLASSIC, 2**63),
            (CLASSIC, 2**63 - 1),
            (OTHER, 0),
            (CLASSIC, 0),
            (MODERN, 2**64 - 1),
        ]
        assert len(rpc.requests) == 2


async def test_frozen_accounts_count_and_uninitialized_ones_do_not() -> None:
    accounts = _accounts(_holding(5, 0, state="frozen"), _holding(7, 1, state="uninitialized"))
    async with _reading(accounts) as (chain, _):
        assert [h.amount for h in (await chain.token_balances(OWNER)).holdings] == [5]


def _unparsed(amount: int, extra: bytes = b"") -> dict[str, Any]:
    data = layouts.token_account(mint=rpc_world.CLASSIC, owner=AUTHORITY, amount=amount) + extra
    account = _holding(0, 9)
    account["account"]["data"] = [base64.b64encode(data).decode(), "base64"]
    return account


@pytest.mark.parametrize("extra", [b"", b"\x02\x07\0\0\0"])
async def test_an_empty_account_of_a_closed_mint_is_nothing(extra: bytes) -> None:
    async with _reading(_accounts(_unparsed(0, extra), _holding(5, 1))) as (chain, _):
        assert [h.amount for h in (await chain.token_balances(OWNER)).holdings] == [5]


_WRONG_ACCOUNTS = {
    "unreadable mint": [_unparsed(1)],
    "unreadable account": [_holding(1) | {"account": {"owner": CLASSIC_PROGRAM, "data": ["AAAA", "base64"]}}],
    "not base64": [_holding(1) | {"account": {"owner": CLASSIC_PROGRAM, "data": ["!", "base64"]}}],
    "another encoding": [_holding(1) | {"account": {"owner": CLASSIC_PROGRAM, "data": ["AAAA", "base58"]}}],
    "of another program": [rpc_world.token_account(OWNER, MODERN_PROGRAM)],
    "of another owner": [rpc_world.token_account(OTHER, CLASSIC_PROGRAM)],
    "the same account twice": [_holding(1), _holding(1)],
    "two scales of one mint": [_holding(1, 0), _holding(1, 1, decimals=7)],
    "more than any supply": [_holding(2**64 - 1, 0), _holding(1, 1)],
    "an amount beyond u64": [_holding(10**20)],
    "a negative amount": [_holding(-1)],
    "impossible decimals": [_holding(1, decimals=256)],
    "a mint that is no address": [_holding(1, mint="0OIl")],
    "a mint of any length": [_holding(1, mint="1" * 100_000)],
    "an unknown state": [_holding(1, state="liquid")],
}


@pytest.mark.parametrize("name", _WRONG_ACCOUNTS)
async def test_accounts_that_contradict_the_question_or_each_other_are_no_answer(name: str) -> None:
    async with _reading(_accounts(*_WRONG_ACCOUNTS[name])) as (chain, _):
        with pytest.raises(ChainUnavailable):
            await chain.token_balances(OWNER)


async def test_one_mint_in_both_programs_is_no_answer() -> None:
    modern = rpc_world.token_account(OWNER, MODERN_PROGRAM, mint=CLASSIC)
    async with _reading(_accounts(_holding(1), modern=(modern,))) as (chain, _):
        with pytest.raises(ChainUnavailable):
            await chain.token_balances(OWNER)


# History.


async def test_history_is_read_as_it_is() -> None:
    async with _reading(lambda params: rpc_world.answer("getSignaturesForAddress", params)) as (chain, rpc):
        newest, older = await chain.signatures(OWNER, until=OTHER, limit=7)
        assert (newest.signature, newest.slot, newest.failed) == (SIGNATURE, SLOT, False)
        assert newest.block_time == datetime(2026, 11, 22, 19, 4, 15, tzinfo=UTC)
        assert (older.signature, older.failed) == (OLDER, True)
        assert rpc.requests[0].params == [OWNER, {"commitment": "finalized", "limit": 7, "until": OTHER}]


async def test_a_time_that_is_not_known_is_none() -> None:
    async with _reading(lambda _: [rpc_world.history_row(SIGNATURE, 1, block_time=None)]) as (chain, rpc):
        assert [row.block_time for row in await chain.signatures(OWNER, until=None, limit=1)] == [None]
        assert rpc.requests[0].params == [OWNER, {"commitment": "finalized", "limit": 1}]


async def test_rows_from_until_on_and_repeated_rows_are_dropped() -> None:
    rows = [rpc_world.history_row(signature, 9) for signature in (SIGNATURE, SIGNATURE, OLDER, SIGNATURE)]
    async with _reading(lambda _: rows) as (chain, _):
        assert [row.signature for row in await chain.signatures(OWNER, until=OLDER, limit=9)] == [SIGNATURE]


_WRONG_HISTORIES = {
    "longer than asked for": [rpc_world.history_row(SIGNATURE, 9), rpc_world.history_row(OLDER, 8)],
    "no signature": [rpc_world.history_row("abc", 9)],
    "a signature of any length": [rpc_world.history_row("z" * 1_000_000, 9)],
    "a time in no calendar": [rpc_world.history_row(SIGNATURE, 9, block_time=10**15)],
    "no word on success": [{"signature": SIGNATURE, "slot": 9, "blockTime": None}],
}


@pytest.mark.parametrize("name", _WRONG_HISTORIES)
async def test_a_wrong_history_is_no_answer(name: str) -> None:
    async with _reading(lambda _: _WRONG_HISTORIES[name]) as (chain, _):
        with pytest.raises(ChainUnavailable):
            await chain.signatures(OWNER, until=None, limit=1)


@pytest.mark.parametrize("err", [True, 1, "", "lower case", [], {}, {"": 1}, {"A": 1, "B": 2}, {"x": None}, [["A"]]])
async def test_what_is_no_error_of_a_transaction_is_no_answer(err: Any) -> None:
    """Taken for failed, a transaction would never be looked into again."""
    async with _reading(lambda _: [rpc_world.history_row(SIGNATURE, 8, err=err)]) as (chain, _):
        with pytest.raises(ChainUnavailable):
            await chain.signatures(OWNER, until=None, limit=1)
    async with _reading(lambda _: rpc_world.transaction(SIGNATURE, [], err=err)) as (chain, _):
        with pytest.raises(ChainUnavailable):
            await chain.transaction(SIGNATURE)


@pytest.mark.parametrize("err", ["AccountInUse", {"InstructionError": [0, {"Custom": 1}]}, {"DuplicateInstruction": 3}])
async def test_errors_of_transactions_are_told(err: Any) -> None:
    async with _reading(lambda _: [rpc_world.history_row(SIGNATURE, 8, err=err)]) as (chain, _):
        (entry,) = await chain.signatures(OWNER, until=None, limit=1)
        assert entry.failed


def test_errors_are_decoded_any_number_of_times() -> None:
    """With a decoder made anew each time, msgspec 0.22 crashed after some thousands."""
    for err in [b"null", b'"AccountInUse"', b'{"InstructionError":[0,{}]}'] * 5_000:
        assert is_failure(msgspec.Raw(err)) == (err != b"null")


async def test_a_history_out_of_order_is_no_answer() -> None:
    rows = [rpc_world.history_row(SIGNATURE, 8), rpc_world.history_row(OLDER, 9)]
    async with _reading(lambda _: rows) as (chain, _):
        with pytest.raises(ChainUnavailable):
            await chain.signatures(OWNER, until=None, limit=10)


# Transfers.

_NOISE = [
    {"programId": "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr", "parsed": "transfer", "program": "spl-memo"},
    {"programId": "ComputeBudget111111111111111111111111111111", "accounts": [], "data": "K1FDJ7"},
    {"programId": CLASSIC_PROGRAM, "parsed": {"type": "transfer", "info": {"amount": "5"}}, "program": "spl-token"},
    {"programId": rpc_world.SYSTEM_PROGRAM, "parsed": {"type": "allocate", "info": {"space": 5}}},
    {"programId": rpc_world.SYSTEM_PROGRAM, "accounts": [], "data": "3Bxs"},
]


@pytest.mark.parametrize(
    ("kind", "renamed"),
    [
        ("transfer", {}),
        ("transferWithSeed", {}),
        ("createAccount", {"destination": "newAccount"}),
        ("createAccountWithSeed", {"destination": "newAccount"}),
        ("withdrawFromNonce", {"source": "nonceAccount"}),
    ],
)
async def test_everything_that_moves_lamports_is_a_transfer(kind: str, renamed: dict[str, str]) -> None:
    top = rpc_world.parsed_transfer(kind, OWNER, 7, **renamed)
    inner = [*_NOISE, rpc_world.parsed_transfer("transfer", OTHER, 9), rpc_world.parsed_transfer("transfer", OTHER, 0)]
    answer = rpc_world.transaction(SIGNATURE, [*_NOISE, top], inner=inner)
    async with _reading(lambda _: answer) as (chain, rpc):
        assert list((await chain.transaction(SIGNATURE)).transfers) == [
            SystemTransfer(SENDER, OWNER, 7),
            SystemTransfer(SENDER, OTHER, 9),
        ]
        _, options = rpc.requests[0].params
        assert options == {"commitment": "finalized", "encoding": "jsonParsed", "maxSupportedTransactionVersion": 0}


async def test_an_address_takes_its_room_once_a_transaction() -> None:
    """Thousands of transactions are remembered."""
    instructions = [rpc_world.parsed_transfer("transfer", OWNER, amount) for amount in (7, 9)]
    async with _reading(lambda _: rpc_world.transaction(SIGNATURE, instructions)) as (chain, _):
        first, second = (await chain.transaction(SIGNATURE)).transfers
    assert first.sender is second.sender
    assert first.recipient is second.recipient


async def test_a_failed_transaction_moved_nothing() -> None:
    instructions = [rpc_world.parsed_transfer("transfer", OWNER)]
    answer = rpc_world.transaction(SIGNATURE, instructions, err={"InstructionError": [0, {"Custom": 1}]})
    async with _reading(lambda _: answer) as (chain, _):
        assert list((await chain.transaction(SIGNATURE)).transfers) == []


@pytest.mark.parametrize(
    "answer",
    [
        rpc_world.transaction(OLDER, []),
        rpc_world.transaction(SIGNATURE, [{"programId": rpc_world.SYSTEM_PROGRAM, "parsed": {"type": "transfer"}}]),
        rpc_world.transaction(SIGNATURE, [rpc_world.parsed_transfer("transfer", "nobody")]),
        rpc_world.transaction(SIGNATURE, [rpc_world.parsed_transfer("createAccount", OWNER)]),
    ],
)
async def test_a_wrong_transaction_is_no_answer(answer: dict[str, Any]) -> None:
    async with _reading(lambda _: answer) as (chain, _):
        with pytest.raises(ChainUnavailable):
            await chain.transaction(SIGNATURE)


async def test_a_transaction_without_its_record_is_missing() -> None:
    """As very old ones may be: the protocol allows for it."""
    async with _reading(lambda _: rpc_world.transaction(SIGNATURE, []) | {"meta": None}) as (chain, rpc):
        with pytest.raises(TransactionMissing):
            await chain.transaction(SIGNATURE)
        assert rpc.calls == {"getTransaction": 1}


# Names.


async def test_names_come_from_where_each_program_keeps_them_in_one_request() -> None:
    mints = {CLASSIC: TokenProgram.spl_token, MODERN: TokenProgram.token_2022, OTHER: TokenProgram.token_2022}
    async with _reading(lambda params: rpc_world.answer("getMultipleAccounts", params)) as (chain, rpc):
        assert await chain.token_names(mints) == {
            CLASSIC: TokenName("Classic", "CLA"),
            MODERN: TokenName("Modern", "MOD"),
            OTHER: TokenName(None, None),
        }
        assert len(rpc.requests) == 1
        assert len(rpc.requests[0].params[0]) == 5, "a classic mint's own account holds no name"


async def test_fifty_mints_fit_into_a_request() -> None:
    mints = {str(keypair(f"mint {n}").pubkey()): TokenProgram.token_2022 for n in range(50)}
    async with _reading(lambda params: rpc_world.answer("getMultipleAccounts", params)) as (chain, rpc):
        assert len(await chain.token_names(mints)) == 50
        assert [len(set(request.params[0])) for request in rpc.requests] == [100]


def _metaplex(name: str = "Name", symbol: str = "SYM") -> bytes:
    return layouts.metaplex_metadata(
        mint=rpc_world.MODERN, update_authority=AUTHORITY, name=name, symbol=symbol, uri="u"
    )


def _modern(name: str = "Own", symbol: str = "OWN") -> bytes:
    return layouts.token_2022_mint(
        address=rpc_world.MODERN, authority=AUTHORITY, supply=1, decimals=0, name=name, symbol=symbol, uri="u"
    )


_POINTS_ELSEWHERE = _modern().replace(bytes(rpc_world.MODERN), bytes(AUTHORITY), 1)
_BARE = _modern()[:82]
_METADATA: dict[str, tuple[bytes | None, bytes | None, TokenName]] = {
    "both": (_modern(), _metaplex(), TokenName("Own", "OWN")),
    "its own": (_modern(), None, TokenName("Own", "OWN")),
    "its own, empty": (_modern("", ""), _metaplex(), TokenName(None, None)),
    "a pointer elsewhere": (_POINTS_ELSEWHERE, _metaplex(), TokenName("Name", "SYM")),
    "Metaplex only": (_BARE, _metaplex(), TokenName("Name", "SYM")),
    "a ticker only": (_BARE, _metaplex("", "X"), TokenName(None, "X")),
    "none": (None, None, TokenName(None, None)),
    "its own, cut": (_modern()[:-8], None, TokenName("Own", "OWN")),
    "Metaplex, cut": (_BARE, _metaplex()[:70], TokenName(None, None)),
    "Metaplex, empty": (_BARE, b"", TokenName(None, None)),
    "garbage": (b"\xff" * 4096, b"\xff" * 4096, TokenName(None, None)),
}


@pytest.mark.parametrize("case", _METADATA)
async def test_the_mints_own_metadata_wins_and_damage_names_nothing(case: str) -> None:
    own, metaplex, expected = _METADATA[case]
    accounts = [
        rpc_world.account(MODERN_PROGRAM, own) if own is not None else None,
        rpc_world.account(str(layouts.METAPLEX_PROGRAM), metaplex) if metaplex is not None else None,
    ]
    async with _reading(lambda _: rpc_world.in_context(accounts)) as (chain, _):
        names = await chain.token_names({MODERN: TokenProgram.token_2022})
        assert names == {MODERN: expected}


async def test_metadata_in_accounts_of_other_programs_is_nobodys() -> None:
    accounts = [rpc_world.account(OTHER, _modern()), rpc_world.account(OTHER, _metaplex())]
    async with _reading(lambda _: rpc_world.in_context(accounts)) as (chain, _):
        names = await chain.token_names({MODERN: TokenProgram.token_2022})
        assert names == {MODERN: TokenName(None, None)}


def test_the_metadata_address_is_metaplexs() -> None:
    assert metaplex_address(CLASSIC) == str(layouts.metaplex_address(rpc_world.CLASSIC))
    # wrapped SOL's, as any explorer shows it
    assert (
        metaplex_address("So11111111111111111111111111111111111111112")
        == "6dM4TqWyWJsbx7obrdLcviBkTafD5E8av61zfU6jq57X"
    )


@given(st.binary(max_size=600))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    for raw in (data, b"\x04" + bytes(AUTHORITY) + bytes(rpc_world.MODERN) + data, _modern()[:166] + data):
        for name in (metaplex_name(raw, MODERN), token_2022_name(raw, MODERN)):
            assert name is None or (_is_printable(name.name, 64) and _is_printable(name.ticker, 32))


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_text_becomes_printable(name: str, ticker: str) -> None:
    data = _modern(name.encode(errors="ignore").decode(), ticker.encode(errors="ignore").decode())
    read = token_2022_name(data, MODERN)
    assert read is not None
    assert _is_printable(read.name, 64)
    assert _is_printable(read.ticker, 32)
    assert _is_printable(printable(name, 64), 64)


def _is_printable(text: str | None, length: int) -> bool:
    if text is None:
        return True
    bad = {"Cc", "Cs", "Zl", "Zp"}
    clean = text == text.strip() and not any(unicodedata.category(character) in bad for character in text)
    return clean and 0 < len(text) <= length


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bonk\0\0\0", "Bonk"),
        (" \t\r\n ", None),
        ("a\nb\x1b[31mc", "ab[31mc"),
        ("\u202eknoB\u2066", "knoB"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("\ud800x", "x"),
        ("x" * 100, "x" * 64),
        ("y" * 63 + " z", "y" * 63),
        ("ﷺ", "ﷺ"),
    ],
)
def test_strangers_text_is_made_printable(text: str, shown: str | None) -> None:
    assert printable(text, 64) == shown


# Retry-After.


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), (" 0 ", 0), (None, None), ("", None), ("-1", None), ("1e3", None), ("nan", None), ("9" * 5000, None)],
)
def test_retry_after_in_seconds(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_retry_after_as_a_date() -> None:
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert (retry_after("Fri, 31 Dec 2100 23:59:59 GMT") or 0) > 10**9
    assert retry_after("Fri, 31 Dec 2100 23:59:59") is not None
    assert retry_after("Fri, 99 Dec 99999 23:59:59 GMT") is None
