"""What every `WalletBackend` must do, whatever its world: subclass the suite with a fixture `world`."""

from __future__ import annotations

import asyncio
import itertools
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backends.answers import Answer, AnswerKind
from backends.base import WalletBackend
from backends.errors import BackendError, ChainTimeout, ChainUnavailable
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Clock, Ids, ShardQueue, SolanaDataService, WalletsDataService
from generated_models import (
    CachedWalletResponse,
    CachedWalletSummary,
    CreateWalletRequest,
    FreshnessState,
    LaunchInfo,
    OperationState,
    PartOutcome,
    ProblemCode,
    RecordLaunchRequest,
    RefreshAllRequest,
    RefreshItemOutcome,
    RefreshOperation,
    RefreshOutcome,
    RefreshScope,
    RefreshWalletRequest,
    RefreshWalletResponse,
    ScheduledFundingInfo,
    ScheduleFundingRequest,
    ScheduleStatus,
    UpdateWalletRequest,
    WalletPage,
    WalletPart,
    WalletSort,
    WalletStatus,
)
from tests.support.chains import BlockedChain, RaisingChain

POLICY = Policy(refresh_cooldown=timedelta(0), stream_poll=timedelta(milliseconds=20), shard_lease=timedelta(seconds=1))
KEY = "0d9f4a3e-6f0e-4c55-9d3b-6c1f0a8f2b11"
LONG_AGO = "2020-01-01T00:00:00Z"


class World(ABC):
    """A store and a chain, empty of wallets, over which any number of backends can be set up as processes would be."""

    def __init__(self) -> None:
        self._open: list[WalletBackend] = []

    @abstractmethod
    async def open_store(self) -> WalletsDataService:
        """A connection to the world's store."""

    @abstractmethod
    async def open_chain(self) -> SolanaDataService:
        """A connection to the world's chain."""

    @abstractmethod
    def time(self) -> tuple[Clock, Ids]:
        """The world's clock and a source of ids."""

    @abstractmethod
    def queue(self) -> ShardQueue:
        """A queue for one process."""

    @abstractmethod
    async def address(self) -> str:
        """A fresh address with a balance and at least one token on the chain."""

    @abstractmethod
    async def incoming(self, address: str) -> tuple[str, int]:
        """Let a transfer to the address happen now; its signature and its lamports."""

    def broken_chain(self) -> SolanaDataService:
        """A chain that answers nothing."""
        return RaisingChain(ChainUnavailable)

    def resting(self, policy: Policy) -> Policy:
        """The policy, with a cooldown that outlasts any test."""
        return replace(policy, refresh_cooldown=timedelta(hours=1))

    async def backend(self, *, chain: SolanaDataService | None = None, policy: Policy = POLICY) -> WalletBackend:
        """A backend of its own; without background work until it is started."""
        clock, ids = self.time()
        context = Context(
            store=await self.open_store(),
            chain=chain or await self.open_chain(),
            clock=clock,
            ids=ids,
            queue=self.queue(),
            policy=policy,
        )
        made = WalletManagementOrchestrator("real", context)
        self._open.append(made)
        return made

    async def aclose(self) -> None:
        """Close all backends."""
        for backend in self._open:
            await backend.aclose()


