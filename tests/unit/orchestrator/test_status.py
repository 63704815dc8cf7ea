"""Which status a wallet has, and that it is stored true whoever writes (rule 5)."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from backends.orchestrator.ports import SystemTransfer
from backends.orchestrator.wallets.state import with_derived_fields
from generated_models import RefreshScope, WalletStatus
from tests.support.fakes import START, address
from tests.support.rig import HISTORY, QUICK, TOKENS, Rig, with_policy

A, MINT = address("A"), address("mint")


@pytest.mark.parametrize(
    ("override", "launches", "lamports"),
    list(itertools.product([None, *WalletStatus], [0, 1], [None, 0, 249_999_999, 250_000_000])),
)
async def test_an_override_wins_then_launches_then_the_balance(
    rig: Rig, override: WalletStatus | None, launches: int, lamports: int | None
) -> None:
    await rig.create(A)
    wallet = replace(
        await rig.stored(A), status_override=override, launch_count=launches, last_balance_lamports=lamports
    )
    expected = override
    if expected is None and launches:
        expected = WalletStatus.LAUNCHED
    if expected is None and lamports is not None:
        expected = WalletStatus.FUNDED if lamports >= 250_000_000 else WalletStatus.UNFUNDED
    assert with_derived_fields(wallet, QUICK).status is expected


async def test_every_writer_of_an_input_stores_the_status(rig: Rig) -> None:
    await rig.create(A)

    async def now_is(status: WalletStatus | None) -> None:
        assert (await rig.stored(A)).status is status
        assert (await rig.get(A)).value.wallet.status is status

    await now_is(None)
    rig.chain.lamports[A] = 1
    await rig.refresh(A)
    await now_is(WalletStatus.UNFUNDED)
    rig.chain.lamports[A] = 250_000_000
    await rig.refresh(A)
    await now_is(WalletStatus.FUNDED)
    await rig.launched(A, MINT)
    await now_is(WalletStatus.LAUNCHED)
    for override in WalletStatus:
        await rig.put(A, override=override)
        await now_is(override)
        await rig.refresh(A)
        await now_is(override)
    await rig.put(A, override=None)
    await now_is(WalletStatus.LAUNCHED)


async def test_an_override_can_be_given_at_creation_and_cleared_to_unknown(rig: Rig) -> None:
    created = await rig.create(A, status_override=WalletStatus.ARCHIVED)
    assert created.value.wallet.status is WalletStatus.ARCHIVED
    assert (await rig.put(A)).value.wallet.status is None


async def test_other_parts_say_nothing_of_the_status(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=10**9)
    assert (await rig.refresh(A, TOKENS)).wallet.status is None
    assert (await rig.refresh(A, HISTORY)).wallet.status is None


async def test_archived_wallets_are_refreshed_only_when_listed(rig: Rig) -> None:
    archived, kept = address("archived"), address("kept")
    await rig.create(archived, status_override=WalletStatus.ARCHIVED)
    await rig.create(kept)
    async with rig.running():
        for scope in (RefreshScope.all, RefreshScope.never):
            operation = await rig.finished((await rig.refresh_all(scope=scope)).operation_id)
            assert [item.wallet_address for item in await rig.results(operation.operation_id)][:1] in ([kept], [])
            assert archived not in {item.wallet_address for item in await rig.results(operation.operation_id)}
        listed = await rig.finished((await rig.refresh_all(addresses=[archived])).operation_id)
        assert (listed.total, listed.complete) == (1, 1)
    assert (await rig.get(archived)).value.wallet.last_balance_lamports == "0"


async def test_first_funded_is_set_once_and_never_cleared(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A)
    assert (await rig.get(A)).value.wallet.first_funded_at is None
    rig.chain.pay(A, lamports=5, at=START.replace(minute=20))
    rig.chain.pay(A, lamports=5, at=START.replace(minute=30))
    assert (await rig.refresh(A)).wallet.first_funded_at == "2026-11-22T16:20:00.000Z"
    rig.chain.pay(A, lamports=5, at=START.replace(minute=15))  # found later, though earlier
    rig.chain.spend(A, 1, at=START.replace(minute=40))
    wallet = (await rig.refresh(A)).wallet
    assert wallet.first_funded_at == "2026-11-22T16:20:00.000Z"
    assert wallet.last_activity_at == "2026-11-22T16:40:00.000Z"


async def test_only_incoming_transfers_are_funding(rig: Rig) -> None:
    await rig.create(A)
    signature = rig.chain.pay(A, lamports=50)
    rig.chain.spend(A, 10)
    rig.chain.pay(A, lamports=9, failed=True)
    rig.chain.pay(A, lamports=3, sender=A)  # to itself
    wallet = (await rig.refresh(A)).wallet
    assert [funding.signature for funding in wallet.recent_funding or []] == [signature]


async def test_transfers_of_one_transaction_are_summed_and_several_payers_are_nobody(rig: Rig) -> None:
    await rig.create(A)
    one = rig.chain.pay(A, lamports=50)
    two = rig.chain.pay(A, lamports=50)
    rig.chain.transactions[one].append(SystemTransfer(address("somebody"), A, 7))
    rig.chain.transactions[two].append(SystemTransfer(address("somebody else"), A, 7))
    funding = {each.signature: each for each in (await rig.refresh(A)).wallet.recent_funding or []}
    assert (funding[one].amount_lamports, funding[one].sender) == ("57", address("somebody"))
    assert (funding[two].amount_lamports, funding[two].sender) == ("57", None)


async def test_the_threshold_is_a_setting(rig: Rig) -> None:
    rig = rig.again(with_policy(funded_lamports=10))
    await rig.create(A)
    rig.chain.lamports[A] = 10
    assert (await rig.refresh(A)).wallet.status is WalletStatus.FUNDED


async def test_the_newest_twenty_are_kept(rig: Rig) -> None:
    await rig.create(A)
    signatures = [rig.chain.pay(A, lamports=number + 1) for number in range(23)]
    wallet = (await rig.refresh(A)).wallet
    assert [funding.signature for funding in wallet.recent_funding or []] == signatures[:2:-1]
    assert [funding.amount_lamports for funding in wallet.recent_funding or []][:2] == ["23", "22"]
