"""The suite of `SolanaDataService` on the real chain (a local runtime) and on the mock's faked one."""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import (
    CreateAccountParams,
    TransferParams,
    TransferWithSeedParams,
    create_account,
    transfer,
    transfer_with_seed,
)
from solders.transaction import Transaction

from backends.errors import ChainError
from backends.mock.clock import MockClock
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_names import FakeNames
from backends.mock.populate import wallet_address
from backends.mock.seed import Seed
from backends.mock.solana import FakeSolanaService
from backends.orchestrator.ports import SystemTransfer, TokenName
from backends.real.rpc.limits import RpcLimits
from backends.real.solana import SimpleSolanaService
from emulators import layouts
from emulators.chain import LocalChain, keypair
from emulators.chain_seed import SeededWallet, create_token, give_tokens, seed_small_world
from generated_models import TokenProgram
from tests.contract.solana_data_service import ChainWorld, KnownWallet, SolanaDataServiceSuite


class TestFakedSolanaService(SolanaDataServiceSuite):
    """The mock's chain, at one moment."""

    @pytest.fixture
    def world(self) -> ChainWorld:
        seed = Seed("the suite")
        chain = FakeChain(seed, FakeNames())
        clock = MockClock(frozen_at=datetime(2026, 11, 22, 16, 10, tzinfo=UTC))
        wallets = [KnownWallet(wallet_address(seed, number)) for number in range(12)]
        return ChainWorld(FakeSolanaService(chain, clock), wallets)


@dataclass(frozen=True)
class _Seeded:
    """What was put on the local chain for the suite."""

    wallets: list[KnownWallet]
    names: dict[str, TokenName]
    unused: str


def _known(wallet: SeededWallet) -> KnownWallet:
    return KnownWallet(
        str(wallet.address),
        wallet.lamports,
        {str(mint): amount for mint, amount in wallet.holdings.items()},
        {funding.signature: funding.lamports for funding in wallet.funding},
    )


async def _fail(chain: LocalChain, sender: Keypair, recipient: Pubkey) -> str:
    """A transfer of more than the sender has, sent without asking whether it could work."""
    params = TransferParams(from_pubkey=sender.pubkey(), to_pubkey=recipient, lamports=10**17)
    blockhash = Hash.from_string((await chain.call("getLatestBlockhash"))["value"]["blockhash"])
    message = Message.new_with_blockhash([transfer(params)], sender.pubkey(), blockhash)
    raw = base64.b64encode(bytes(Transaction([sender], message, blockhash))).decode()
    return str(await chain.call("sendTransaction", raw, {"encoding": "base64", "skipPreflight": True}))


async def seed_chain(rpc_url: str) -> _Seeded:
    """Addresses of its own each time: suites share one chain, and who pays a wallet twice changes its balance."""
    world = uuid.uuid4().hex
    async with LocalChain(rpc_url) as chain:
        small = await seed_small_world(chain, world)
        wallets = [_known(wallet) for wallet in small.wallets]
        # A busy one: three transfers in, one that failed, one out; each in a slot of its own.
        busy = keypair(f"{world}/busy")
        incoming = {}
        for lamports in (10**9, 10**9 + 1, 10**9 + 2):
            incoming[await chain.transfer(small.treasury, busy.pubkey(), lamports)] = lamports
            await chain.next_slot()
        incoming[await _fail(chain, small.treasury, busy.pubkey())] = 0
        await chain.next_slot()
        incoming[await chain.transfer(busy, small.treasury.pubkey(), 10**8)] = 0
        await chain.next_slot()
        lamports = 3 * 10**9 + 3 - 10**8 - 5000
        wallets.append(KnownWallet(str(busy.pubkey()), lamports, {}, incoming))
    names = {str(t.mint): TokenName(t.name, t.ticker) for t in small.tokens}
    return _Seeded(wallets, names, str(keypair(f"{world}/unused").pubkey()))


@pytest.fixture(scope="module")
def seeded(solana_runtime: str) -> _Seeded:
    """The local chain, seeded once for all tests that only read it."""
    return asyncio.run(seed_chain(solana_runtime))


@pytest.fixture
async def real(solana_runtime: str) -> AsyncIterator[SimpleSolanaService]:
    """The service on the local chain."""
    service = SimpleSolanaService(solana_runtime, RpcLimits(rps=2000))
    yield service
    await service.aclose()