class Client:
    """Short ways to ask a backend."""

    def __init__(self, backend: WalletBackend) -> None:
        self.backend = backend

    async def create(self, address: str, *, key: str | None = None, **body: Any) -> Answer[CachedWalletResponse]:
        return await self.backend.create_wallet(
            body=CreateWalletRequest(wallet_address=address, **body), idempotency_key=key
        )

    async def get(self, address: str) -> Answer[CachedWalletResponse]:
        return await self.backend.get_wallet(wallet_address=address)

    async def put(self, address: str, *, if_match: str | None = None, **body: Any) -> Answer[CachedWalletResponse]:
        whole = {"label": None, "notes": None, "tags": [], "status_override": None} | body
        return await self.backend.update_wallet(
            wallet_address=address, body=UpdateWalletRequest(**whole), if_match=if_match
        )

    async def delete(self, address: str, *, force: bool = False, if_match: str | None = None) -> Answer[None]:
        return await self.backend.delete_wallet(wallet_address=address, force=force, if_match=if_match)

    async def page(self, **choice: Any) -> WalletPage:
        defaults = {
            "q": None,
            "status": None,
            "unknown_status": None,
            "tag": None,
            "freshness": None,
            "min_balance": None,
            "max_balance": None,
            "sort": WalletSort.created_at,
            "direction": None,
            "page_size": 50,
            "page_token": None,
        }
        return (await self.backend.list_wallets(**(defaults | choice))).value

    async def refresh(self, address: str, *parts: WalletPart, key: str | None = None) -> Answer[RefreshWalletResponse]:
        body = RefreshWalletRequest(parts=list(parts)) if parts else None
        return await self.backend.refresh_wallet(wallet_address=address, body=body, idempotency_key=key)

    async def schedule(self, address: str, amount: str = "0.000000001", **more: Any) -> ScheduledFundingInfo:
        key = more.pop("key", None)
        fields = {"scheduled_for": "2999-01-01T00:00:00Z"} | more
        body = ScheduleFundingRequest(wallet_address=address, amount_sol=amount, **fields)
        answer = await self.backend.schedule_funding(body=body, idempotency_key=key)
        assert answer.kind is AnswerKind.CREATED
        return answer.value

    async def cancel(self, schedule_id: str) -> None:
        answer = await self.backend.cancel_scheduled_funding(schedule_id=schedule_id)
        assert answer.kind is AnswerKind.EMPTY

    async def schedules(
        self, status: ScheduleStatus = ScheduleStatus.SCHEDULED, address: str | None = None
    ) -> list[ScheduledFundingInfo]:
        answer = await self.backend.list_scheduled_funding(
            status=status, wallet_address=address, page_size=200, page_token=None
        )
        return answer.value.items

    async def launch(self, address: str, mint: str, name: str = "Moon Otter", **more: Any) -> Answer[LaunchInfo]:
        fields = {"token_ticker": "MOTR", "launched_at": LONG_AGO} | more
        body = RecordLaunchRequest(wallet_address=address, mint_address=mint, token_name=name, **fields)
        return await self.backend.record_launch(body=body, idempotency_key=None)

    async def launches(self, address: str) -> list[LaunchInfo]:
        answer = await self.backend.list_wallet_launches(wallet_address=address, page_size=200, page_token=None)
        return answer.value.items

    async def refresh_all(self, *, key: str | None = None, **body: Any) -> RefreshOperation:
        answer = await self.backend.refresh_all_wallets(
            body=RefreshAllRequest(**body), prefer=None, idempotency_key=key
        )
        assert answer.kind is AnswerKind.ACCEPTED
        return answer.value

    async def operation(self, operation_id: str) -> RefreshOperation:
        return (await self.backend.get_refresh_operation(operation_id=operation_id)).value

    async def finished(self, operation_id: str) -> RefreshOperation:
        async with asyncio.timeout(20):
            while (operation := await self.operation(operation_id)).finished_at is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return operation

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        await self.backend.start()
        yield


async def refused(call: Awaitable[object], code: ProblemCode) -> BackendError:
    """The error of a call that must fail so."""
    with pytest.raises(BackendError) as caught:
        await call
    assert caught.value.code is code, caught.value
    return caught.value


def _sort_key(item: CachedWalletSummary, sort: WalletSort) -> str:
    match sort:
        case WalletSort.created_at:
            return item.wallet.created_at
        case WalletSort.updated_at:
            return item.wallet.updated_at
        case WalletSort.last_balance:
            return f"{int(item.wallet.last_balance_lamports or -1):020}"
        case WalletSort.label:
            return f"0{item.wallet.label}" if item.wallet.label else "1"


