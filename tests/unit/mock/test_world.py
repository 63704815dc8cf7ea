"""Worlds: what they contain, and that their past is one the orchestrator could have had."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backends.errors import ChainError
from backends.mock.clock import MockClock
from backends.mock.factory import MockWorld, build_mock, build_world
from backends.mock.ids import SeededIds
from backends.mock.populate import wallet_address
from backends.mock.scenario import Action, Launched, Refreshed, Scheduled
from backends.mock.scenario_planner import ScenarioPlanner
from backends.mock.slots import from_ms, to_ms
from backends.mock.solana import FakeSolanaService
from backends.mock.store import MemoryWalletsDataService
from backends.mock.world import WORLDS, WorldSpec
from backends.orchestrator.amounts import sol_text
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Query
from backends.orchestrator.records import (
    AuditEntry,
    Chunk,
    Launch,
    Mint,
    NamedValue,
    Record,
    Schedule,
    Wallet,
    WalletMonth,
    WalletTombstone,
)
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.orchestrator.timestamps import format_timestamp, parse_timestamp
from generated_models import (
    CreateWalletRequest,
    FreshnessState,
    PortfolioHistory,
    RecordLaunchRequest,
    RefreshWalletRequest,
    ScheduleFundingRequest,
    ScheduleStatus,
    WalletHistory,
    WalletPart,
    WalletSort,
    WalletStatus,
    WalletTransaction,
)

NOW = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
POLICY = Policy(refresh_cooldown=timedelta(0))


_worlds: dict[tuple[WorldSpec, int], MockWorld] = {}


async def world_of(spec: WorldSpec, seed: int = 7) -> MockWorld:
    """A fork of a world that is made once."""
    if (spec, seed) not in _worlds:
        _worlds[spec, seed] = await build_world(spec, seed=seed, policy=POLICY, clock=MockClock(frozen_at=NOW))
    return _worlds[spec, seed].fork("")


async def everything(store: MemoryWalletsDataService, kind: type[Record]) -> dict[str, Any]:
    found = await store.query(Query(kind), limit=10**6)
    return {stored.record.key: stored.record for stored in found}


PART_OF = {
    "getMultipleAccounts": WalletPart.sol_balance,
    "getTokenAccountsByOwner": WalletPart.token_holdings,
    "getSignaturesForAddress": WalletPart.funding_transactions,
}


class FailingParts:
    """Fails the requests of some parts."""

    def __init__(self) -> None:
        self.action: Refreshed | None = None

    async def before(self, method: str, subject: str) -> None:
        part = PART_OF.get(method)
        if self.action is not None and part is not None and part in self.action.failures:
            error = self.action.failures[part]()
            raise error


class Actor:
    """Does to a wallet what its plan says, by asking the orchestrator itself."""

    def __init__(self, world: MockWorld) -> None:
        self.store = MemoryWalletsDataService()
        self.clock = MockClock(frozen_at=NOW)
        self.faults = FailingParts()
        self.context = Context(
            store=self.store,
            chain=FakeSolanaService(world.chain, self.clock, faults=self.faults),
            clock=self.clock,
            ids=SeededIds(world.seed),
            queue=LocalShardQueue(),
            policy=world.policy,
        )
        self.backend = WalletManagementOrchestrator("mock", self.context)

    async def act(self, address: str, action: Action) -> None:
        self.clock.freeze(from_ms(action.at))
        match action:
            case Refreshed():
                await self.refresh(address, action)
            case Scheduled():
                body = ScheduleFundingRequest(
                    wallet_address=address,
                    amount_sol=sol_text(action.lamports),
                    scheduled_for=format_timestamp(from_ms(action.scheduled_for)),
                    note=action.note,
                )
                answer = await self.backend.schedule_funding(body=body, idempotency_key=None)
                if action.cancelled_at is not None:
                    self.clock.freeze(from_ms(action.cancelled_at))
                    await self.backend.cancel_scheduled_funding(schedule_id=answer.value.schedule_id)
            case Launched():
                launch = RecordLaunchRequest(
                    wallet_address=address,
                    mint_address=action.mint,
                    token_name=action.name,
                    token_ticker=action.ticker,
                    launched_at=format_timestamp(from_ms(action.launched_at)),
                    signature=action.signature,
                )
                await self.backend.record_launch(body=launch, idempotency_key=None)

    async def refresh(self, address: str, action: Refreshed) -> None:
        body = RefreshWalletRequest(parts=list(action.failures)) if action.only_failures else None
        self.faults.action = action
        reading = replace(self.context, policy=action.policy(self.context.policy))
        try:
            await WalletManagementOrchestrator("mock", reading).refresh_wallet(
                wallet_address=address, body=body, idempotency_key=None
            )
        except ChainError:
            assert action.failures
        finally:
            self.faults.action = None


async def test_its_past_is_what_the_orchestrator_would_have_written() -> None:
    spec = replace(WORLDS["default"], wallets=40, failing_percent=25, completed_percent=60, open_percent=50)
    world = await world_of(spec)
    planner = ScenarioPlanner(world.chain, world.names, spec, to_ms(NOW), POLICY.cache_ttl)
    actor = Actor(world)
    for number in range(spec.wallets):
        address = wallet_address(world.seed, number)
        created_at = planner.created_at(address)
        metadata = planner.metadata(address)
        actor.clock.freeze(from_ms(created_at))
        body = CreateWalletRequest(
            wallet_address=address,
            label=metadata.label,
            notes=metadata.notes,
            tags=list(metadata.tags),
            status_override=metadata.status_override,
        )
        await actor.backend.create_wallet(body=body, idempotency_key=None)
        for action in planner.actions(address, created_at):
            await actor.act(address, action)
    for kind in (Wallet, WalletTombstone, WalletMonth, Chunk, Schedule, Launch, AuditEntry):
        assert await everything(world.store, kind) == await everything(actor.store, kind), kind
    assert (await everything(world.store, Mint)).keys() == (await everything(actor.store, Mint)).keys()
    pointers = [await everything(store, NamedValue) for store in (world.store, actor.store)]
    assert pointers[0]["chain"].value == pointers[1]["chain"].value


async def _past_of(
    backend: WalletManagementOrchestrator, address: str
) -> tuple[WalletHistory, list[WalletTransaction]]:
    """A wallet's history and all pages of its activity."""
    history = await backend.get_wallet_history(wallet_address=address, from_=None, to=None, max_points=5000)
    transactions: list[WalletTransaction] = []
    token: str | None = None
    while True:
        page = (await backend.list_wallet_activity(wallet_address=address, page_size=200, page_token=token)).value
        transactions += page.items
        token = page.next_page_token
        if token is None:
            return history.value, transactions


