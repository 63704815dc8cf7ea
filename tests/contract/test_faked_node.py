"""The faked chain as a node: what the real client reads from it is what the mock reads of the same chain; and its raw
answers have the shape of the local Solana runtime's.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import httpx
import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import (
    CreateAccountParams,
    TransferWithSeedParams,
    create_account,
    transfer_with_seed,
)
from solders.transaction import Transaction as SignedTransaction

from backends.mock.address_activity import MoveKind
from backends.mock.clock import MockClock
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_names import FakeNames
from backends.mock.populate import wallet_address
from backends.mock.program_addresses import (
    PROGRAM_IDS,
    associated_token_address,
    is_on_curve,
    metadata_address,
)
from backends.mock.rpc import account_data, json_rpc
from backends.mock.rpc.accounts import Accounts
from backends.mock.rpc.http import MOST_BODY
from backends.mock.rpc.json_rpc import MOST_CALLS
from backends.mock.rpc.node import FakedNode
from backends.mock.seed import Seed
from backends.mock.solana import FakeSolanaService
from backends.mock.tokens import U64_MAX, TokenFacts
from backends.orchestrator.ports import TokenBalances
from backends.real.rpc.limits import RpcLimits
from backends.real.solana import SimpleSolanaService
from emulators import layouts
from emulators.chain import LocalChain
from generated_models import TokenProgram
from generated_models.mock import NamedWallet
from tests.contract.solana_data_service import ChainWorld, KnownWallet, SolanaDataServiceSuite
from tests.contract.test_solana_data_service import seed_chain
from tests.support.faked_node import listening
from tests.support.load import LOAD_SECONDS

AT = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
SEED = Seed("the suite")
WALLETS = [wallet_address(SEED, number) for number in range(50)]  # among them moves of every kind


@dataclass
class Faked:
    chain: FakeChain
    clock: MockClock
    url: str
    real: SimpleSolanaService
    mock: FakeSolanaService


@asynccontextmanager
async def faked_chain(whale: int = 0, named: Sequence[NamedWallet] = ()) -> AsyncIterator[Faked]:
    whales, clock = {WALLETS[0]: whale} if whale else None, MockClock(frozen_at=AT)
    chain = FakeChain(SEED, FakeNames(), whales, named)
    async with listening(FakedNode(chain, clock)) as url:
        real = SimpleSolanaService(url, RpcLimits(rps=2000, timeout=LOAD_SECONDS))
        yield Faked(chain, clock, url, real, FakeSolanaService(chain, clock))
        await real.aclose()


@pytest.fixture
async def faked() -> AsyncIterator[Faked]:
    async with faked_chain() as found:
        yield found


class TestRealServiceOnTheFakedNode(SolanaDataServiceSuite):
    @pytest.fixture
    def world(self, faked: Faked) -> ChainWorld:
        return ChainWorld(faked.real, [KnownWallet(address) for address in WALLETS[:12]])


def _told(found: TokenBalances) -> object:
    """Holdings, and what is in which kind of account; where those lie is each service's own business."""
    accounts = [(each.account.mint_address, each.account.token_program, each.amount) for each in found.accounts]
    return found.holdings, found.slot, sorted(accounts)


async def test_both_services_read_the_same(faked: Faked) -> None:
    real, mock = faked.real, faked.mock
    assert await real.genesis_hash() == await mock.genesis_hash()
    assert await real.balances(WALLETS) == await mock.balances(WALLETS)
    mints: dict[str, TokenProgram] = {}
    kinds = set()
    senders = set()
    for address in WALLETS:
        held = await real.token_balances(address)
        assert _told(held) == _told(await mock.token_balances(address))
        mints |= {each.mint_address: each.token_program for each in held.holdings}
        history = await real.signatures(address, until=None, limit=24)
        assert history == await mock.signatures(address, until=None, limit=24)
        for entry in history:
            transaction = await real.transaction(entry.signature)
            assert transaction == await mock.transaction(entry.signature)
            found = faked.chain.transactions.move_of(entry.signature, 2**62)
            assert found is not None
            kinds.add(found[1].kind)
            senders.add(len({each.sender for each in transaction.transfers if each.recipient == address}))
    assert kinds == set(MoveKind)
    assert senders == {0, 1, 2}
    for first in range(0, len(mints), 50):
        asked = dict(list(mints.items())[first : first + 50])
        assert await real.token_names(asked) == await mock.token_names(asked)