class WalletBackendSuite:
    """The contract's rules, as tests that any world can run."""

    @pytest.fixture
    async def client(self, world: World) -> Client:
        return Client(await world.backend())

    # core

    async def test_a_wallet_from_creation_to_deletion(self, world: World, client: Client) -> None:
        address = await world.address()
        await refused(client.get(address), ProblemCode.wallet_not_found)
        created = await client.create(address, label="First", notes="n\u00f6tes", tags=["a", "b"])
        assert created.kind is AnswerKind.CREATED
        wallet = created.value.wallet
        assert (wallet.label, wallet.notes, wallet.tags) == ("First", "n\u00f6tes", ["a", "b"])
        assert (wallet.last_balance_lamports, wallet.token_holdings, wallet.recent_funding) == (None, None, None)
        assert (wallet.status, created.value.cache.state) == (None, FreshnessState.never)
        assert await client.get(address) == replace(created, kind=AnswerKind.OK)
        assert (await client.page()).items[0].wallet.wallet_address == address
        updated = await client.put(address, label="Second", status_override=WalletStatus.ARCHIVED)
        assert (updated.value.wallet.label, updated.value.wallet.notes) == ("Second", None)
        assert updated.value.wallet.status is WalletStatus.ARCHIVED
        assert updated.etag != created.etag
        assert await client.get(address) == updated
        assert (await client.delete(address)).kind is AnswerKind.EMPTY
        for call in (client.get(address), client.delete(address), client.put(address), client.refresh(address)):
            await refused(call, ProblemCode.wallet_not_found)
        assert (await client.page()).items == []

    async def test_a_wallet_exists_once(self, world: World, client: Client) -> None:
        address = await world.address()
        answers = await asyncio.gather(
            *(client.create(address, label=str(number)) for number in range(5)), return_exceptions=True
        )
        made = [answer for answer in answers if not isinstance(answer, BaseException)]
        assert len(made) == 1
        assert {getattr(e, "code", e) for e in answers if isinstance(e, BaseException)} == {ProblemCode.wallet_exists}
        assert (await client.get(address)).value == made[0].value

    async def test_empty_texts_are_none(self, world: World, client: Client) -> None:
        """As a form sends what was cleared."""
        address = await world.address()
        created = (await client.create(address, label="", notes="")).value
        changed = (await client.put(address, label="", notes="")).value
        for answer in (created, changed):
            assert (answer.wallet.label, answer.wallet.notes) == (None, None)

    async def test_if_match_names_the_metadata_alone(self, world: World, client: Client) -> None:
        address = await world.address()
        etag = (await client.create(address)).etag
        refreshed = await client.refresh(address)
        assert refreshed.etag == (await client.get(address)).etag != etag
        await refused(client.put(address, label="weak", if_match=f"W/{etag}"), ProblemCode.precondition_failed)
        await client.put(address, label="mine", if_match=etag)
        await refused(client.put(address, label="theirs", if_match=etag), ProblemCode.precondition_failed)
        await refused(client.delete(address, if_match=etag), ProblemCode.precondition_failed)
        await client.delete(address, if_match=(await client.get(address)).etag)
        assert (await client.create(address)).etag not in (etag, refreshed.etag)

    async def test_edits_at_once_all_land_one_after_the_other(self, world: World, client: Client) -> None:
        address = await world.address()
        first = await client.create(address)
        answers = await asyncio.gather(*(client.put(address, label=f"edit {number}") for number in range(8)))
        assert len({answer.etag for answer in answers} | {first.etag}) == 9
        assert (await client.get(address)).value in [answer.value for answer in answers]

    # refresh

    async def test_a_refresh_reads_the_chain(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address, label="kept", tags=["kept"])
        answer = await client.refresh(address)
        body = answer.value
        assert body.outcome is RefreshOutcome.complete
        assert all(getattr(body.results, part).outcome is PartOutcome.updated for part in WalletPart)
        wallet = body.wallet
        assert int(wallet.last_balance_lamports or 0) > 0
        assert wallet.token_holdings
        assert all(int(holding.amount) > 0 for holding in wallet.token_holdings)
        mints = [holding.mint_address for holding in wallet.token_holdings]
        assert mints == sorted(set(mints))
        assert body.changes.tokens_added == []  # there is nothing to compare with
        assert wallet.recent_funding is not None
        assert [funding.signature for funding in wallet.recent_funding] == body.changes.new_funding[:20]
        assert wallet.status in (WalletStatus.FUNDED, WalletStatus.UNFUNDED)
        assert (wallet.label, wallet.tags) == ("kept", ["kept"])
        assert body.cache.state is FreshnessState.fresh
        assert (await client.get(address)) == Answer(
            AnswerKind.OK, CachedWalletResponse(wallet=wallet, cache=body.cache), etag=answer.etag
        )
        listed = (await client.page()).items[0]
        assert (listed.wallet.token_count, listed.cache) == (len(mints), body.cache)
        assert listed.wallet.last_balance_sol == wallet.last_balance_sol

    async def test_parts_can_be_asked_alone(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        for part in WalletPart:
            body = (await client.refresh(address, part)).value
            assert [each for each in WalletPart if getattr(body.results, each) is not None] == [part]
            assert getattr(body.cache.parts, part).state is FreshnessState.fresh
        whole = (await client.get(address)).value
        assert whole.cache.state is FreshnessState.fresh
        assert whole.wallet.recent_funding is not None

    async def test_a_transfer_shows_at_the_next_refresh(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        before = (await client.refresh(address)).value.wallet
        assert (await client.get(address)).value.wallet == before
        signature, lamports = await world.incoming(address)
        body = (await client.refresh(address)).value
        assert signature in body.changes.new_funding
        found = {funding.signature: funding for funding in body.wallet.recent_funding or []}[signature]
        assert found.amount_lamports == str(lamports)
        assert body.wallet.first_funded_at is not None
        assert body.wallet.last_activity_at is not None
        moved = int(body.wallet.last_balance_lamports or 0) - int(before.last_balance_lamports or 0)
        assert body.changes.balance_lamports == str(moved)

    async def test_the_past_tells_what_refreshes_found(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        before = (await client.refresh(address)).value.cache.parts.funding_transactions.as_of
        signature, lamports = await world.incoming(address)
        await client.refresh(address)
        cached = (await client.get(address)).value
        wallet, backend = cached.wallet, client.backend
        history = (await backend.get_wallet_history(wallet_address=address, from_=None, to=None, max_points=1000)).value
        first, last = history.entries[0], history.entries[-1]
        assert len(history.entries) == 2
        assert first.confirmed_until < last.first_seen_at <= last.confirmed_until
        assert last.balance_lamports == wallet.last_balance_lamports
        assert signature in last.new_funding
        assert history.recorded_since == first.first_seen_at
        page = (await backend.list_wallet_activity(wallet_address=address, page_size=200, page_token=None)).value
        [arrival] = [each for each in page.items if each.signature == signature]
        assert arrival.change_lamports == str(lamports)
        assert arrival.fee_lamports == "0"
        # It was asked for its transactions while it was read.
        assert before is not None
        assert before <= str(page.as_of) <= str(cached.cache.parts.funding_transactions.as_of)
        known = [each for each in page.items if (each.block_time or "") > (page.complete_since or "")]
        if page.complete_since is None:
            assert sum(int(each.change_lamports or 0) for each in known) == int(wallet.last_balance_lamports or 0)
        pages = [page.items[0].signature]
        shown = await backend.list_wallet_activity(wallet_address=address, page_size=1, page_token=None)
        while shown.value.next_page_token is not None and len(pages) < 5:
            shown = await backend.list_wallet_activity(
                wallet_address=address, page_size=1, page_token=shown.value.next_page_token
            )
            pages.append(shown.value.items[0].signature)
        assert pages == [each.signature for each in page.items[: len(pages)]]
        await client.delete(address)
        await client.create(address)
        again = await backend.get_wallet_history(wallet_address=address, from_=None, to=None, max_points=1000)
        assert again.value.entries == []
        emptied = await backend.list_wallet_activity(wallet_address=address, page_size=200, page_token=None)
        assert emptied.value.items == []

    async def test_a_second_refresh_changes_nothing_but_the_age(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        first = (await client.refresh(address)).value
        second = (await client.refresh(address)).value
        assert {getattr(second.results, part).outcome for part in WalletPart} == {PartOutcome.unchanged}
        same = first.wallet.model_copy(update={"updated_at": second.wallet.updated_at})
        assert second.wallet == same
        assert second.changes.model_dump() == {
            "balance_lamports": "0",
            "balance_sol": "0",
            "tokens_added": [],
            "tokens_removed": [],
            "tokens_changed": [],
            "new_funding": [],
            "completed_schedules": [],
            "status_before": first.wallet.status,
            "status_after": first.wallet.status,
            "truncated": False,
        }
        assert second.rpc_calls == {"getMultipleAccounts": 1, "getTokenAccountsByOwner": 2}

    async def test_many_refreshes_at_once_are_one(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        answers = await asyncio.gather(*(client.refresh(address) for _ in range(200)))
        assert len({answer.value.model_dump_json() for answer in answers}) == 1
        assert len({answer.etag for answer in answers}) == 1

    async def test_a_refresh_within_the_cooldown_is_throttled(self, world: World) -> None:
        client = Client(await world.backend(policy=replace(POLICY, refresh_cooldown=timedelta(minutes=10))))
        address = await world.address()
        await client.create(address)
        await client.refresh(address, WalletPart.sol_balance)
        throttled = await refused(client.refresh(address, WalletPart.sol_balance), ProblemCode.refresh_cooldown)
        assert 0 < (throttled.retry_after or 0) <= 600
        assert throttled.members["next_refresh_allowed_at"]
        await client.refresh(address)
        await refused(client.refresh(address), ProblemCode.refresh_cooldown)

    async def test_a_chain_that_is_down_costs_no_data(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        known = (await client.refresh(address)).value.wallet
        down = Client(await world.backend(chain=RaisingChain(ChainUnavailable)))
        failure = await refused(down.refresh(address), ProblemCode.chain_unavailable)
        cached: CachedWalletResponse = failure.members["cached_wallet"]
        assert cached == (await client.get(address)).value
        assert cached.wallet == known.model_copy(update={"updated_at": cached.wallet.updated_at})
        assert cached.cache.state is FreshnessState.error
        assert cached.cache.parts.sol_balance.last_error
        assert cached.cache.parts.sol_balance.last_error.code is ProblemCode.chain_unavailable
        slow = Client(await world.backend(chain=RaisingChain(ChainTimeout)))
        await refused(slow.refresh(address), ProblemCode.chain_timeout)
        assert (await client.refresh(address)).value.cache.state is FreshnessState.fresh

    async def test_an_edit_while_a_refresh_runs_is_kept(self, world: World, client: Client) -> None:
        blocked = BlockedChain(await world.open_chain(), asyncio.Event(), asyncio.Event())
        reader = Client(await world.backend(chain=blocked))
        address, mint = await world.address(), await world.address()
        await client.create(address)
        refresh = asyncio.ensure_future(reader.refresh(address))
        await blocked.reached.wait()
        await client.put(address, label="edited meanwhile")
        await client.launch(address, mint)
        await client.schedule(address, "1000000")
        blocked.release.set()
        answer = await refresh
        wallet = answer.value.wallet
        assert (wallet.label, wallet.launch_count, wallet.status) == ("edited meanwhile", 1, WalletStatus.LAUNCHED)
        assert wallet.token_holdings
        assert (await client.get(address)).value.wallet == wallet
        await refused(client.delete(address), ProblemCode.open_schedules)

    @pytest.mark.parametrize("recreated", [False, True])
    async def test_a_late_result_never_touches_another_life(
        self, world: World, client: Client, recreated: bool
    ) -> None:
        blocked = BlockedChain(await world.open_chain(), asyncio.Event(), asyncio.Event())
        reader = Client(await world.backend(chain=blocked))
        address = await world.address()
        await client.create(address)
        refresh = asyncio.ensure_future(reader.refresh(address))
        await blocked.reached.wait()
        await client.delete(address)
        again = await client.create(address) if recreated else None
        blocked.release.set()
        await refused(refresh, ProblemCode.wallet_not_found)
        if again is None:
            await refused(client.get(address), ProblemCode.wallet_not_found)
        else:
            assert (await client.get(address)).value == again.value

    # refresh-all

    async def test_a_refresh_all_reads_every_wallet_but_archived_ones(self, world: World, client: Client) -> None:
        addresses = [await world.address() for _ in range(5)]
        for address in addresses:
            await client.create(address)
        await client.put(addresses[4], status_override=WalletStatus.ARCHIVED)
        await client.refresh(addresses[0])
        async with client.started():
            operation = await client.finished((await client.refresh_all()).operation_id)
            assert operation.state is OperationState.COMPLETED
            assert (operation.total, operation.done, operation.complete) == (4, 4, 4)
            assert operation.rpc_calls["getTokenAccountsByOwner"] == 6  # the accounts of the first are known
            items, token, pages = [], None, 0
            while pages == 0 or token:
                page = await client.backend.list_refresh_results(
                    operation_id=operation.operation_id, only=None, page_size=3, page_token=token
                )
                items += page.value.items
                token, pages = page.value.next_page_token, pages + 1
                assert page.value.total_size == 4
            assert sorted(item.wallet_address for item in items) == sorted(addresses[:4])
            assert {item.outcome for item in items} == {RefreshItemOutcome.complete}
            for address in addresses[:4]:
                assert (await client.get(address)).value.cache.state is FreshnessState.fresh
            never = await client.finished((await client.refresh_all(scope=RefreshScope.never)).operation_id)
            assert never.total == 0  # the archived one is skipped
            listed = await client.finished((await client.refresh_all(addresses=[addresses[4]])).operation_id)
            assert (listed.total, listed.complete, listed.scope) == (1, 1, None)

    async def test_refresh_all_with_prefer_and_events(self, world: World, client: Client) -> None:
        addresses = [await world.address() for _ in range(3)]
        for address in addresses:
            await client.create(address)
        async with client.started():
            answer = await client.backend.refresh_all_wallets(body=None, prefer="wait=20", idempotency_key=None)
            assert (answer.kind, answer.headers["Preference-Applied"]) == (AnswerKind.OK, "wait=20")
            operation_id = answer.value.operation_id
            stream = await client.backend.stream_refresh_events(operation_id=operation_id, last_event_id=None)
            events = [event async for event in stream.value]
            assert [event.event for event in events].count("result") == 3
            assert events[-1].event == "done"
            other = Client(await world.backend())
            rest = await other.backend.stream_refresh_events(operation_id=operation_id, last_event_id=events[0].id)
            assert [event async for event in rest.value] == events[1:]

    async def test_one_refresh_all_at_a_time_also_over_processes(self, world: World, client: Client) -> None:
        address, other_address = await world.address(), await world.address()
        await client.create(address)
        await refused(client.refresh_all(addresses=[address, other_address]), ProblemCode.unknown_wallet)
        other = Client(await world.backend())
        both = await asyncio.gather(client.refresh_all(), other.refresh_all())
        assert both[0].operation_id == both[1].operation_id
        conflict = await refused(other.refresh_all(scope=RefreshScope.stale), ProblemCode.refresh_all_running)
        assert conflict.members["operation_id"] == both[0].operation_id
        cancelled = await other.backend.cancel_refresh_operation(
            operation_id=both[0].operation_id, idempotency_key=None
        )
        assert cancelled.value.state is OperationState.CANCELLED
        again = client.backend.cancel_refresh_operation(operation_id=both[0].operation_id, idempotency_key=None)
        await refused(again, ProblemCode.operation_finished)
        unknown = "op_" + "0" * 32
        await refused(client.operation(unknown), ProblemCode.operation_not_found)

    async def test_a_process_that_died_is_carried_on(self, world: World, client: Client) -> None:
        addresses = [await world.address() for _ in range(4)]
        for address in addresses:
            await client.create(address)
        operation_id = (await client.refresh_all()).operation_id  # by a process that never does its work
        async with asyncio.timeout(10):
            while (await client.operation(operation_id)).total < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        other = Client(await world.backend())
        async with other.started():
            operation = await other.finished(operation_id)
        assert (operation.total, operation.complete) == (4, 4)

    # funding

    async def test_a_schedule_is_completed_by_a_transfer(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        await client.refresh(address)
        made = await client.schedule(address, note="rent")
        large = await client.schedule(address, "1000000000")
        assert [each.schedule_id for each in await client.schedules(address=address)] == sorted(
            [made.schedule_id, large.schedule_id]
        )
        signature, _ = await world.incoming(address)
        body = (await client.refresh(address)).value
        assert body.changes.completed_schedules == [made.schedule_id]
        completed = (await client.schedules(ScheduleStatus.COMPLETED))[0]
        assert (completed.schedule_id, completed.note) == (made.schedule_id, "rent")
        assert completed.matched_signature in body.changes.new_funding
        assert signature in body.changes.new_funding
        await refused(client.cancel(made.schedule_id), ProblemCode.schedule_completed)
        assert await client.schedules() == [large]

    async def test_schedules_are_cancelled_once_and_again(self, world: World, client: Client) -> None:
        address = await world.address()
        await refused(client.schedule(address), ProblemCode.unknown_wallet)
        await client.create(address)
        made = await client.schedule(address, "1.50", scheduled_for=LONG_AGO)
        assert (made.amount_sol, made.overdue) == ("1.5", True)
        await client.cancel(made.schedule_id)
        await client.cancel(made.schedule_id)
        assert [each.overdue for each in await client.schedules(ScheduleStatus.CANCELLED)] == [False]
        await refused(client.cancel("sch_" + "0" * 32), ProblemCode.schedule_not_found)

    async def test_deletion_by_force_cancels_what_is_open(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        await client.refresh(address)
        for _ in range(2):
            await client.schedule(address)
        await refused(client.delete(address), ProblemCode.open_schedules)
        await client.delete(address, force=True)
        assert await client.schedules() == []
        assert len(await client.schedules(ScheduleStatus.CANCELLED, address)) == 2

    # launches

    async def test_launches_are_counted_and_kept(self, world: World, client: Client) -> None:
        address, *mints = [await world.address() for _ in range(4)]
        await refused(client.launch(address, mints[0]), ProblemCode.unknown_wallet)
        assert await client.launches(address) == []
        await client.create(address)
        answers = await asyncio.gather(*(client.launch(address, mint) for mint in mints))
        assert {answer.kind for answer in answers} == {AnswerKind.CREATED}
        wallet = (await client.get(address)).value.wallet
        assert (wallet.launch_count, wallet.status) == (3, WalletStatus.LAUNCHED)
        again = await client.launch(address, mints[0])
        assert (again.kind, again.value) == (AnswerKind.OK, answers[0].value)
        await refused(client.launch(address, mints[0], "Other"), ProblemCode.launch_conflict)
        await client.delete(address)
        assert len(await client.launches(address)) == 3
        assert (await client.create(address)).value.wallet.launch_count == 3
        page = (await client.backend.list_launches(page_size=2, page_token=None)).value
        assert (len(page.items), page.total_size) == (2, 3)
        rest = (await client.backend.list_launches(page_size=2, page_token=page.next_page_token)).value
        assert {item.mint_address for item in (*page.items, *rest.items)} == set(mints)
        assert rest.next_page_token is None

    # lists

    async def test_every_filter_with_every_sort(self, world: World, client: Client) -> None:
        labels = ("b", None, "a", "Z", "\u00e4", None)
        for number, label in enumerate(labels):
            address = await world.address()
            await client.create(address, label=label, tags=["odd" if number % 2 else "even"])
            if number in (1, 2, 3):
                await client.refresh(address)
            if number == 3:
                await client.put(address, label=label, status_override=WalletStatus.ARCHIVED)
        everything = {item.wallet.wallet_address: item for item in (await client.page()).items}
        assert len(everything) == len(labels)
        choices: list[dict[str, Any]] = [
            {},
            *({"status": status} for status in WalletStatus),
            *({"tag": tag} for tag in ("even", "odd", "none")),
            *({"freshness": state} for state in FreshnessState),
        ]
        for choice, sort in itertools.product(choices, WalletSort):
            page = await client.page(sort=sort, **choice)
            found = [item.wallet.wallet_address for item in page.items]
            wanted = {
                address
                for address, item in everything.items()
                if choice.get("status") in (None, item.wallet.status)
                and choice.get("tag") in (None, *item.wallet.tags)
                and choice.get("freshness") in (None, item.cache.state)
            }
            assert set(found) == wanted, choice
            assert page.total_size == len(wanted) == len(found)
            keys = [_sort_key(item, sort) for item in page.items]
            assert keys == sorted(keys, reverse=sort is not WalletSort.label), (choice, sort)
            if len(wanted) > 1:
                walked: list[str] = []
                token: str | None = None
                while not walked or token:
                    page = await client.page(sort=sort, page_size=2, page_token=token, **choice)
                    walked += [item.wallet.wallet_address for item in page.items]
                    token = page.next_page_token
                assert walked == found, (choice, sort)

    async def test_page_tokens_are_of_one_list(self, world: World, client: Client) -> None:
        for _ in range(2):
            await client.create(await world.address(), tags=["t"])
        token = (await client.page(page_size=1, tag="t")).next_page_token
        assert token
        assert len((await client.page(page_token=token)).items) == 1
        for wrong in (
            client.page(page_token=token, tag="u"),
            client.page(page_token=token[:-1]),
            client.page(page_token="x"),
            client.backend.list_launches(page_size=1, page_token=token),
        ):
            await refused(wrong, ProblemCode.invalid_page_token)

    # portfolio

    async def test_the_portfolio_adds_up_all_wallets(self, world: World, client: Client) -> None:
        addresses = [await world.address() for _ in range(3)]
        for address in addresses:
            await client.create(address)
        read = [(await client.refresh(address)).value.wallet for address in addresses[:2]]
        await client.schedule(addresses[0], "1.5")
        today = read[0].updated_at
        await client.launch(addresses[0], addresses[2], launched_at=today)
        summary = (await client.backend.get_portfolio_summary()).value
        assert summary.total_wallets == 3
        assert summary.total_balance_lamports == str(sum(int(w.last_balance_lamports or 0) for w in read))
        assert (summary.open_schedules, summary.scheduled_sol, summary.total_launches) == (1, "1.5", 1)
        assert (summary.complete, summary.wallets_missing) == (False, 1)
        assert summary.wallets_by_freshness.model_dump() == {"never": 1, "error": 0, "stale": 0, "fresh": 2}
        assert (summary.wallets_by_status.UNKNOWN, summary.wallets_by_status.LAUNCHED) == (1, 1)
        assert summary.balance_sol_by_status is not None
        assert read[0].last_balance_sol == summary.balance_sol_by_status.LAUNCHED
        sums: dict[str, int] = {}
        for holding in itertools.chain.from_iterable(wallet.token_holdings or [] for wallet in read):
            sums[holding.mint_address] = sums.get(holding.mint_address, 0) + int(holding.amount)
        page = (await client.backend.list_portfolio_tokens(page_size=200, page_token=None)).value
        assert {item.mint_address: int(item.amount) for item in page.items} == sums
        assert (page.total_size, page.complete, page.wallets_missing) == (len(sums), False, 1)
        analytics = (await client.backend.get_launch_analytics(days=2)).value
        assert (analytics.total_launches, len(analytics.by_day)) == (1, 2)
        assert [row.wallet_address for row in analytics.by_wallet] == [addresses[0]]

    # keys, reads, restarts

    async def test_an_idempotency_key_replays_its_answer(self, world: World, client: Client) -> None:
        address, other_address = await world.address(), await world.address()
        first = await client.create(address, key=KEY, label="x")
        await client.put(address, label="changed")
        other = Client(await world.backend())
        assert await other.create(address, key=KEY, label="x") == first
        await refused(other.create(other_address, key=KEY), ProblemCode.idempotency_key_reused)
        made = await client.schedule(address, key=KEY)
        assert await other.schedule(address, key=KEY) == made
        assert len(await client.schedules()) == 1
        refreshed = await client.refresh(address, key=KEY)
        assert await other.refresh(address, key=KEY) == refreshed

    async def test_reads_never_ask_the_chain(self, world: World, client: Client) -> None:
        address, mint = await world.address(), await world.address()
        await client.create(address)
        await client.refresh(address)
        await client.launch(address, mint)
        await client.schedule(address)
        async with client.started():
            operation_id = (await client.finished((await client.refresh_all()).operation_id)).operation_id
        reader = Client(await world.backend(chain=RaisingChain(lambda: AssertionError("a read asked the chain"))))
        backend = reader.backend
        await backend.ready()
        assert (await reader.get(address)).value.wallet.token_holdings
        for sort in WalletSort:
            await reader.page(sort=sort)
        for status in ScheduleStatus:
            await reader.schedules(status)
        await backend.list_launches(page_size=50, page_token=None)
        await reader.launches(address)
        await backend.get_portfolio_summary()
        await backend.list_portfolio_tokens(page_size=50, page_token=None)
        await backend.get_launch_analytics(days=30)
        await reader.operation(operation_id)
        await backend.list_refresh_results(operation_id=operation_id, only=None, page_size=50, page_token=None)
        stream = await backend.stream_refresh_events(operation_id=operation_id, last_event_id=None)
        assert [event.event async for event in stream.value][-1] == "done"

    async def test_another_process_sees_the_same(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address, label="x")
        await client.refresh(address)
        await client.schedule(address)
        other = Client(await world.backend())
        assert await other.get(address) == await client.get(address)
        assert await other.page() == await client.page()
        assert await other.schedules() == await client.schedules()