@pytest.mark.parametrize("seed", [7, 8])
async def test_balances_are_the_sums_of_what_happened(seed: int) -> None:
    """Of every wallet of the default world, since its first refresh."""
    world = await world_of(WORLDS["default"], seed)
    backend = world.backend()
    compared = 0
    longest = timedelta()
    for address, record in (await everything(world.store, Wallet)).items():
        history, transactions = await _past_of(backend, address)
        page = (await backend.list_wallet_activity(wallet_address=address, page_size=1, page_token=None)).value
        if record.last_balance_lamports is None:
            assert history.entries == []
            continue
        entries = history.entries
        assert entries[-1].balance_lamports == str(record.last_balance_lamports)
        first, last = parse_timestamp(entries[0].first_seen_at), parse_timestamp(entries[-1].confirmed_until)
        longest = max(longest, last - first)
        assert page.complete_since is None or page.complete_since < entries[0].first_seen_at, "all of it is there"
        before = 0 if page.complete_since is None else int(entries[0].balance_lamports or 0)
        since = "" if page.complete_since is None else entries[0].first_seen_at
        for each in entries[bool(since) :]:
            assert each.balance_lamports is not None
            between = [move for move in transactions if since < (move.block_time or "") <= each.first_seen_at]
            assert sum(int(move.change_lamports or 0) for move in between) == int(each.balance_lamports) - before
            before, since = int(each.balance_lamports), each.first_seen_at
            compared += 1
    assert compared > 80
    assert longest > timedelta(days=90)


