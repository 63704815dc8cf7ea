"""Lists that are too large for the commit of the record that names them: what a conflict leaves unnamed is removed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import Chunk, TokenTotals, Wallet
from backends.orchestrator.storage import chunked_list
from tests.support.fakes import address
from tests.support.rig import TOKENS, Rig, with_policy

A = address("A")


@pytest.fixture(autouse=True)
def _lists_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunked_list, "_WITH_RECORD_BYTES", 100)


def _chunks(rig: Rig) -> set[str]:
    assert isinstance(rig.store.store, MemoryWalletsDataService)
    return {chunk.key for chunk in rig.store.store.all(Chunk)}


def _named(rig: Rig) -> set[str]:
    assert isinstance(rig.store.store, MemoryWalletsDataService)
    lists = [(wallet.key, wallet.holdings) for wallet in rig.store.store.all(Wallet)]
    for snapshot in rig.store.store.all(TokenTotals):
        lists += [(snapshot.key, snapshot.tokens), (snapshot.key, snapshot.holders)]
    return {Chunk.key_of(key, each.ref, index) for key, each in lists if each for index in range(each.chunks)}


@pytest.mark.parametrize("many", [False, True])
async def test_a_wallet_that_is_edited_while_its_tokens_are_stored(rig: Rig, many: bool) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=1, wif=2)
    other, conflicts = rig.again(), 0

    async def edit_first(method: str, writes: Sequence[Write]) -> None:
        nonlocal conflicts
        if conflicts < 3 and any(isinstance(each, Put) and isinstance(each.record, Wallet) for each in writes):
            conflicts += 1
            await other.put(A, label=f"edited {conflicts}")

    rig.store.before = edit_first
    if many:
        async with rig.running():
            operation_id = (await rig.refresh_all(addresses=[A])).operation_id
            await asyncio.sleep(5)  # of the loop's time, in which it tries again
            await rig.finished(operation_id)
    else:
        await rig.refresh(A, TOKENS)
    assert conflicts == 3
    assert len(((await rig.get(A)).value.wallet).token_holdings or []) == 2
    assert _chunks(rig) == _named(rig)


async def test_two_processes_that_make_a_snapshot_at_the_same_moment(rig: Rig) -> None:
    rig = rig.again(with_policy(portfolio_ttl=timedelta(0)))
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=1, wif=2)
    await rig.refresh(A, TOKENS)
    other, met = rig.again(), 0

    async def snapshot_first(method: str, writes: Sequence[Write]) -> None:
        nonlocal met
        if not met and any(isinstance(each, Put) and isinstance(each.record, TokenTotals) for each in writes):
            met += 1
            await other.backend.list_portfolio_tokens(page_size=4, page_token=None)

    rig.store.before = snapshot_first
    page = (await rig.backend.list_portfolio_tokens(page_size=4, page_token=None)).value
    assert (met, page.total_size) == (1, 2)
    assert _chunks(rig) == _named(rig)
