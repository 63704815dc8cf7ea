"""What operations staff ask every day, asked of every world: mixed into the suite of `WalletBackend`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backends.answers import AnswerKind
from backends.orchestrator.timestamps import parse_timestamp
from backends.request_context import CALLER, Caller
from generated_models import (
    CallerRole,
    CompleteScheduledFundingRequest,
    EditOutcome,
    EditWalletsRequest,
    EditWalletsResponse,
    FreshnessState,
    OperationState,
    ProblemCode,
    RefreshDepth,
    RefreshItemOutcome,
    RefreshResultFilter,
    RefreshScope,
    ScheduleStatus,
    SignInMethod,
    SortDirection,
    UpdateLaunchRequest,
    UpdateScheduledFundingRequest,
    WalletPart,
    WalletSort,
    WalletStatus,
)
from tests.contract.wallet_backend import KEY, LONG_AGO, POLICY, Client, World, refused


class RefreshOperationsSuite:
    """Operations listed, estimated, and looked through; and who is asking."""

    async def test_operations_are_listed_and_keep_their_final_counts(self, world: World, client: Client) -> None:
        addresses = [await world.address() for _ in range(2)]
        for address in addresses:
            await client.create(address)
        async with client.started():
            first = await client.finished((await client.refresh_all()).operation_id)
            second = await client.finished((await client.refresh_all(addresses=addresses[:1])).operation_id)
        assert (first.changed, second.changed) == (2, 0)
        newest_first = sorted([first, second], key=lambda each: (each.created_at, each.operation_id), reverse=True)

        async def listed(**more: Any) -> Any:
            choice = {"state": None, "page_size": 50, "page_token": None} | more
            return (await client.backend.list_refresh_operations(**choice)).value

        page = await listed()
        assert (page.items, page.total_size, page.next_page_token) == (newest_first, 2, None)
        assert (await listed(state=OperationState.RUNNING)).items == []
        newest = await listed(state=OperationState.COMPLETED, page_size=1)
        assert (newest.items, newest.total_size) == (newest_first[:1], 2)
        rest = await listed(page_token=newest.next_page_token)
        assert (rest.items, rest.next_page_token) == (newest_first[1:], None)
        await refused(
            listed(state=OperationState.RUNNING, page_token=newest.next_page_token), ProblemCode.invalid_page_token
        )

    async def test_results_say_what_changed(self, world: World, client: Client) -> None:
        addresses = [await world.address() for _ in range(3)]
        for address in addresses:
            await client.create(address)
            await client.refresh(address)
        schedule = await client.schedule(addresses[0])
        signature, lamports = await world.incoming(addresses[0])
        async with client.started():
            operation = await client.finished((await client.refresh_all(addresses=addresses)).operation_id)

        async def results(only: RefreshResultFilter | None, size: int = 50, token: str | None = None) -> Any:
            answer = await client.backend.list_refresh_results(
                operation_id=operation.operation_id, only=only, page_size=size, page_token=token
            )
            return answer.value

        everything = await results(None)
        assert everything.total_size == 3
        changed = [item for item in everything.items if item.changes is not None]
        page = await results(RefreshResultFilter.changed)
        assert (page.items, page.total_size, operation.changed) == (changed, len(changed), len(changed))
        ours = next(item.changes for item in changed if item.wallet_address == addresses[0])
        assert signature in ours.new_funding
        assert ours.completed_schedules == [schedule.schedule_id]
        assert int(ours.balance_lamports) != 0
        assert lamports > 0
        assert not ours.truncated
        failed = await results(RefreshResultFilter.failed)
        assert (failed.items, failed.total_size) == ([], 0)
        one = await results(RefreshResultFilter.changed, size=1)
        assert one.items == changed[:1]
        await refused(results(None, token=one.next_page_token), ProblemCode.invalid_page_token) if (
            one.next_page_token
        ) else None

    async def test_an_operation_of_which_nothing_could_be_read_has_failed(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        backend = Client(await world.backend(chain=world.broken_chain()))
        async with backend.started():
            operation = await backend.finished((await backend.refresh_all()).operation_id)
        assert (operation.state, operation.failed, operation.changed) == (OperationState.FAILED, 1, 0)
        answer = await client.backend.list_refresh_results(
            operation_id=operation.operation_id, only=RefreshResultFilter.failed, page_size=50, page_token=None
        )
        assert [(item.outcome, item.changes) for item in answer.value.items] == [(RefreshItemOutcome.failed, None)]

    async def test_the_first_reading_has_nothing_to_compare_with(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        changes = (await client.refresh(address)).value.changes
        assert (changes.balance_lamports, changes.balance_sol) == (None, None)
        assert (changes.tokens_added, changes.tokens_removed, changes.tokens_changed) == ([], [], [])
        assert (changes.status_before, changes.status_after) == (None, WalletStatus.FUNDED)

    async def test_an_estimate_is_the_least_and_then_what_it_took(self, world: World, client: Client) -> None:
        addresses = [await world.address() for _ in range(3)]
        for address in addresses:
            await client.create(address)
        await client.put(addresses[2], status_override=WalletStatus.ARCHIVED)

        async def estimate(scope: RefreshScope) -> Any:
            return (await client.backend.estimate_refresh(scope=scope, depth=RefreshDepth.known)).value

        first = await estimate(RefreshScope.all)
        assert (first.wallets, first.calls_at_least, first.seconds_at_least) == (2, 5, 1)
        assert (first.calls_as_last_time, first.seconds_as_last_time, first.last_operation_id) == (None, None, None)
        assert (await estimate(RefreshScope.stale)).wallets == 0
        assert (await estimate(RefreshScope.never)).wallets == 2
        async with client.started():
            operation = await client.finished((await client.refresh_all()).operation_id)
        second = await estimate(RefreshScope.all)
        assert second.last_operation_id == operation.operation_id
        assert second.calls_as_last_time == sum(operation.rpc_calls.values())
        assert (await estimate(RefreshScope.never)).wallets == 0

    async def test_the_cooldown_is_in_the_cache(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        resting = Client(await world.backend(policy=world.resting(POLICY)))
        assert (await resting.get(address)).value.cache.next_refresh_allowed_at is None
        await client.refresh(address, WalletPart.sol_balance)
        assert (await resting.get(address)).value.cache.next_refresh_allowed_at is None  # parts were never read
        await client.refresh(address)
        cache = (await resting.get(address)).value.cache
        throttled = await refused(resting.refresh(address), ProblemCode.refresh_cooldown)
        assert throttled.members["next_refresh_allowed_at"] == cache.next_refresh_allowed_at
        assert (await resting.page()).items[0].cache == cache
        assert (await client.get(address)).value.cache.next_refresh_allowed_at is None  # without a cooldown

    async def test_get_caller_tells_who_asks(self, world: World, client: Client) -> None:
        before = (await client.backend.get_caller()).value
        assert (before.actor, before.role, before.sign_in, before.genesis_hash) == (
            "anonymous",
            CallerRole.operate,
            [],
            None,
        )
        assert parse_timestamp(before.now).tzinfo is not None
        address = await world.address()
        await client.create(address)
        await client.refresh(address)
        token = CALLER.set(Caller(actor="key:ops", role=CallerRole.read, sign_in=(SignInMethod.api_key,)))
        try:
            after = (await client.backend.get_caller()).value
        finally:
            CALLER.reset(token)
        assert (after.actor, after.role, after.sign_in) == ("key:ops", CallerRole.read, [SignInMethod.api_key])
        assert after.genesis_hash is not None
        assert (after.cache_ttl_ms, after.refresh_cooldown_ms, after.funded_lamports) == (3_600_000, 0, "250000000")


class SearchSuite:
    """Filters together, search, and both directions."""

    async def test_filters_together_and_search(self, world: World, client: Client) -> None:
        addresses = [await world.address() for _ in range(4)]
        await client.create(addresses[0], label="Launch treasury", tags=["q4", "core team"])
        await client.create(addresses[1], label="launch pad", tags=["q4"])
        await client.create(addresses[2], label="Treasury", tags=["q3"], status_override=WalletStatus.ARCHIVED)
        await client.create(addresses[3], label=None, tags=["Q4"])
        await client.refresh(addresses[0])

        async def found(**choice: Any) -> list[int]:
            page = await client.page(**choice)
            assert page.next_page_token is None
            return sorted(addresses.index(item.wallet.wallet_address) for item in page.items)

        assert await found(q="LAUNCH") == [0, 1]
        assert await found(q="trea lau") == [0]
        assert await found(q="tea") == [0]
        assert await found(q="reasury") == []
        assert await found(q="q4") == [0, 1, 3]
        assert await found(q="q4", tag="q4") == [0, 1]
        assert await found(q=addresses[3]) == [3]
        assert await found(q=addresses[3][:9].swapcase()) == [3]
        assert await found(q="…" + addresses[2][-9:]) == [2]
        assert await found(q="..." + addresses[2][-9:]) == [2]
        assert await found(q="!?") == []
        assert await found(status=WalletStatus.FUNDED, freshness=FreshnessState.fresh) == [0]
        assert await found(status=WalletStatus.ARCHIVED, tag="q4") == []
        assert await found(unknown_status=True) == [1, 3]
        assert await found(unknown_status=False, freshness=FreshnessState.never) == [2]
        assert await found(min_balance="0.25") == await found(max_balance="1000") == [0]
        assert await found(min_balance="1000") == []
        largest = "9999999999.999999999"  # more than there is, and than an integer of a store holds
        assert (await found(min_balance=largest), await found(max_balance=largest)) == ([], [0])
        await client.put(addresses[1], label="Renamed", tags=[])
        assert await found(q="launch") == [0]
        assert await found(q="renam") == [1]
        await client.delete(addresses[0])
        assert await found(q="launch") == []

    @pytest.mark.parametrize("sort", WalletSort)
    async def test_lists_sort_in_either_direction(self, world: World, client: Client, sort: WalletSort) -> None:
        for label in ("b", None, "a"):
            address = await world.address()
            await client.create(address, label=label, tags=["x"])
            if label:
                await client.refresh(address)
        for choice in ({}, {"tag": "x"}, {"q": "x"}, {"freshness": FreshnessState.fresh}):
            ways = []
            for direction in SortDirection:
                items, token = [], None
                while True:
                    page = await client.page(sort=sort, direction=direction, page_size=1, page_token=token, **choice)
                    items += [item.wallet.wallet_address for item in page.items]
                    token = page.next_page_token
                    if token is None:
                        break
                ways.append(items)
            assert ways[0] == ways[1][::-1]
            assert len(ways[0]) == (2 if "freshness" in choice else 3)


SIGNATURE = "1" * 64
OTHER_SIGNATURE = "1" * 63 + "2"


class CorrectionsSuite:
    """What was put down wrongly is put right, and the audit trail says how it was."""

    async def test_a_schedule_is_corrected_and_completed_by_hand(self, world: World, client: Client) -> None:
        backend, address = client.backend, await world.address()
        await client.create(address)
        schedule = await client.schedule(address, "1.5", note="first")
        assert (await backend.get_scheduled_funding(schedule_id=schedule.schedule_id)).value == schedule
        body = UpdateScheduledFundingRequest(
            amount_sol="2.50", scheduled_for=LONG_AGO, source_address=address, note=None
        )
        changed = (await backend.update_scheduled_funding(schedule_id=schedule.schedule_id, body=body)).value
        assert (changed.amount_sol, changed.source_address, changed.note, changed.overdue) == (
            "2.5",
            address,
            None,
            True,
        )
        assert await client.schedules(address=address) == [changed]

        async def complete(which: str, signature: str, key: str | None = None) -> Any:
            return await backend.complete_scheduled_funding(
                schedule_id=which, body=CompleteScheduledFundingRequest(signature=signature), idempotency_key=key
            )

        done = (await complete(schedule.schedule_id, SIGNATURE, KEY)).value
        assert (done.status, done.matched_signature) == (ScheduleStatus.COMPLETED, SIGNATURE)
        assert (await complete(schedule.schedule_id, SIGNATURE, KEY)).value == done
        assert (await complete(schedule.schedule_id, SIGNATURE)).value == done
        await refused(complete(schedule.schedule_id, OTHER_SIGNATURE), ProblemCode.schedule_completed)
        await refused(
            backend.update_scheduled_funding(schedule_id=schedule.schedule_id, body=body),
            ProblemCode.schedule_completed,
        )
        other = await client.schedule(address)
        await refused(complete(other.schedule_id, SIGNATURE), ProblemCode.signature_used)
        await client.cancel(other.schedule_id)
        await refused(complete(other.schedule_id, OTHER_SIGNATURE), ProblemCode.schedule_cancelled)
        await refused(complete("sch_" + "0" * 32, SIGNATURE), ProblemCode.schedule_not_found)
        await client.delete(address)  # nothing is open any more

    async def test_only_transfers_from_the_named_source_count(self, world: World, client: Client) -> None:
        address, stranger = await world.address(), await world.address()
        await client.create(address)
        await client.refresh(address)
        theirs = await client.schedule(address, source_address=stranger)
        anybodys = await client.schedule(address)
        signature, _ = await world.incoming(address)
        await client.refresh(address)
        assert await client.schedules(address=address) == [theirs]
        done = (await client.backend.get_scheduled_funding(schedule_id=anybodys.schedule_id)).value
        assert done.matched_signature is not None
        assert signature

    async def test_launches_are_corrected_and_removed(self, world: World, client: Client) -> None:
        backend, address, mint = client.backend, await world.address(), await world.address()
        await client.create(address)
        launch = (await client.launch(address, mint)).value
        body = UpdateLaunchRequest(
            token_name="Other", token_ticker="OTH", launched_at="2020-01-02T00:00:00Z", signature=SIGNATURE
        )
        changed = (await backend.update_launch(launch_id=launch.launch_id, body=body)).value
        assert changed.model_dump() == launch.model_dump() | {
            "token_name": "Other",
            "token_ticker": "OTH",
            "launched_at": "2020-01-02T00:00:00.000Z",
            "signature": SIGNATURE,
        }
        assert await client.launches(address) == [changed]
        for call in (
            client.launch(address, address, launched_at="2999-01-01T00:00:00Z"),
            backend.update_launch(
                launch_id=launch.launch_id, body=body.model_copy(update={"launched_at": "2999-01-01T00:00:00Z"})
            ),
        ):
            await refused(call, ProblemCode.launch_in_future)
        second = (await client.launch(address, address)).value
        assert (await client.get(address)).value.wallet.launch_count == 2
        assert (await backend.delete_launch(launch_id=launch.launch_id)).kind is AnswerKind.EMPTY
        wallet = (await client.get(address)).value.wallet
        assert (wallet.launch_count, wallet.status) == (1, WalletStatus.LAUNCHED)
        await refused(backend.delete_launch(launch_id=launch.launch_id), ProblemCode.launch_not_found)
        await refused(backend.update_launch(launch_id=launch.launch_id, body=body), ProblemCode.launch_not_found)
        await client.delete(address)
        await backend.delete_launch(launch_id=second.launch_id)  # of a deleted wallet
        wallet = (await client.create(address)).value.wallet
        assert (wallet.launch_count, wallet.status) == (0, None)

    async def test_many_wallets_are_edited(self, world: World, client: Client) -> None:
        backend, addresses = client.backend, [await world.address() for _ in range(4)]
        await client.create(addresses[0], label="kept", tags=["old", "both"])
        await client.create(addresses[1], tags=["new"], status_override=WalletStatus.ARCHIVED)
        await client.create(addresses[2], tags=[str(number) for number in range(20)])

        async def edit(dry_run: bool, key: str | None = None) -> EditWalletsResponse:
            body = EditWalletsRequest(
                dry_run=dry_run,
                addresses=addresses,
                add_tags=["new"],
                remove_tags=["old"],
                set_status_override=WalletStatus.ARCHIVED,
            )
            return (await backend.edit_wallets(body=body, idempotency_key=key)).value

        before = [(await client.get(address)).value for address in addresses[:3]]
        would = await edit(dry_run=True)
        assert [(await client.get(address)).value for address in addresses[:3]] == before
        did = await edit(dry_run=False, key=KEY)
        assert did == would.model_copy(update={"dry_run": False})
        assert await edit(dry_run=False, key=KEY) == did
        assert [item.outcome for item in did.items] == [
            EditOutcome.changed,
            EditOutcome.unchanged,
            EditOutcome.invalid,
            EditOutcome.missing,
        ]
        assert (did.changed, did.unchanged, did.invalid, did.missing) == (1, 1, 1, 1)
        wallet = (await client.get(addresses[0])).value.wallet
        assert (wallet.label, wallet.tags, wallet.status) == ("kept", ["both", "new"], WalletStatus.ARCHIVED)
        assert [(await client.get(address)).value for address in addresses[1:3]] == before[1:]
        both = EditWalletsRequest(dry_run=False, addresses=addresses[:1], add_tags=["both"], remove_tags=["both"])
        assert (await backend.edit_wallets(body=both, idempotency_key=None)).value.unchanged == 1
        cleared = EditWalletsRequest(dry_run=False, addresses=addresses[:1], clear_status_override=True)
        assert (await backend.edit_wallets(body=cleared, idempotency_key=None)).value.changed == 1
        assert (await client.get(addresses[0])).value.wallet.status is None

    async def test_the_audit_says_before_and_after(self, world: World, client: Client) -> None:
        address, other = await world.address(), await world.address()
        await client.create(address, label="first", tags=["a"])
        await client.create(other)
        await client.put(address, label="second", notes="n" * 500, tags=["a"])
        schedules = [await client.schedule(address) for _ in range(2)]
        token = CALLER.set(Caller(actor="key:ops"))
        try:
            await client.delete(address, force=True)
        finally:
            CALLER.reset(token)

        async def entries(**choice: Any) -> Any:
            defaults = {"subject": None, "page_size": 50, "page_token": None}
            return (await client.backend.list_audit_entries(**(defaults | choice))).value

        update = (await entries(action="updateWallet")).items[0]
        assert update.before == {"label": "first"}
        assert update.after["label"] == "second"
        assert len(update.after["notes"]) == 200
        created = (await entries(subject=address, action="createWallet")).items
        assert [(each.before, each.after) for each in created] == [(None, {"label": "first", "tags": "a"})]
        deleted = await entries(actor="key:ops")
        assert (deleted.total_size, deleted.items[0].action, deleted.items[0].after) == (1, "deleteWallet", None)
        assert sorted(deleted.items[0].related) == sorted(each.schedule_id for each in schedules)
        everything = await entries()
        assert everything.total_size == len(everything.items) == 6
        assert (await entries(actor="key:ops", action="createWallet")).items == []
        assert (await entries(since=deleted.items[0].at, action="deleteWallet")).items == deleted.items
        assert (await entries(until=everything.items[-1].at)).items == []
        combined = await entries(subject=address, actor="anonymous", page_size=2)
        rest = await entries(page_token=combined.next_page_token)
        assert (combined.total_size, len(combined.items), rest.next_page_token) == (None, 2, None)
        assert [each.subject for each in [*combined.items, *rest.items]] == [address] * 4


class OverviewSuite:
    """What needs somebody, which tags there are, and who holds a mint."""

    async def test_who_holds_a_mint_and_the_tags(self, world: World, client: Client) -> None:
        addresses = [await world.address() for _ in range(3)]
        for number, address in enumerate(addresses):
            await client.create(address, label=f"wallet {number}", tags=["all", *(["first"] if number == 0 else [])])
            if number < 2:
                await client.refresh(address)
        listed = await client.backend.list_portfolio_tokens(page_size=200, page_token=None)
        for token in listed.value.items:
            holders, page_token = [], None
            while True:
                page = (
                    await client.backend.list_token_holders(
                        mint_address=token.mint_address, max_age=0, page_size=1, page_token=page_token
                    )
                ).value
                holders += page.items
                page_token = page.next_page_token
                if page_token is None:
                    break
            assert (page.total_size, page.complete, page.wallets_missing) == (token.wallets_holding, False, 1)
            assert sum(int(holder.amount) for holder in holders) == int(token.amount)
            amounts = [int(holder.amount) for holder in holders]
            assert amounts == sorted(amounts, reverse=True)
            for holder in holders:
                wallet = (await client.get(holder.wallet_address)).value.wallet
                held = {each.mint_address: each for each in wallet.token_holdings or []}[token.mint_address]
                assert (holder.label, holder.amount, holder.balance) == (wallet.label, held.amount, held.balance)
        nobody = await client.backend.list_token_holders(
            mint_address=addresses[0], max_age=0, page_size=50, page_token=None
        )
        assert (nobody.value.items, nobody.value.total_size) == ([], 0)
        tags = (await client.backend.list_tags(max_age=0, page_size=50, page_token=None)).value
        assert [(tag.tag, tag.wallets, tag.wallets_missing) for tag in tags.items] == [("all", 3, 1), ("first", 1, 0)]
        balance = (await client.get(addresses[0])).value.wallet
        assert tags.items[1].total_balance_lamports == balance.last_balance_lamports
        assert tags.items[1].total_balance_sol == balance.last_balance_sol

    async def test_an_older_snapshot_is_good_enough(self, world: World) -> None:
        """For totals and holders; tags and launches are always counted as of now."""
        client = Client(await world.backend(policy=replace(POLICY, portfolio_ttl=timedelta(0))))
        address = await world.address()
        created = (await client.create(address, tags=["a"])).value.wallet.created_at

        async def missing(max_age: int) -> list[int]:
            page: dict[str, Any] = {"max_age": max_age, "page_size": 50, "page_token": None}
            totals = await client.backend.list_portfolio_tokens(**page)
            holders = await client.backend.list_token_holders(mint_address=address, **page)
            return [totals.value.wallets_missing, holders.value.wallets_missing]

        async def tags(max_age: int) -> list[str]:
            page = (await client.backend.list_tags(max_age=max_age, page_size=50, page_token=None)).value
            return [tag.tag for tag in page.items]

        async def launches(max_age: int) -> int:
            return (await client.backend.get_launch_analytics(days=2, max_age=max_age)).value.total_launches

        assert (await missing(0), await tags(0), await launches(0)) == ([1, 1], ["a"], 0)
        await client.put(address, tags=["b"])
        await client.launch(address, address, launched_at=created)
        await client.create(await world.address())
        assert (await missing(3600), await tags(3600), await launches(3600)) == ([1, 1], ["b"], 1)
        assert await missing(0) == [2, 2]

    async def test_attention_names_what_needs_somebody(self, world: World) -> None:
        client = Client(await world.backend(policy=replace(POLICY, low_lamports=10**18)))
        read, never, archived, failing = [await world.address() for _ in range(4)]
        for address in (read, never, archived, failing):
            await client.create(address, label="x")
        await client.put(archived, status_override=WalletStatus.ARCHIVED)
        await client.refresh(read)
        overdue = await client.schedule(never, scheduled_for=LONG_AGO)
        await client.schedule(never)
        broken = Client(await world.backend(chain=world.broken_chain()))
        await refused(broken.refresh(failing), ProblemCode.chain_unavailable)
        found = (await client.backend.get_attention()).value
        assert (found.failing.total, [each.wallet_address for each in found.failing.wallets]) == (1, [failing])
        assert [(each.code, each.wallets) for each in found.failing.by_cause] == [(ProblemCode.chain_unavailable, 1)]
        schedules = [each.schedule_id for each in found.overdue_schedules.schedules]
        assert (found.overdue_schedules.total, schedules) == (1, [overdue.schedule_id])
        assert [each.wallet_address for each in found.funded_never_launched.wallets] == [read]
        low = found.low_balance
        assert (low.total, [each.wallet_address for each in low.wallets]) == (1, [read])
        assert sorted(each.wallet_address for each in found.never_read.wallets) == sorted([never, failing])
        assert (found.never_read.total, found.largest_changes.operation_id) == (2, None)
        await world.incoming(read)
        async with client.started():
            operation = await client.finished((await client.refresh_all(addresses=[read])).operation_id)
        after = (await client.backend.get_attention()).value
        largest = after.largest_changes
        assert (largest.operation_id, largest.complete) == (operation.operation_id, True)
        assert [each.wallet_address for each in largest.items] == [read]
        assert int(largest.items[0].balance_lamports) != 0
        await client.refresh(failing)
        assert (await client.backend.get_attention()).value.failing.total == 0

    async def test_the_portfolio_has_a_past(self, world: World, client: Client) -> None:
        async def history() -> Any:
            return (await client.backend.get_portfolio_history(from_=None, to=None, max_points=1000)).value

        assert (await history()).model_dump() == {"points": [], "recorded_since": None, "thinned": False}
        read, never = await world.address(), await world.address()
        await client.create(read)
        looked_at = (await client.backend.get_portfolio_summary()).value
        async with client.started():
            operation = await client.finished((await client.refresh_all(addresses=[read])).operation_id)
            await client.create(never)
            await client.finished((await client.refresh_all(addresses=[read])).operation_id)
        now = (await client.backend.get_portfolio_summary()).value
        found = await history()
        empty, first, second = found.points
        assert [each.at for each in found.points] == sorted(each.at for each in found.points)
        assert (empty.at, first.at, found.recorded_since) == (looked_at.computed_at, operation.finished_at, empty.at)
        assert (empty.total_balance_lamports, empty.wallets_missing, empty.oldest_as_of) == ("0", 1, None)
        assert (first.wallets, second.wallets, second.wallets_missing) == (1, 2, 1)
        assert (second.total_balance_lamports, second.total_balance_sol, second.oldest_as_of) == (
            now.total_balance_lamports,
            now.total_balance_sol,
            now.oldest_as_of,
        )
        assert second.wallets_by_freshness == now.wallets_by_freshness
        later = await client.backend.get_portfolio_history(from_=first.at, to=first.at, max_points=1000)
        assert later.value.points == [each for each in found.points if each.at == first.at]

    async def test_an_archived_wallet_is_not_waited_for(self, world: World, client: Client) -> None:
        read, archived = await world.address(), await world.address()
        await client.create(read)
        await client.create(archived)
        await client.refresh(read)
        assert not (await client.backend.get_portfolio_summary()).value.complete
        await client.put(archived, status_override=WalletStatus.ARCHIVED)
        summary = (await client.backend.get_portfolio_summary()).value
        assert (summary.complete, summary.wallets_missing) == (True, 0)
        assert (await client.backend.list_portfolio_tokens(page_size=50, page_token=None)).value.complete


class OperationsSuite(RefreshOperationsSuite, SearchSuite, CorrectionsSuite, OverviewSuite):
    """All of it."""