@pytest.mark.parametrize("seed", [7, 8])
async def test_the_portfolios_past_is_the_sum_of_the_wallets_pasts(seed: int) -> None:
    world = await world_of(WORLDS["default"], seed)
    backend = world.backend()
    wallets = await everything(world.store, Wallet)
    pasts = {address: (await _past_of(backend, address))[0].entries for address in wallets}

    async def portfolio() -> PortfolioHistory:
        return (await backend.get_portfolio_history(from_=None, to=None, max_points=5000)).value

    seeded = await portfolio()
    for point in seeded.points:
        known = [
            next((int(each.balance_lamports or 0) for each in reversed(past) if each.first_seen_at <= point.at), None)
            for past in pasts.values()
        ]
        assert int(point.total_balance_lamports) == sum(each or 0 for each in known)
        assert point.wallets == sum(wallet.created_at <= parse_timestamp(point.at) for wallet in wallets.values())
        assert sum(point.wallets_by_freshness.model_dump().values()) == point.wallets
    # As where somebody refreshes all wallets now and then: most were fresh when looked at, and some failing.
    shares = [point.wallets_by_freshness for point in seeded.points]
    assert sum(share.fresh for share in shares) > sum(share.stale + share.error + share.never for share in shares)
    assert all(max(getattr(share, state) for share in shares) > 2 for state in ("never", "error", "stale"))
    assert len(seeded.points) > 200
    assert len({point.total_balance_lamports for point in seeded.points}) > 50
    first, last = (parse_timestamp(seeded.points[place].at) for place in (0, -1))
    assert last - first > timedelta(days=88)
    summary = (await backend.get_portfolio_summary()).value
    now = (await portfolio()).points
    assert now[:-1] == seeded.points
    assert (now[-1].at, now[-1].total_balance_lamports) == (summary.computed_at, summary.total_balance_lamports)


@pytest.mark.parametrize("seed", [7, 8])
async def test_schedules_were_completed_by_what_happened(seed: int) -> None:
    """And an open one by nothing: no transfer since would have done."""
    world = await world_of(WORLDS["default"], seed)
    backend = world.backend()
    completed = 0
    for schedule in (await everything(world.store, Schedule)).values():
        _, transactions = await _past_of(backend, schedule.wallet_address)
        arrivals = {each.signature: each for each in transactions}
        if schedule.status is ScheduleStatus.COMPLETED:
            arrival = arrivals[schedule.matched_signature]
            assert int(arrival.change_lamports or 0) >= schedule.amount_lamports
            assert parse_timestamp(arrival.block_time or "") + timedelta(seconds=1) > schedule.created_at
            completed += 1
        elif schedule.status is ScheduleStatus.SCHEDULED:
            matched = {each.matched_signature for each in (await everything(world.store, Schedule)).values()}
            assert not [
                each
                for each in transactions
                if int(each.change_lamports or 0) >= schedule.amount_lamports
                and each.counterparty is not None
                and parse_timestamp(each.block_time or "") > schedule.created_at
                and each.signature not in matched
            ]
    assert completed >= 3


async def test_the_default_world_shows_everything() -> None:
    world = await world_of(WORLDS["default"])
    wallets = (await everything(world.store, Wallet)).values()
    schedules = (await everything(world.store, Schedule)).values()
    assert len(wallets) == 50
    assert {wallet.status for wallet in wallets} >= {
        WalletStatus.FUNDED,
        WalletStatus.UNFUNDED,
        WalletStatus.LAUNCHED,
        None,
    }
    assert {wallet.cache_class for wallet in wallets} == {"ok", "error", "never"}
    assert {schedule.status for schedule in schedules} == set(ScheduleStatus)
    backend = world.backend()
    counted = Counter[FreshnessState]()
    for state in FreshnessState:
        page = await backend.list_wallets(
            status=None, tag=None, freshness=state, sort=WalletSort.created_at, page_size=200, page_token=None
        )
        counted[state] = len(page.value.items)
    assert sum(counted.values()) == 50
    assert min(counted.values()) > 0


