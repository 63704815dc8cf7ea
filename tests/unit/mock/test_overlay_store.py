"""Mocked groups in real mode: wallets are the real store's, and the real store is never written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from backends.errors import BackendError
from backends.mock.clock import MockClock
from backends.mock.factory import build_overlay
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_names import FakeNames
from backends.mock.ids import SeededIds
from backends.mock.populate import wallet_address
from backends.mock.seed import Seed
from backends.mock.solana import FakeSolanaService
from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Write
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from generated_models import (
    CreateWalletRequest,
    PortfolioSummary,
    ProblemCode,
    RecordLaunchRequest,
    RefreshAllRequest,
    ScheduleFundingRequest,
    ScheduleStatus,
    UpdateWalletRequest,
    WalletStatus,
)

NOW = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
SEED = Seed("shadow")
ADDRESSES = [wallet_address(SEED, number) for number in range(12)]
STRANGER = wallet_address(SEED, 99)


class RealStore(MemoryWalletsDataService):
    """Stands for the real store; refuses writes while it is sealed."""

    sealed = False

    async def commit(self, writes: Sequence[Write]) -> None:
        assert not self.sealed, "a mocked group wrote to the real store"
        await super().commit(writes)


class House:
    """A real core group, and every other group on the mock, over one store."""

    def __init__(self) -> None:
        self.store = RealStore()
        self.clock = MockClock(frozen_at=NOW)
        policy = Policy(refresh_cooldown=timedelta(0), portfolio_ttl=timedelta(0))
        context = Context(
            store=self.store,
            chain=FakeSolanaService(FakeChain(SEED, FakeNames()), self.clock),
            clock=self.clock,
            ids=SeededIds(SEED),
            queue=LocalShardQueue(),
            policy=policy,
        )
        self.real = WalletManagementOrchestrator("real", context)
        self.mock = build_overlay(self.store, seed="shadow", policy=policy, clock=self.clock)

    async def create(self, address: str, **metadata: object) -> None:
        body = CreateWalletRequest.model_validate({"wallet_address": address, **metadata})
        self.store.sealed = False
        await self.real.create_wallet(body=body, idempotency_key=None)
        self.store.sealed = True

    async def delete(self, address: str) -> None:
        self.store.sealed = False
        await self.real.delete_wallet(wallet_address=address, force=True, if_match=None)
        self.store.sealed = True

    async def summary(self) -> PortfolioSummary:
        """The portfolio, after the list of wallets was due to be taken anew."""
        self.mock._context.store._listed_at = None  # type: ignore[attr-defined]
        return (await self.mock.get_portfolio_summary()).value


@pytest.fixture
async def house() -> House:
    house = House()
    house.clock.move(timedelta(days=-30))
    for address in ADDRESSES:
        await house.create(address)
    house.clock.move(timedelta(days=30))
    return house


async def test_the_wallets_are_those_of_the_real_store(house: House) -> None:
    summary = await house.summary()
    assert summary.total_wallets == len(ADDRESSES)
    assert summary.total_balance_lamports != "0"
    with pytest.raises(BackendError) as caught:
        await house.mock.refresh_wallet(wallet_address=STRANGER, body=None, idempotency_key=None)
    assert caught.value.code is ProblemCode.wallet_not_found


async def test_a_wallets_data_follows_from_seed_and_address(house: House) -> None:
    twin = House()
    twin.clock.move(timedelta(days=-30))
    for address in reversed(ADDRESSES):
        await twin.create(address)
    twin.clock.move(timedelta(days=30))
    assert await twin.summary() == await house.summary()


async def test_every_mocked_group_works_and_writes_nothing_real(house: House) -> None:
    address = ADDRESSES[0]
    revision = house.store.revision
    await house.mock.start()
    refreshed = await house.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    assert refreshed.value.cache.state == "fresh"
    body = ScheduleFundingRequest(
        wallet_address=address, amount_sol="1.5", scheduled_for="2026-12-01T00:00:00.000Z", note=None
    )
    scheduled = (await house.mock.schedule_funding(body=body, idempotency_key=None)).value
    await house.mock.cancel_scheduled_funding(schedule_id=scheduled.schedule_id)
    launch = RecordLaunchRequest(
        wallet_address=address,
        mint_address=wallet_address(SEED, 500),
        token_name="Moon",
        token_ticker="MOON",
        launched_at="2026-11-22T16:00:00.000Z",
        signature=None,
    )
    before = (await house.summary()).total_launches
    await house.mock.record_launch(body=launch, idempotency_key=None)
    assert (await house.summary()).total_launches == before + 1
    await house.mock.refresh_all_wallets(body=RefreshAllRequest(), prefer="wait=10", idempotency_key=None)
    tokens = await house.mock.list_portfolio_tokens(page_size=200, page_token=None)
    assert tokens.value.total_size > 10
    await house.mock.get_launch_analytics(days=30)
    await house.mock.aclose()
    assert house.store.revision == revision


async def test_a_wallet_deleted_for_real_vanishes_and_its_schedules_are_cancelled(house: House) -> None:
    address = ADDRESSES[3]
    body = ScheduleFundingRequest(
        wallet_address=address, amount_sol="5000", scheduled_for="2026-12-01T00:00:00.000Z", note=None
    )
    scheduled = (await house.mock.schedule_funding(body=body, idempotency_key=None)).value
    await house.delete(address)
    assert (await house.summary()).total_wallets == len(ADDRESSES) - 1
    with pytest.raises(BackendError) as caught:
        await house.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    assert caught.value.code is ProblemCode.wallet_not_found
    page = await house.mock.list_scheduled_funding(
        status=ScheduleStatus.CANCELLED, wallet_address=address, page_size=200, page_token=None
    )
    assert scheduled.schedule_id in [item.schedule_id for item in page.value.items]
    await house.create(address)
    assert (await house.summary()).total_wallets == len(ADDRESSES)


async def test_metadata_is_the_real_stores(house: House) -> None:
    address = ADDRESSES[5]
    await house.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    house.store.sealed = False
    await house.real.update_wallet(
        wallet_address=address,
        body=UpdateWalletRequest(label="Renamed", notes=None, tags=["x"], status_override=WalletStatus.ARCHIVED),
        if_match=None,
    )
    house.store.sealed = True
    refreshed = await house.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    assert refreshed.value.wallet.label == "Renamed"
    assert refreshed.value.wallet.tags == ["x"]
    assert refreshed.value.wallet.status is WalletStatus.ARCHIVED


async def test_a_wallet_just_created_has_a_past_that_fits(house: House) -> None:
    address = wallet_address(SEED, 77)
    await house.create(address)
    refreshed = await house.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    assert refreshed.value.wallet.created_at == "2026-11-22T16:10:00.000Z"
    assert refreshed.value.wallet.updated_at == "2026-11-22T16:10:00.000Z"
