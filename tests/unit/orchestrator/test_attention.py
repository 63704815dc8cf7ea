"""What needs somebody: archived wallets neither count nor hide those that do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from backends.errors import ChainUnavailable, StoreUnavailable
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import Wallet
from backends.orchestrator.wallets.state import revise, revise_metadata
from generated_models import ProblemCode, WalletStatus
from tests.support.fakes import address
from tests.support.rig import BALANCE, TOKENS, Rig, refused

A = address("A")
MANY = 120


async def store(rig: Rig, wallet: Wallet) -> None:
    found = await rig.store.store.get(Wallet, wallet.wallet_address)
    assert found is not None
    await rig.store.store.commit([Put(wallet, found.version)])


@pytest.mark.parametrize("kind", ["low_balance", "never_read"])
async def test_archived_wallets_that_come_first_hide_nobody(rig: Rig, kind: str) -> None:
    ordered = sorted(address(f"many {number}") for number in range(MANY + 3))
    for number, each in enumerate(ordered):
        await rig.create(each)
        wallet = await rig.stored(each)
        if kind == "low_balance":
            wallet = revise(wallet, rig.clock.now(), rig.policy, last_balance_lamports=number)
        if number < MANY:
            wallet = revise_metadata(wallet, rig.clock.now(), rig.policy, status_override=WalletStatus.ARCHIVED)
        await store(rig, wallet)
    found = getattr((await rig.backend.get_attention()).value, kind)
    assert (found.total, [each.wallet_address for each in found.wallets]) == (3, ordered[MANY:])


async def test_the_first_ten_are_of_all_statuses_in_order(rig: Rig) -> None:
    ordered = [address(f"many {number}") for number in range(12)]
    overrides = [None, WalletStatus.FUNDED, WalletStatus.LAUNCHED]
    for number, each in enumerate(ordered):
        await rig.create(each, status_override=overrides[number % 3])
        rig.chain.lamports[each] = 100 + number
        await rig.refresh(each, BALANCE)
    found = (await rig.backend.get_attention()).value
    assert [each.wallet_address for each in found.low_balance.wallets] == ordered[:10]
    assert [each.wallet_address for each in found.never_read.wallets] == sorted(ordered)[:10]


async def test_archived_wallets_are_not_failing(rig: Rig) -> None:
    ordered = sorted(address(f"many {number}") for number in range(24))
    for number, each in enumerate(ordered):
        await rig.create(each, status_override=WalletStatus.ARCHIVED if number % 2 == 0 else None)
    rig.chain.fail("*", ChainUnavailable(), times=1000)
    for each in ordered:
        await refused(rig.refresh(each, TOKENS), ProblemCode.chain_unavailable)
    failing = (await rig.backend.get_attention()).value.failing
    assert [(each.code, each.wallets) for each in failing.by_cause] == [(ProblemCode.chain_unavailable, 12)]
    assert (failing.total, [each.wallet_address for each in failing.wallets]) == (12, ordered[1::2][:10])


async def test_who_failed_for_want_of_the_store_is_failing_too(rig: Rig) -> None:
    async def before(method: str, writes: Sequence[Write]) -> None:
        if method == "get_many":
            raise StoreUnavailable

    await rig.create(A)
    rig.chain.set_tokens(A, bonk=1)
    rig.store.before = before
    await rig.refresh(A)
    rig.store.before = None
    answer = (await rig.get(A)).value.cache.parts.token_holdings.last_error
    failing = (await rig.backend.get_attention()).value.failing
    assert answer is not None
    assert answer.code is ProblemCode.store_unavailable
    assert (failing.total, [(each.code, each.wallets) for each in failing.by_cause]) == (1, [(answer.code, 1)])