@pytest.mark.parametrize("seed", [7, 8])
async def test_the_numbers_of_a_world_agree(seed: int) -> None:
    world = await world_of(WORLDS["default"], seed)
    schedules = (await everything(world.store, Schedule)).values()
    launches = (await everything(world.store, Launch)).values()
    launched = Counter(launch.wallet_address for launch in launches)
    waiting = Counter(s.wallet_address for s in schedules if s.status is ScheduleStatus.SCHEDULED)
    for wallet in (await everything(world.store, Wallet)).values():
        assert wallet.launch_count == launched[wallet.key]
        assert wallet.open_schedules == waiting[wallet.key]
        assert wallet.created_at <= wallet.updated_at <= NOW
        as_of = wallet.parts.sol_balance.as_of
        if as_of is not None:
            assert wallet.last_balance_lamports == world.chain.balance(wallet.key, to_ms(as_of))
    for schedule in schedules:
        assert schedule.updated_at <= NOW
        if schedule.status is ScheduleStatus.COMPLETED:
            found = world.chain.transactions.by_signature(schedule.matched_signature, to_ms(NOW))
            assert found is not None
            transfers = found.transfers
            came = sum(each.lamports for each in transfers if each.recipient == schedule.wallet_address)
            assert came >= schedule.amount_lamports
    assert all(launch.launched_at <= launch.created_at <= NOW for launch in launches)


async def test_a_refresh_an_hour_later_shows_something() -> None:
    world = await world_of(WORLDS["default"])
    backend = world.backend()
    world.clock.move(timedelta(hours=1))
    changed = Counter[str]()
    for number in range(50):
        address = wallet_address(world.seed, number)
        answer = (await backend.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)).value
        changed["balance"] += answer.changes.balance_lamports not in (None, "0")
        changed["funding"] += bool(answer.changes.new_funding)
    assert changed["balance"] > 5
    assert changed["funding"] > 2


async def test_sessions_go_their_own_ways() -> None:
    world = await world_of(WORLDS["default"])
    one, other = world.fork("one"), world.fork("other")
    address = wallet_address(world.seed, 3)
    await one.backend().delete_wallet(wallet_address=address, force=True, if_match=None)
    one.clock.move(timedelta(hours=2))
    assert await one.store.get(Wallet, address) is None
    assert await other.store.get(Wallet, address) == await world.store.get(Wallet, address) is not None
    assert other.clock.now() == world.clock.now() == NOW


def small(name: str) -> WorldSpec:
    return replace(WORLDS[name], wallets=min(10, WORLDS[name].wallets))


@pytest.mark.parametrize("name", ["empty", "stale", "rpc-down", "partial", "rate-limited", "slow", "progress"])
async def test_every_small_world_can_be_built(name: str) -> None:
    spec = small(name)
    world = await world_of(spec)
    wallets = (await everything(world.store, Wallet)).values()
    assert len(wallets) == spec.wallets
    if name == "stale":
        assert all(wallet.oldest_as_of + POLICY.cache_ttl <= NOW for wallet in wallets)


@pytest.mark.slow
async def test_the_whale_has_ten_thousand_holdings() -> None:
    world = await world_of(replace(WORLDS["whale"], wallets=3, whale_changes=0))
    wallet = await world.store.get(Wallet, wallet_address(world.seed, 0))
    assert wallet is not None
    assert wallet.record.holdings is not None
    assert wallet.record.holdings.count >= 10_000


async def test_faults_fail_refreshes_and_passes() -> None:
    world = await world_of(small("rate-limited"))
    backend = world.backend()
    address = wallet_address(world.seed, 1)
    outcomes = Counter[str]()
    for _ in range(40):
        try:
            answer = await backend.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
            outcomes[answer.value.outcome] += 1
        except ChainError as error:
            outcomes[error.code] += 1
        world.clock.move(timedelta(seconds=6))
    assert outcomes["complete"] > 0
    assert outcomes["partial"] > 0


async def test_a_chain_that_is_down_fails_every_refresh() -> None:
    world = await world_of(small("rpc-down"))
    with pytest.raises(ChainError):
        await world.backend().refresh_wallet(
            wallet_address=wallet_address(world.seed, 1), body=None, idempotency_key=None
        )


async def test_the_number_of_wallets_can_be_chosen() -> None:
    backend = await build_mock(seed=1, wallets=7, policy=POLICY)
    assert backend.name == "mock"
    page = await backend.list_wallets(
        status=None, tag=None, freshness=None, sort=WalletSort.label, page_size=50, page_token=None
    )
    assert page.value.total_size == 7
