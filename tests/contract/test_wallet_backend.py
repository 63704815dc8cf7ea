"""The suite of `WalletBackend` in the mock's world, on SQLite and on Firestore with the local chain."""

from __future__ import annotations

import asyncio
import itertools
import struct
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from backends.mock.clock import MockClock
from backends.mock.factory import MockWorld, build_world
from backends.mock.slots import to_ms
from backends.mock.solana import FakeSolanaService
from backends.mock.world import WORLDS
from backends.orchestrator.ports import Clock, Ids, Put, ShardQueue, SolanaDataService, WalletsDataService
from backends.orchestrator.records import AuditEntry, Chunk, Wallet
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.real.clock_and_ids import RandomIds, SystemClock
from backends.real.firebase import SimpleFirebaseService
from backends.real.rpc.limits import RpcLimits
from backends.real.solana import SimpleSolanaService
from backends.real.sqlite import SqliteWalletsDataService
from emulators import layouts
from emulators.chain import LAMPORTS_PER_SOL, LocalChain, keypair
from emulators.chain_seed import SeededToken, create_token, give_tokens
from generated_models import ProblemCode, TokenProgram, WalletTransaction
from tests.contract.operations_suite import OperationsSuite
from tests.contract.wallet_backend import POLICY, Client, WalletBackendSuite, World, refused
from tests.support.chains import RaisingChain
from tests.support.fakes import HookedStore


class Faked(World):
    """The mock's world, without its wallets; its clock stands still but for `incoming`."""

    def __init__(self, world: MockWorld) -> None:
        super().__init__()
        self._world = world
        self._numbers = itertools.count()

    async def open_store(self) -> WalletsDataService:
        return self._world.store

    async def open_chain(self) -> SolanaDataService:
        return FakeSolanaService(self._world.chain, self._world.clock)

    def time(self) -> tuple[Clock, Ids]:
        return self._world.clock, self._world.ids

    def queue(self) -> ShardQueue:
        return self._world.context().queue

    async def address(self) -> str:
        chain, now = self._world.chain, to_ms(self._world.clock.now())
        while True:
            address = self._world.seed.address(b"suite", next(self._numbers))
            if chain.balance(address, now) and chain.holdings(address, now):
                return address

    async def incoming(self, address: str) -> tuple[str, int]:
        chain, clock = self._world.chain, self._world.clock
        until = chain.transactions.history(address, to_ms(clock.now()), until=None, limit=1)
        newest = until[0].signature if until else None
        for _ in range(5_000):
            clock.move(timedelta(hours=1))
            now = to_ms(clock.now())
            for entry in reversed(chain.transactions.history(address, now, until=newest, limit=100)):
                found = chain.transactions.by_signature(entry.signature, now)
                transfers = found.transfers if found else ()
                lamports = sum(t.lamports for t in transfers if t.recipient == address and t.sender != address)
                if lamports:
                    return entry.signature, lamports
        raise AssertionError("nobody ever pays this address")


