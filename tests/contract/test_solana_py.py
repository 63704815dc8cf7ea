"""solana-py, a client that is not ours, reads the faked chain, and finds what our client finds. It decodes answers by
the types of Solana's own RPC, and no others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from solana.rpc.async_api import AsyncClient
from solana.rpc.models import TokenAccountOpts
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction_status import (
    EncodedConfirmedTransactionWithStatusMeta,
    ParsedAccount,
    UiParsedMessage,
    UiTransaction,
)

from backends.mock.program_addresses import PROGRAM_IDS
from backends.real.solana import SimpleSolanaService
from tests.contract.test_faked_node import WALLETS, Faked, faked_chain
from tests.support.load import LOAD_SECONDS

SOME = WALLETS[:12]


@pytest.fixture
async def faked() -> AsyncIterator[Faked]:
    async with faked_chain() as found:
        yield found


@pytest.fixture
def ours(faked: Faked) -> SimpleSolanaService:
    return faked.real


@pytest.fixture
async def theirs(faked: Faked) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(faked.url, timeout=LOAD_SECONDS) as client:
        yield client


async def test_balances(ours: SimpleSolanaService, theirs: AsyncClient) -> None:
    assert str((await theirs.get_genesis_hash()).value) == await ours.genesis_hash()
    balances = await ours.balances(SOME)
    assert (await theirs.get_slot()).value <= balances.slot
    accounts = (await theirs.get_multiple_accounts([Pubkey.from_string(wallet) for wallet in SOME])).value
    shown = {wallet: found.lamports if found else 0 for wallet, found in zip(SOME, accounts, strict=True)}
    assert shown == balances.lamports


async def test_tokens(ours: SimpleSolanaService, theirs: AsyncClient) -> None:
    programs = set()
    for wallet in SOME:
        shown: Counter[str] = Counter()
        for program in PROGRAM_IDS.values():
            asked = TokenAccountOpts(program_id=Pubkey.from_string(program))
            listed = await theirs.get_token_accounts_by_owner_json_parsed(Pubkey.from_string(wallet), asked)
            for each in listed.value:
                parsed: Any = each.account.data.parsed
                shown[parsed["info"]["mint"]] += int(parsed["info"]["tokenAmount"]["amount"])
                programs.add(program)
        held = (await ours.token_balances(wallet)).holdings
        assert +shown == {each.mint_address: each.amount for each in held}
    assert programs == set(PROGRAM_IDS.values())


async def test_transactions(ours: SimpleSolanaService, theirs: AsyncClient) -> None:
    seen = 0
    for wallet in SOME:
        listed = (await theirs.get_signatures_for_address(Pubkey.from_string(wallet), limit=8)).value
        history = await ours.signatures(wallet, until=None, limit=8)
        assert [str(each.signature) for each in listed] == [each.signature for each in history]
        for entry in history:
            shown = await _transaction(theirs, entry.signature)
            meta, read = shown.transaction.meta, await ours.transaction(entry.signature)
            assert meta is not None
            assert shown.block_time is not None
            assert (shown.slot, datetime.fromtimestamp(shown.block_time, UTC)) == (entry.slot, entry.block_time)
            assert (meta.fee, meta.err is not None) == (read.fee, entry.failed)
            balances = zip(_keys(shown), meta.pre_balances, meta.post_balances, strict=True)
            assert {each: after - before for each, before, after in balances if after != before} == read.lamports
            seen += 1
    assert seen > 50


async def _transaction(theirs: AsyncClient, signature: str) -> EncodedConfirmedTransactionWithStatusMeta:
    shown = await theirs.get_transaction(
        Signature.from_string(signature), "jsonParsed", max_supported_transaction_version=0
    )
    assert shown.value is not None
    return shown.value


def _keys(shown: EncodedConfirmedTransactionWithStatusMeta) -> list[str]:
    transaction = shown.transaction.transaction
    assert isinstance(transaction, UiTransaction)
    assert isinstance(transaction.message, UiParsedMessage)
    keys = [each for each in transaction.message.account_keys if isinstance(each, ParsedAccount)]
    assert len(keys) == len(transaction.message.account_keys)
    return [str(each.pubkey) for each in keys]
