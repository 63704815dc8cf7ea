"""A refresh-all that reads known token accounts, against a local Solana runtime and its real token programs: exact
amounts whatever happened to the accounts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.real.clock_and_ids import RandomIds, SystemClock
from backends.real.rpc.limits import RpcLimits
from backends.real.solana import SimpleSolanaService
from emulators import layouts
from emulators.chain import LAMPORTS_PER_SOL, LocalChain, keypair
from emulators.chain_seed import PROGRAMS, SeededToken, create_token, give_tokens
from generated_models import (
    CachePart,
    CreateWalletRequest,
    OperationState,
    RecordLaunchRequest,
    RefreshAllRequest,
    RefreshDepth,
    RefreshOperation,
)

_SYSTEM = Pubkey.from_string("1" * 32)


def _meta(key: Pubkey, *, signer: bool = False, writable: bool = True) -> AccountMeta:
    return AccountMeta(key, is_signer=signer, is_writable=writable)


@dataclass
class Holder:
    """A wallet that signs for itself, on the local chain and in the store."""

    chain: LocalChain
    backend: WalletManagementOrchestrator
    store: MemoryWalletsDataService
    key: Keypair

    @property
    def address(self) -> str:
        return str(self.key.pubkey())

    def account(self, token: SeededToken) -> Pubkey:
        """Its associated account."""
        return layouts.associated_token_address(
            owner=self.key.pubkey(), mint=token.mint, program=PROGRAMS[token.program]
        )

    async def open(self, token: SeededToken) -> None:
        """Open its associated account, empty; the owner signs."""
        accounts = [
            _meta(self.key.pubkey(), signer=True),
            _meta(self.account(token)),
            *(_meta(key, writable=False) for key in (self.key.pubkey(), token.mint, _SYSTEM, PROGRAMS[token.program])),
        ]
        await self.chain.send([Instruction(layouts.ASSOCIATED_TOKEN_PROGRAM, b"\0", accounts)], [self.key])

    async def send(self, token: SeededToken, amount: int, to: Pubkey, payer: Keypair) -> None:
        """Transfer tokens to another account; somebody else pays."""
        accounts = [_meta(self.account(token)), _meta(to), _meta(self.key.pubkey(), signer=True, writable=False)]
        data = b"\x03" + amount.to_bytes(8, "little")
        await self.chain.send([Instruction(PROGRAMS[token.program], data, accounts)], [payer, self.key])

    async def close(self, token: SeededToken, payer: Keypair) -> None:
        """Close its associated account, which must be empty; the rent goes to the payer."""
        accounts = [
            _meta(self.account(token)),
            _meta(payer.pubkey()),
            _meta(self.key.pubkey(), signer=True, writable=False),
        ]
        await self.chain.send([Instruction(PROGRAMS[token.program], b"\x09", accounts)], [payer, self.key])

    async def give_away(self, account: Pubkey, token: SeededToken, to: Pubkey, payer: Keypair) -> None:
        """Make another the owner of an account."""
        accounts = [_meta(account), _meta(self.key.pubkey(), signer=True, writable=False)]
        data = b"\x06\x02\x01" + bytes(to)
        await self.chain.send([Instruction(PROGRAMS[token.program], data, accounts)], [payer, self.key])

    async def refresh_all(self, depth: RefreshDepth = RefreshDepth.known) -> RefreshOperation:
        """A refresh-all, when it has ended."""
        body = RefreshAllRequest(depth=depth)
        operation = (await self.backend.refresh_all_wallets(body=body, prefer="wait=30", idempotency_key=None)).value
        assert operation.state is OperationState.COMPLETED
        assert operation.complete == operation.total
        return operation

    async def holdings(self) -> dict[str, int]:
        """Raw amounts by mint, as stored."""
        wallet = (await self.backend.get_wallet(wallet_address=self.address)).value.wallet
        assert wallet.token_holdings is not None
        return {holding.mint_address: int(holding.amount) for holding in wallet.token_holdings}

    async def part(self) -> CachePart:
        """How current its holdings are."""
        return (await self.backend.get_wallet(wallet_address=self.address)).value.cache.parts.token_holdings


@pytest.fixture
async def holder(chain: LocalChain, solana_runtime: str, seed: str) -> AsyncIterator[Holder]:
    """One registered wallet with some SOL; its discoveries are a month apart."""
    store = MemoryWalletsDataService()
    context = Context(
        store=store,
        chain=SimpleSolanaService(solana_runtime, RpcLimits(rps=2000)),
        clock=SystemClock(),
        ids=RandomIds(),
        queue=LocalShardQueue(2),
        policy=Policy(discovery=timedelta(days=10_000), refresh_cooldown=timedelta(0)),
    )
    backend = WalletManagementOrchestrator("real", context)
    key = keypair(f"{seed}/holder")
    await chain.airdrop(key.pubkey(), LAMPORTS_PER_SOL)
    await backend.start()
    await backend.create_wallet(body=CreateWalletRequest(wallet_address=str(key.pubkey())), idempotency_key=None)
    yield Holder(chain, backend, store, key)
    await backend.aclose()


@pytest.fixture
async def payer(chain: LocalChain, seed: str) -> Keypair:
    """Somebody who pays for the wallet, whose own balance so never moves."""
    key = keypair(f"{seed}/payer")
    await chain.airdrop(key.pubkey(), 10 * LAMPORTS_PER_SOL)
    return key


async def _token(chain: LocalChain, seed: str, name: str, program: str = "spl-token") -> SeededToken:
    return await create_token(
        chain,
        f"{seed}/{name}",
        name=name,
        ticker=name.upper(),
        decimals=6,
        program="spl-token" if program == "spl-token" else "token-2022",
        supply=10**12,
    )


@pytest.mark.parametrize("program", ["spl-token", "token-2022"])
async def test_known_accounts_are_exact_when_sent_from_closed_and_opened_again(
    holder: Holder, payer: Keypair, chain: LocalChain, seed: str, program: str
) -> None:
    token = await _token(chain, seed, "coin", program)
    await give_tokens(chain, token, holder.key.pubkey(), 1_000)
    shop = await give_tokens(chain, token, payer.pubkey(), 5)
    mint = str(token.mint)
    first = await holder.refresh_all()
    assert first.rpc_calls["getTokenAccountsByOwner"] == 2
    discovered = (await holder.part()).discovered_at
    assert discovered is not None

    await holder.send(token, 400, shop, payer)
    operation = await holder.refresh_all()
    assert dict(operation.rpc_calls) == {"getMultipleAccounts": 1}
    assert await holder.holdings() == {mint: 600}
    assert operation.changed == 1
    part = await holder.part()
    assert part.discovered_at == discovered
    assert part.as_of != discovered

    await holder.send(token, 600, shop, payer)
    await holder.close(token, payer)
    assert dict((await holder.refresh_all()).rpc_calls) == {"getMultipleAccounts": 1}
    assert await holder.holdings() == {}

    # The payer opens it again and pays in: nothing of that shows in the wallet's balance.
    await give_tokens(chain, token, holder.key.pubkey(), 77)
    assert dict((await holder.refresh_all()).rpc_calls) == {"getMultipleAccounts": 1}
    assert await holder.holdings() == {mint: 77}


async def test_an_account_that_was_given_away_is_no_longer_the_wallets(
    holder: Holder, payer: Keypair, chain: LocalChain, seed: str
) -> None:
    token = await _token(chain, seed, "coin")
    await give_tokens(chain, token, holder.key.pubkey(), 10)
    spare = keypair(f"{seed}/spare").pubkey()
    await give_tokens(chain, token, holder.key.pubkey(), 5, account=spare)
    await holder.refresh_all()
    assert await holder.holdings() == {str(token.mint): 15}
    await holder.give_away(spare, token, payer.pubkey(), payer)
    assert dict((await holder.refresh_all()).rpc_calls) == {"getMultipleAccounts": 1}
    assert await holder.holdings() == {str(token.mint): 10}


async def test_an_account_that_the_wallet_opened_shows_in_its_history_and_is_found(
    holder: Holder, chain: LocalChain, seed: str
) -> None:
    await holder.refresh_all()
    await chain.next_slot()
    token = await _token(chain, seed, "coin", "token-2022")
    await holder.open(token)
    await give_tokens(chain, token, holder.key.pubkey(), 9)
    operation = await holder.refresh_all()
    assert operation.rpc_calls["getTokenAccountsByOwner"] == 2
    assert await holder.holdings() == {str(token.mint): 9}


@pytest.mark.parametrize("program", ["spl-token", "token-2022"])
async def test_an_account_of_a_launched_mint_is_found_and_a_strangers_by_the_next_discovery(
    holder: Holder, chain: LocalChain, seed: str, program: str
) -> None:
    launched, stranger = await _token(chain, seed, "launched", program), await _token(chain, seed, "stranger", program)
    body = RecordLaunchRequest(
        wallet_address=holder.address,
        mint_address=str(launched.mint),
        token_name="Launched",
        token_ticker="LAUNCHED",
        launched_at="2026-01-01T00:00:00Z",
    )
    await holder.backend.record_launch(body=body, idempotency_key=None)
    await holder.refresh_all()
    assert await holder.holdings() == {}

    await give_tokens(chain, stranger, holder.key.pubkey(), 3)
    assert dict((await holder.refresh_all()).rpc_calls) == {"getMultipleAccounts": 1}
    assert await holder.holdings() == {}  # nobody has asked for it: `discovered_at` says since when

    await give_tokens(chain, launched, holder.key.pubkey(), 4)
    operation = await holder.refresh_all()
    assert operation.rpc_calls["getTokenAccountsByOwner"] == 2
    assert await holder.holdings() == {str(launched.mint): 4, str(stranger.mint): 3}
    assert dict((await holder.refresh_all()).rpc_calls) == {"getMultipleAccounts": 1}

    late = await _token(chain, seed, "late", program)
    await give_tokens(chain, late, holder.key.pubkey(), 8)
    await holder.refresh_all()
    assert str(late.mint) not in await holder.holdings()
    assert (await holder.refresh_all(RefreshDepth.full)).rpc_calls["getTokenAccountsByOwner"] == 2
    assert (await holder.holdings())[str(late.mint)] == 8


async def test_balance_and_holdings_of_one_request_share_its_slot(
    holder: Holder, payer: Keypair, chain: LocalChain, seed: str
) -> None:
    token = await _token(chain, seed, "coin")
    await give_tokens(chain, token, holder.key.pubkey(), 1)
    await holder.refresh_all()
    await asyncio.sleep(0.5)  # some slots
    await holder.refresh_all()
    found = await holder.store.get(Wallet, holder.address)
    assert found is not None
    parts = found.record.parts
    assert parts.token_holdings.slot == parts.sol_balance.slot