class Local(World):
    """A real store beside the local chain."""

    def __init__(self, rpc_url: str, chain: LocalChain, treasury: Keypair, token: SeededToken, seed: str) -> None:
        super().__init__()
        self._rpc_url, self._chain, self._treasury, self._token, self._seed = rpc_url, chain, treasury, token, seed
        self._numbers = itertools.count()

    async def open_chain(self) -> SolanaDataService:
        return SimpleSolanaService(self._rpc_url, RpcLimits(rps=2000))

    def time(self) -> tuple[Clock, Ids]:
        return SystemClock(), RandomIds()

    def queue(self) -> ShardQueue:
        return LocalShardQueue(4)

    async def address(self) -> str:
        address = keypair(f"{self._seed}/{next(self._numbers)}").pubkey()
        await self._chain.transfer(self._treasury, address, LAMPORTS_PER_SOL // 2)
        await give_tokens(self._chain, self._token, address, 1_234_567)
        return str(address)

    async def incoming(self, address: str) -> tuple[str, int]:
        await self._chain.next_slot()
        await caught_up(self._chain)
        lamports = 1_000_000 + next(self._numbers)
        signature = await self._chain.transfer(self._treasury, Pubkey.from_string(address), lamports)
        await self._chain.next_slot()
        return signature, lamports


class LocalSqlite(Local):
    """With a file."""

    def __init__(self, path: Path, *rest: object) -> None:
        super().__init__(*rest)  # type: ignore[arg-type]
        self._path = path

    async def open_store(self) -> WalletsDataService:
        return SqliteWalletsDataService(self._path)


class LocalFirestore(Local):
    """With the emulator."""

    def __init__(self, project: str, emulator: str, *rest: object) -> None:
        super().__init__(*rest)  # type: ignore[arg-type]
        self._project, self._emulator = project, emulator

    async def open_store(self) -> WalletsDataService:
        return SimpleFirebaseService(self._project, emulator_host=self._emulator)


async def caught_up(chain: LocalChain) -> None:
    """What happens from now on bears a block time that isn't before this second, as a schedule's transfer must."""
    this_second = datetime.now(UTC).replace(microsecond=0)
    while await chain.now() < this_second:  # noqa: ASYNC110 - the chain has no event to wait for
        await asyncio.sleep(0.1)


@pytest.fixture
async def treasury(chain: LocalChain, seed: str) -> Keypair:
    """Somebody with plenty of SOL."""
    treasury = keypair(f"{seed}/treasury")
    await chain.airdrop(treasury.pubkey(), 1_000 * LAMPORTS_PER_SOL)
    return treasury


@pytest.fixture
async def token(chain: LocalChain, seed: str) -> SeededToken:
    """A classic token with Metaplex metadata."""
    return await create_token(
        chain, seed, name="Local Bonk", ticker="LBONK", decimals=5, program="spl-token", supply=10**15
    )


class TestMock(WalletBackendSuite, OperationsSuite):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        clock = MockClock(frozen_at=datetime(2026, 11, 22, 16, 10, tzinfo=UTC))
        world = Faked(await build_world(WORLDS["empty"], seed="the suite", policy=POLICY, clock=clock))
        yield world
        await world.aclose()


class TestSqlite(WalletBackendSuite, OperationsSuite):
    @pytest.fixture
    async def world(
        self, tmp_path: Path, solana_runtime: str, chain: LocalChain, treasury: Keypair, token: SeededToken, seed: str
    ) -> AsyncIterator[World]:
        world = LocalSqlite(tmp_path / "wallets.sqlite3", solana_runtime, chain, treasury, token, seed)
        yield world
        await world.aclose()


class TestFirestore(WalletBackendSuite, OperationsSuite):
    @pytest.fixture
    async def world(
        self,
        firestore_emulator: str,
        firestore_project: str,
        solana_runtime: str,
        chain: LocalChain,
        treasury: Keypair,
        token: SeededToken,
        seed: str,
    ) -> AsyncIterator[World]:
        world = LocalFirestore(firestore_project, firestore_emulator, solana_runtime, chain, treasury, token, seed)
        yield world
        await world.aclose()

    async def test_end_to_end(
        self, world: World, chain: LocalChain, treasury: Keypair, token: SeededToken, seed: str
    ) -> None:
        """SOL, a classic token and a Token-2022 token: created, refreshed, read back; then idle; then only read."""
        modern = await create_token(
            chain, f"{seed}/pump", name="Local Pump", ticker="LPUMP", decimals=6, program="token-2022", supply=2**63
        )
        owner = keypair(f"{seed}/owner").pubkey()
        address = str(owner)
        first = await chain.transfer(treasury, owner, 2_000_000_000)
        await chain.next_slot()
        second = await chain.transfer(treasury, owner, 500_000_001)
        await chain.next_slot()
        await give_tokens(chain, token, owner, 1_234_567)
        await give_tokens(chain, token, owner, 433, account=keypair(f"{seed}/second account").pubkey())
        await give_tokens(chain, modern, owner, 9_223_372_036_854_775_807)

        backend = await world.backend()
        store = HookedStore(backend._context.store)  # type: ignore[attr-defined]
        object.__setattr__(backend._context, "store", store)  # type: ignore[attr-defined]
        client = Client(backend)
        await client.create(address, label="Main")
        refreshed = await client.refresh(address)
        assert refreshed.value.rpc_calls == {
            "getGenesisHash": 1,
            "getMultipleAccounts": 1 + 1,  # the balance; the names of two mints
            "getTokenAccountsByOwner": 2,
            "getSignaturesForAddress": 1,
            "getTransaction": 2,
        }
        reader = Client(await world.backend(chain=RaisingChain(lambda: AssertionError("a read asked the chain"))))
        wallet = (await reader.get(address)).value.wallet
        assert wallet == refreshed.value.wallet
        assert (wallet.last_balance_lamports, wallet.last_balance_sol) == ("2500000001", "2.500000001")
        assert wallet.status == "FUNDED"
        held = {holding.mint_address: holding for holding in wallet.token_holdings or []}
        classic, extended = held.pop(str(token.mint)), held.pop(str(modern.mint))
        assert not held
        assert (classic.name, classic.ticker, classic.token_program) == (
            "Local Bonk",
            "LBONK",
            TokenProgram.spl_token,
        )
        assert (classic.amount, classic.decimals, classic.balance) == ("1235000", 5, "12.35")
        assert (extended.name, extended.ticker, extended.token_program) == (
            "Local Pump",
            "LPUMP",
            TokenProgram.token_2022,
        )
        assert (extended.amount, extended.balance) == ("9223372036854775807", "9223372036854.775807")
        assert [(f.signature, f.amount_sol, f.sender) for f in wallet.recent_funding or []] == [
            (second, "0.500000001", str(treasury.pubkey())),
            (first, "2", str(treasury.pubkey())),
        ]
        assert wallet.first_funded_at == (wallet.recent_funding or [])[1].block_time

        store.commits.clear()
        idle = (await client.refresh(address)).value
        assert idle.rpc_calls == {"getMultipleAccounts": 1, "getTokenAccountsByOwner": 2}
        written = [write.record for writes in store.commits for write in writes if isinstance(write, Put)]
        assert [type(record) for record in written] == [Wallet, AuditEntry]  # no chunk, no mint
        assert not any(isinstance(record, Chunk) for record in written)
        assert idle.wallet == wallet.model_copy(update={"updated_at": idle.wallet.updated_at})

    async def test_a_past_on_a_chain(
        self, world: World, chain: LocalChain, treasury: Keypair, token: SeededToken, seed: str
    ) -> None:
        """Transfers, token moves, an account closed, and two failed refreshes in between: all of it exact."""
        me, other = keypair(f"{seed}/owner"), keypair(f"{seed}/other").pubkey()
        owner, address, mint = me.pubkey(), str(me.pubkey()), str(token.mint)
        await chain.airdrop(other, LAMPORTS_PER_SOL)
        mine = await give_tokens(chain, token, owner, 500)
        theirs = await give_tokens(chain, token, other, 1)
        client = Client(await world.backend())
        await client.create(address)

        async def refreshed(*sent: str) -> int:
            """Read when all of it is there; the balance as the chain has it."""
            assert all(sent)
            await chain.next_slot()
            await client.refresh(address)
            return await chain.lamports(owner)

        funded = await chain.transfer(treasury, owner, 2 * LAMPORTS_PER_SOL)
        balances = [await refreshed(funded)]
        paid = await chain.transfer(me, other, 300_000_000)
        moved = await chain.send([_token_transfer(mine, theirs, owner, 120)], [me])
        balances.append(await refreshed(paid, moved))
        unseen = await chain.transfer(treasury, owner, 100_000_000)
        broken = Client(await world.backend(chain=world.broken_chain()))
        for _ in range(2):
            await refused(broken.refresh(address), ProblemCode.chain_unavailable)
        balances.append(await refreshed(unseen))
        rent = (await chain.call("getBalance", str(mine), {"commitment": "processed"}))["value"]
        emptied = await chain.send([_token_transfer(mine, theirs, owner, 380)], [me])
        closed = await chain.send([_token_close(mine, owner)], [me])
        balances.append(await refreshed(emptied, closed))
        await refreshed()

        past = await client.backend.get_wallet_history(wallet_address=address, from_=None, to=None, max_points=1000)
        entries = past.value.entries
        assert [int(each.balance_lamports or 0) for each in entries] == balances
        assert [(each.tokens_added, each.tokens_removed, each.tokens_changed) for each in entries] == [
            (None, None, None),
            (0, 0, 1),
            (0, 0, 0),
            (0, 1, 0),
        ]
        assert [each.new_funding for each in entries] == [[funded], [], [unseen], []]
        for earlier, later in itertools.pairwise(entries):
            assert earlier.confirmed_until < later.first_seen_at, "nobody knows when it changed"
        assert entries[1].confirmed_until == entries[1].first_seen_at, "a failed refresh confirms nothing"
        assert entries[-1].confirmed_until > entries[-1].first_seen_at

        answer = await client.backend.list_wallet_activity(wallet_address=address, page_size=200, page_token=None)
        page = answer.value
        assert {each.signature: _told(each) for each in page.items} == {
            funded: (2 * LAMPORTS_PER_SOL, 0, str(treasury.pubkey()), []),
            paid: (-300_000_000 - 5_000, 5_000, str(other), []),
            moved: (-5_000, 5_000, None, [(mint, "-120")]),
            unseen: (100_000_000, 0, str(treasury.pubkey()), []),
            emptied: (-5_000, 5_000, None, [(mint, "-380")]),
            closed: (rent - 5_000, 5_000, None, []),
        }
        assert (page.total_size, page.complete_since) == (6, None)
        assert sum(int(each.change_lamports or 0) for each in page.items) == balances[-1]

        async with client.started():
            operation = await client.finished((await client.refresh_all()).operation_id)
        points = await client.backend.get_portfolio_history(from_=None, to=None, max_points=1000)
        [total] = points.value.points
        assert (total.at, total.total_balance_lamports) == (operation.finished_at, str(balances[-1]))
        assert (total.wallets, total.wallets_missing, total.wallets_by_freshness.fresh) == (1, 0, 1)


def _told(one: WalletTransaction) -> tuple[int, int, str | None, list[tuple[str, str]]]:
    """What a transaction changed, the fee, the counterparty, and tokens by mint."""
    tokens = [(change.mint_address, change.amount) for change in one.token_changes or []]
    return int(one.change_lamports or 0), int(one.fee_lamports or 0), one.counterparty, tokens


def _token_transfer(source: Pubkey, target: Pubkey, owner: Pubkey, amount: int) -> Instruction:
    accounts = [
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(target, is_signer=False, is_writable=True),
        AccountMeta(owner, is_signer=True, is_writable=False),
    ]
    return Instruction(layouts.TOKEN_PROGRAM, struct.pack("<BQ", 3, amount), accounts)


def _token_close(account: Pubkey, owner: Pubkey) -> Instruction:
    """What the account held to stay alive goes to its owner."""
    accounts = [
        AccountMeta(account, is_signer=False, is_writable=True),
        AccountMeta(owner, is_signer=False, is_writable=True),
        AccountMeta(owner, is_signer=True, is_writable=False),
    ]
    return Instruction(layouts.TOKEN_PROGRAM, bytes([9]), accounts)