async def test_a_wallet_with_many_holdings(faked: Faked) -> None:
    async with faked_chain(whale=3000) as whale:
        held = await whale.real.token_balances(WALLETS[0])
        assert len(held.holdings) >= 3000
        assert _told(held) == _told(await whale.mock.token_balances(WALLETS[0]))


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("program", ["spl-token", "token-2022"])
async def test_tokens_of_one_mint_in_several_accounts(frozen: bool, program: str) -> None:
    mint = SEED.address(b"mint", 1)
    token = {"mint_address": mint, "amount": "11", "token_accounts": 4, "frozen": frozen, "token_program": program}
    wallet = NamedWallet.model_validate({"address": WALLETS[0], "tokens": [token]})
    async with faked_chain(named=[wallet]) as found:
        held = await found.real.token_balances(WALLETS[0])
        assert _told(held) == _told(await found.mock.token_balances(WALLETS[0]))
        assert [each.amount for each in held.holdings] == [11]
        assert sorted(each.amount for each in held.accounts) == [2, 2, 2, 5]
        known = [each.account for each in held.accounts]
        assert (await found.real.balances([], known)).amounts == {each.account: each.amount for each in held.accounts}
        async with _Raw(found.url) as raw:
            listed = await raw.result("getTokenAccountsByOwner", WALLETS[0], {"mint": mint}, {"encoding": "jsonParsed"})
        states = {each["account"]["data"]["parsed"]["info"]["state"] for each in listed["value"]}
        assert states == {"frozen" if frozen else "initialized"}


class _Raw:
    """Raw calls of a node."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def post(self, content: Any, **headers: str) -> httpx.Response:
        body = content if isinstance(content, str | bytes) else json.dumps(content)
        return await self._client.post(self.url, content=body, headers={"Content-Type": "application/json", **headers})

    async def call(self, method: str, *params: Any) -> Any:
        asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return json.loads((await self.post(asked)).content, object_pairs_hook=_Ordered)

    async def result(self, method: str, *params: Any) -> Any:
        return (await self.call(method, *params))["result"]


class _Ordered(dict[str, Any]):
    """An object whose names' order counts."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)


@pytest.fixture
async def raw(faked: Faked) -> AsyncIterator[_Raw]:
    async with _Raw(faked.url) as found:
        yield found


async def test_token_accounts_are_found_by_their_addresses(faked: Faked, raw: _Raw) -> None:
    """A slice of 72 bytes, wallets and token accounts mixed, as known accounts are read."""
    now = int(AT.timestamp() * 1000)
    known = Accounts(faked.chain)
    accounts = [each for address in WALLETS[:10] for each in known.token_accounts(address, now)]
    assert {faked.chain.tokens.facts(each.mint).token_program for each in accounts} == set(TokenProgram)
    keys = [each for pair in zip(WALLETS, (each.address for each in accounts), strict=False) for each in pair][:100]
    options = {"encoding": "base64", "dataSlice": {"offset": 0, "length": 72}, "commitment": "confirmed"}
    by_address = {each.address: each for each in accounts}
    for key, shown in zip(keys, (await raw.result("getMultipleAccounts", keys, options))["value"], strict=True):
        if key in by_address:
            held = by_address[key]
            data = layouts.token_account(
                mint=Pubkey.from_string(held.mint), owner=Pubkey.from_string(held.owner), amount=held.amount
            )
            assert shown["data"] == [_base64(data[:72]), "base64"]
            program = faked.chain.tokens.facts(held.mint).token_program
            assert shown["owner"] == PROGRAM_IDS[program]
            assert shown["space"] == (165 if program is TokenProgram.spl_token else 170)
        elif shown is not None:
            assert shown["lamports"] == faked.chain.balance(key, now)
            assert shown["owner"] == "1" * 32


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_the_addresses_are_the_programs() -> None:
    for number in range(60):
        owner, mint = wallet_address(SEED, number), SEED.address(b"mint", number)
        for program in PROGRAM_IDS.values():
            assert associated_token_address(owner, mint, program) == str(
                layouts.associated_token_address(
                    owner=Pubkey.from_string(owner),
                    mint=Pubkey.from_string(mint),
                    program=Pubkey.from_string(program),
                )
            )
        assert metadata_address(mint) == str(layouts.metaplex_address(Pubkey.from_string(mint)))
        assert is_on_curve(bytes(Keypair().pubkey()))
        assert is_on_curve(bytes(Pubkey.from_string(owner))) == Pubkey.from_string(owner).is_on_curve()