class TestSimpleSolanaService(SolanaDataServiceSuite):
    """The real service on a local chain, and what only a chain that can be written to shows."""

    @pytest.fixture
    def world(self, seeded: _Seeded, real: SimpleSolanaService) -> ChainWorld:
        return ChainWorld(real, seeded.wallets, seeded.names, seeded.unused)

    async def test_a_transfer_shows_in_the_balance_and_ends_the_history_read_before(
        self, real: SimpleSolanaService, chain: LocalChain, seed: str
    ) -> None:
        sender, wallet = keypair(f"{seed}/sender"), str(keypair(seed).pubkey())
        await chain.airdrop(sender.pubkey(), 10**10)
        first = await chain.transfer(sender, Pubkey.from_string(wallet), 890_880)
        before = await real.balances([wallet])
        await chain.next_slot()
        second = await chain.transfer(sender, Pubkey.from_string(wallet), 2**53 % 10**9 + 1)
        after = await real.balances([wallet])
        assert after.lamports[wallet] - before.lamports[wallet] == 2**53 % 10**9 + 1
        assert after.slot > before.slot
        assert [e.signature for e in await real.signatures(wallet, until=first, limit=100)] == [second]

    async def test_creating_an_account_funds_it_and_a_derived_sender_is_one(
        self, real: SimpleSolanaService, chain: LocalChain, seed: str
    ) -> None:
        sender, created = keypair(f"{seed}/sender"), keypair(f"{seed}/created")
        system = Pubkey.from_string("1" * 32)
        derived = Pubkey.create_with_seed(sender.pubkey(), "savings", system)
        await chain.airdrop(sender.pubkey(), 10**10)
        signature = await chain.send(
            [
                create_account(
                    CreateAccountParams(
                        from_pubkey=sender.pubkey(),
                        to_pubkey=created.pubkey(),
                        lamports=2_000_000,
                        space=0,
                        owner=system,
                    )
                ),
                transfer(TransferParams(from_pubkey=sender.pubkey(), to_pubkey=derived, lamports=3_000_000)),
                transfer_with_seed(
                    TransferWithSeedParams(
                        from_pubkey=derived,
                        from_base=sender.pubkey(),
                        from_seed="savings",
                        from_owner=system,
                        to_pubkey=created.pubkey(),
                        lamports=1_000_000,
                    )
                ),
            ],
            [sender, created],
        )
        payer, new = str(sender.pubkey()), str(created.pubkey())
        assert list((await real.transaction(signature)).transfers) == [
            SystemTransfer(payer, new, 2_000_000),
            SystemTransfer(payer, str(derived), 3_000_000),
            SystemTransfer(str(derived), new, 1_000_000),
        ]

    async def test_a_program_that_transfers_for_its_caller_shows(
        self, real: SimpleSolanaService, chain: LocalChain, seed: str
    ) -> None:
        """Opening a token account calls the System Program from within."""
        payer = keypair(seed)
        await chain.airdrop(payer.pubkey(), 10**10)
        token = await create_token(chain, seed, name="N", ticker="T", decimals=0, program="spl-token", supply=1)
        program = layouts.TOKEN_PROGRAM
        account = layouts.associated_token_address(owner=payer.pubkey(), mint=token.mint, program=program)
        accounts = [
            AccountMeta(payer.pubkey(), is_signer=True, is_writable=True),
            AccountMeta(account, is_signer=False, is_writable=True),
            *(
                AccountMeta(key, is_signer=False, is_writable=False)
                for key in (payer.pubkey(), token.mint, Pubkey.from_string("1" * 32), program)
            ),
        ]
        signature = await chain.send([Instruction(layouts.ASSOCIATED_TOKEN_PROGRAM, b"\0", accounts)], [payer])
        moved = list((await real.transaction(signature)).transfers)
        assert moved == [SystemTransfer(str(payer.pubkey()), str(account), layouts.rent_exempt(165))]

    async def test_amounts_and_names_are_exact_at_their_limits(
        self, real: SimpleSolanaService, chain: LocalChain, seed: str
    ) -> None:
        owner, largest = keypair(seed).pubkey(), 2**64 - 1
        for program in TokenProgram:
            token = await create_token(
                chain,
                f"{seed}/{program.value}",
                name="\u202eN\0" + "é" * 10,
                ticker="T\n" + "x" * 8,
                decimals=0,
                program=program.value,
                supply=largest,
            )
            await give_tokens(chain, token, owner, largest)
            names = await real.token_names({str(token.mint): program})
            assert names == {str(token.mint): TokenName("N" + "é" * 10, "T" + "x" * 8)}
        holdings = (await real.token_balances(str(owner))).holdings
        assert {(h.amount, h.decimals, h.token_program) for h in holdings} == {
            (largest, 0, program) for program in TokenProgram
        }

    async def test_a_wrong_path_is_a_typed_error(self, solana_runtime: str) -> None:
        service = SimpleSolanaService(f"{solana_runtime.rstrip('/')}/no/such/path", RpcLimits(timeout=2))
        try:
            with pytest.raises(ChainError):
                await service.balances(["not an address"])
        finally:
            await service.aclose()