def test_the_bytes_are_the_programs() -> None:
    mint, owner = SEED.address(b"mint", 1), SEED.address(b"owner", 1)
    keys = {"mint": Pubkey.from_string(mint), "owner": Pubkey.from_string(owner)}
    classic = account_data.token_account(mint, owner, U64_MAX, TokenProgram.spl_token)
    assert classic == layouts.token_account(**keys, amount=U64_MAX)
    modern = account_data.token_account(mint, owner, 7, TokenProgram.token_2022)
    assert modern == layouts.token_2022_account(**keys, amount=7)
    nobody = Pubkey.from_bytes(bytes(32))
    named = account_data.metaplex_account(mint, TokenFacts(6, TokenProgram.spl_token, "Otter", "OTR"))
    assert named == layouts.metaplex_metadata(
        mint=keys["mint"], update_authority=nobody, name="Otter", symbol="OTR", uri=""
    )
    facts = TokenFacts(6, TokenProgram.token_2022, "Otter", "OTR")
    expected = layouts.token_2022_mint(
        address=keys["mint"], authority=nobody, supply=U64_MAX, decimals=6, name="Otter", symbol="OTR", uri=""
    )
    made = account_data.mint_account(mint, facts)
    assert made[:4] == bytes(4), "nobody may mint more"
    assert made[4:] == expected[4:]


async def test_a_transaction_is_the_same_in_all_encodings(faked: Faked, raw: _Raw) -> None:
    now = int(AT.timestamp() * 1000)
    for address in WALLETS[:20]:
        for entry in faked.chain.transactions.history(address, now, until=None, limit=4):
            shown = {
                encoding: await raw.result("getTransaction", entry.signature, {"encoding": encoding})
                for encoding in ("jsonParsed", "json", "base64", "base58")
            }
            parsed = shown["jsonParsed"]
            decoded = SignedTransaction.from_bytes(_decoded(shown["base64"]["transaction"]))
            message = decoded.message
            read_only = message.header.num_readonly_unsigned_accounts
            assert [str(key) for key in message.account_keys] == shown["json"]["transaction"]["message"]["accountKeys"]
            assert str(decoded.signatures[0]) == entry.signature == shown["json"]["transaction"]["signatures"][0]
            for index, key in enumerate(parsed["transaction"]["message"]["accountKeys"]):
                assert key["pubkey"] == str(message.account_keys[index])
                assert key["signer"] == message.is_signer(index)
                assert key["writable"] == (index < len(message.account_keys) - read_only)
            assert [str(message.account_keys[one.program_id_index]) for one in message.instructions] == [
                one["programId"] for one in parsed["transaction"]["message"]["instructions"]
            ]
            meta = parsed["meta"]
            assert sum(meta["preBalances"]) - sum(meta["postBalances"]) == meta["fee"]
            assert min(meta["preBalances"] + meta["postBalances"]) >= 0


def _decoded(pair: list[str]) -> bytes:
    return base64.b64decode(pair[0])


async def test_finalized_is_32_slots_behind_confirmed(faked: Faked, raw: _Raw) -> None:
    confirmed = await raw.result("getSlot", {"commitment": "confirmed"})
    finalized = await raw.result("getSlot")
    assert confirmed - finalized == 32
    refused = await raw.call("getSlot", {"minContextSlot": confirmed})
    assert refused["error"] == {
        "code": -32016,
        "message": "Minimum context slot has not been reached",
        "data": {"contextSlot": finalized},
    }
    assert await raw.result("getBlockTime", confirmed) == int(AT.timestamp())
    assert (await raw.call("getBlockTime", confirmed + 1))["error"]["code"] == -32004


MALFORMED: list[tuple[str, list[Any]]] = [
    ("getBalance", []),
    ("getBalance", [1]),
    ("getBalance", ["abc"]),
    ("getBalance", ["0OIl"]),
    ("getBalance", [WALLETS[0], {}, 3]),
    ("getTokenAccountsByOwner", [WALLETS[0]]),
    ("getTokenAccountsByOwner", [WALLETS[0], {}]),
    ("getMultipleAccounts", [["x"]]),
    ("getMultipleAccounts", [WALLETS[:1], {"dataSlice": {"offset": -1, "length": 1}}]),
    ("getMultipleAccounts", [WALLETS[:1], {"encoding": "nope"}]),
    ("getSignaturesForAddress", ["abc"]),
    ("getTransaction", ["abc"]),
    ("nope", []),
]


@pytest.mark.parametrize("encoding", ["base58", "base64", "jsonParsed", None])
async def test_nothing_strange_is_answered_with_an_internal_error(raw: _Raw, encoding: str | None) -> None:
    options = {} if encoding is None else {"encoding": encoding}
    popular = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
    for key in (WALLETS[0], popular, metadata_address(popular), "1" * 32):
        assert "result" in await raw.call("getAccountInfo", key, options)
    strange: list[Any] = [None, 1, 1.5, True, "", "x" * 5000, [], {}, [[]], {"limit": 2**70}, {"before": "x"}]
    for method in (
        "getBalance",
        "getMultipleAccounts",
        "getTokenAccountsByOwner",
        "getSignaturesForAddress",
        "getSlot",
    ):
        for first in strange:
            for second in strange:
                answer = await raw.call(method, first, second, options)
                assert answer.get("error", {"code": 0})["code"] != -32603, (method, first, second)


async def test_answers_come_in_the_envelope_of_json_rpc(raw: _Raw) -> None:
    slot = await raw.result("getSlot")
    one = {"jsonrpc": "2.0", "id": "a", "method": "getSlot"}
    assert (await raw.post(one)).content == b'{"jsonrpc":"2.0","result":%d,"id":"a"}\n' % slot
    batch = [one, {"jsonrpc": "2.0", "id": 2, "method": "nope"}, 7, {"jsonrpc": "2.0", "method": "getSlot"}]
    assert (await raw.post(batch)).json() == [
        {"jsonrpc": "2.0", "result": slot, "id": "a"},
        {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": 2},
        {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid request"}, "id": None},
    ]
    for body in ("", "{", "[" * 10_000, '{"id":NaN}', b"\xff", '"\\ud800"'):
        assert (await raw.post(body)).json()["error"]["code"] in (-32700, -32600)
    for wrong in ([], [one] * (MOST_CALLS + 1), {}, 1, {**one, "id": {}}, {**one, "id": 1.5}, {**one, "method": 7}):
        assert (await raw.post(wrong)).json()["error"]["code"] == -32600
    assert (await raw.post({**one, "params": {}})).json()["error"]["code"] == -32602
    assert (await raw.post(" " * MOST_BODY + "{}")).status_code == 413
    assert (await raw.post(one, **{"Content-Type": "text/plain"})).status_code == 415
    async with httpx.AsyncClient() as client:
        assert (await client.get(raw.url)).status_code == 405
        assert (await client.get(f"{raw.url}/health")).text == "ok"


async def test_a_batch_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a tenth of what it usually may come to, of a whale a tenth as large."""
    monkeypatch.setattr(json_rpc, "_MOST_BYTES", json_rpc._MOST_BYTES // 10)
    async with faked_chain(whale=200) as whale, _Raw(whale.url) as rich:
        params = [WALLETS[0], {"programId": PROGRAM_IDS[TokenProgram.spl_token]}, {"encoding": "jsonParsed"}]
        asked = {"jsonrpc": "2.0", "id": 1, "method": "getTokenAccountsByOwner", "params": params}
        answer = await rich.post([asked] * MOST_CALLS)
        assert len(answer.content) < 4 * 1024 * 1024
        assert answer.json()[-1]["error"]["message"] == "The batch's answer is too large"


# The local runtime's raw answers


@dataclass(frozen=True)
class _Known:
    """Addresses of one chain that stand for the same things on the other."""

    wallet: str
    classic: str
    """Who holds classic tokens."""
    modern: str
    failed: str
    """The signature of a failed transaction."""
    transfer: str
    creation: str
    """One that created an account with its first lamports."""
    derived: str
    """One whose last transfer is out of an account derived from the payer's."""


@pytest.fixture(scope="module")
def runtime(solana_runtime: str) -> tuple[str, _Known]:
    seeded = asyncio.run(seed_chain(solana_runtime))
    busy = seeded.wallets[-1]
    assert busy.incoming is not None
    signatures = list(busy.incoming)
    whale = seeded.wallets[0].address
    creation, derived = asyncio.run(_rarely_moved(solana_runtime))
    return solana_runtime, _Known(busy.address, whale, whale, signatures[3], signatures[0], creation, derived)


async def _rarely_moved(rpc_url: str) -> tuple[str, str]:
    """The signatures of lamports that came with `createAccount`, and by `transferWithSeed`."""
    sender, created, system = Keypair(), Keypair(), Pubkey.default()
    account = Pubkey.create_with_seed(sender.pubkey(), "payout", system)
    async with LocalChain(rpc_url) as chain:
        await chain.airdrop(sender.pubkey(), 10**10)
        new = CreateAccountParams(
            from_pubkey=sender.pubkey(), to_pubkey=created.pubkey(), lamports=2_000_000, space=0, owner=system
        )
        creation = await chain.send([create_account(new)], [sender, created])
        await chain.transfer(sender, account, 3_000_000)
        out = TransferWithSeedParams(
            from_pubkey=account,
            from_base=sender.pubkey(),
            from_seed="payout",
            from_owner=system,
            to_pubkey=created.pubkey(),
            lamports=1_000_000,
        )
        return creation, await chain.send([transfer_with_seed(out)], [sender])


def _faked_known(chain: FakeChain) -> _Known:
    now = int(AT.timestamp() * 1000)
    programs: dict[TokenProgram, str] = {}
    moves: dict[MoveKind, tuple[str, str]] = {}
    rare: dict[str, str] = {}
    for address in WALLETS:
        for held in chain.holdings(address, now):
            if held.decimals:
                programs.setdefault(held.token_program, address)
        for entry in chain.transactions.history(address, now, until=None, limit=24):
            found = chain.transactions.move_of(entry.signature, now)
            assert found is not None
            moves.setdefault(found[1].kind, (address, entry.signature))
            if found[1].kind is MoveKind.INCOMING:
                transfers = chain.transactions.transfers_of(*found)
                if len(transfers) == 1 and found[1].index == 0:
                    rare.setdefault("creation", entry.signature)
                elif len({each.sender for each in transfers}) == 2 and found[1].index % 2 == 0:
                    rare.setdefault("derived", entry.signature)
    return _Known(
        moves[MoveKind.FAILED][0],
        programs[TokenProgram.spl_token],
        programs[TokenProgram.token_2022],
        moves[MoveKind.FAILED][1],
        moves[MoveKind.OUTGOING][1],
        **rare,
    )


def _calls(known: _Known) -> Iterator[tuple[str, list[Any]]]:
    sliced = {"encoding": "base64", "dataSlice": {"offset": 0, "length": 0}, "commitment": "confirmed"}
    for method in ("getGenesisHash", "getSlot", "getHealth"):
        yield method, []
    yield "getBalance", [known.wallet]
    yield "getMultipleAccounts", [[known.wallet], sliced]
    for encoding in ("base64", "jsonParsed"):
        yield "getAccountInfo", [known.wallet, {"encoding": encoding}]
        for owner, program in ((known.classic, TokenProgram.spl_token), (known.modern, TokenProgram.token_2022)):
            yield "getTokenAccountsByOwner", [owner, {"programId": PROGRAM_IDS[program]}, {"encoding": encoding}]
    yield "getSignaturesForAddress", [known.wallet, {"limit": 1000}]
    for signature in (known.failed, known.transfer, known.creation, known.derived):
        for encoding in ("jsonParsed", "json", "base64", "base58"):
            yield "getTransaction", [signature, {"encoding": encoding, "maxSupportedTransactionVersion": 0}]


def _shape(value: Any, path: str = "") -> Iterator[str]:
    """Every place of an answer with the type of what stands there, objects' names in their order."""
    match value:
        case dict():
            yield f"{path}: {list(value)}"
            for name, each in value.items():
                yield from _shape(each, f"{path}/{name}")
        case list():
            yield f"{path}: a list"
            for each in value:
                yield from _shape(each, f"{path}/*")
        case _:
            yield f"{path}: {type(value).__name__}"


async def test_raw_answers_have_the_runtimes_shape(faked: Faked, raw: _Raw, runtime: tuple[str, _Known]) -> None:
    """The same names in the same order, with values of the same types.

    The runtime alone lists what a program returned where it returned nothing; its transfers set a compute budget.
    """
    url, known = runtime
    for (method, theirs), (_, ours) in zip(_calls(known), _calls(_faked_known(faked.chain)), strict=True):
        async with _Raw(url) as real:
            expected, found = await real.call(method, *theirs), await raw.call(method, *ours)
        for answer in (expected, found):
            if method == "getTransaction":
                answer["result"]["meta"].pop("returnData", None)
                message = answer["result"]["transaction"]
                if isinstance(message, dict):
                    message["message"]["instructions"] = message["message"]["instructions"][-1:]
        assert set(_shape(found)) == set(_shape(expected)), method


async def test_errors_are_the_runtimes(faked: Faked, raw: _Raw, runtime: tuple[str, _Known]) -> None:
    async with _Raw(runtime[0]) as real:
        for method, params in MALFORMED:
            expected, found = await real.call(method, *params), await raw.call(method, *params)
            assert found == expected, (method, params)
