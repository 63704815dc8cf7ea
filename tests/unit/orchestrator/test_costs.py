"""What each operation may cost: document reads and writes at 10,000 wallets, counted at the store's port as Firestore
bills them. An operation without a row fails, and so does a row of `docs/costs.md` that says otherwise.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backends.answers import Answer
from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.counting import Counting
from backends.orchestrator.launches import launch_id_of
from generated_models import (
    CompleteScheduledFundingRequest,
    EditWalletsRequest,
    ExportFormat,
    FreshnessState,
    ImportWallet,
    ImportWalletsRequest,
    RefreshDepth,
    RefreshScope,
    ScheduleStatus,
    UpdateLaunchRequest,
    UpdateScheduledFundingRequest,
    WalletSort,
    WalletStatus,
)
from server.contract import load_contract
from tests.support.counting_store import CountingStore
from tests.support.fakes import address, signature_of
from tests.support.large_world import OPERATION, large_store, wallet_address
from tests.support.rig import Rig

WALLETS = 10_000
STORED = WALLETS if os.environ.get("NIGHTLY") else 1_000
"""What holds for many holds for fewer; the nightly run has them all."""
PAGE = 50
SOME, LAUNCHED, SCHEDULED = wallet_address(1), wallet_address(4), wallet_address(40)
MINT = address("mint 4")
NEW = "8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR1"
SCHEDULE = f"sch_{40:032x}"
DOCUMENT = Path(__file__).parents[3] / "docs" / "costs.md"


@dataclass(frozen=True)
class Cost:
    """At most so many document reads and writes. `call` is the operation; `variant` tells two rows of one apart."""

    operation: str
    reads: int
    writes: int
    call: Callable[[Rig], Awaitable[Any]]
    variant: str = ""

    def __str__(self) -> str:
        return f"{self.operation} {self.variant}".strip()


def _list(**filters: Any) -> Callable[[Rig], Awaitable[Any]]:
    chosen = {"status": None, "tag": None, "freshness": None, "sort": WalletSort.created_at} | filters
    return lambda rig: rig.backend.list_wallets(**chosen, page_size=PAGE, page_token=None)


def _list_schedules(rig: Rig) -> Awaitable[Any]:
    return rig.backend.list_scheduled_funding(
        status=ScheduleStatus.SCHEDULED, wallet_address=None, page_size=PAGE, page_token=None
    )


async def _read_all(rig: Rig) -> None:
    answer: Answer[Any] = await rig.backend.export_wallets(format=ExportFormat.jsonl)
    assert sum([len(piece) async for piece in answer.value.pieces])


async def _stream(rig: Rig) -> None:
    answer = await rig.backend.stream_refresh_events(operation_id=OPERATION, last_event_id=None)
    events: AsyncIterator[Any] = answer.value
    assert [event.event async for event in events][-1] == "done"


async def _refresh(rig: Rig) -> None:
    rig.chain.set_tokens(SOME, other=7)
    rig.chain.pay(SOME, lamports=10**9)
    await rig.refresh(SOME)


async def _cancel(rig: Rig) -> None:
    operation = await rig.refresh_all(addresses=[SOME])
    await rig.backend.cancel_refresh_operation(operation_id=operation.operation_id, idempotency_key=None)


def _complete(rig: Rig) -> Awaitable[Any]:
    body = CompleteScheduledFundingRequest(signature=signature_of("x"))
    return rig.backend.complete_scheduled_funding(schedule_id=SCHEDULE, body=body, idempotency_key=None)


def _correct_schedule(rig: Rig) -> Awaitable[Any]:
    body = UpdateScheduledFundingRequest(
        amount_sol="2", scheduled_for="2026-11-25T09:00:00Z", note=None, source_address=None
    )
    return rig.backend.update_scheduled_funding(schedule_id=SCHEDULE, body=body)


def _correct_launch(rig: Rig) -> Awaitable[Any]:
    body = UpdateLaunchRequest(token_name="n", token_ticker="T", launched_at="2025-11-22T10:00:00Z", signature=None)
    return rig.backend.update_launch(launch_id=_launch_id(), body=body)


def _launch_id() -> str:
    return launch_id_of(LAUNCHED, MINT)


def _edit(rig: Rig) -> Awaitable[Any]:
    body = EditWalletsRequest(addresses=[SOME, LAUNCHED], add_tags=["new"], dry_run=False)
    return rig.backend.edit_wallets(body=body, idempotency_key=None)


def _import(rig: Rig) -> Awaitable[Any]:
    wallets = [ImportWallet(wallet_address=NEW, label="new", tags=["new"])]
    return rig.backend.import_wallets(body=ImportWalletsRequest(wallets=wallets, dry_run=False), idempotency_key=None)


COSTS = [
    Cost("listWallets", 61, 0, _list()),
    Cost("listWallets", 61, 0, _list(status=WalletStatus.FUNDED), "of a status"),
    Cost("listWallets", 61, 0, _list(tag="treasury", sort=WalletSort.label), "of a tag, by label"),
    Cost("listWallets", 61, 0, _list(freshness=FreshnessState.stale), "of a freshness"),
    Cost("listWallets", 400, 0, _list(status=WalletStatus.FUNDED, tag="batch 7"), "of two filters"),
    Cost("getWallet", 2, 0, lambda rig: rig.get(SOME)),
    Cost("createWallet", 2, 4, lambda rig: rig.create(NEW, tags=["new"])),
    Cost("updateWallet", 2, 3, lambda rig: rig.put(SOME, label="x", tags=["new"])),
    Cost("updateWallet", 2, 5, lambda rig: rig.put(LAUNCHED, label="x"), "of one with launches"),
    Cost("deleteWallet", 2, 6, lambda rig: rig.delete(SOME)),
    Cost("editWallets", 2, 6, _edit, "two wallets"),
    Cost("importWallets", 6, 4, _import, "one wallet"),
    Cost("exportWallets", WALLETS + 1, 0, _read_all),
    Cost("getWalletHistory", 1, 0, lambda rig: rig.history(SOME)),
    Cost("listWalletActivity", 1, 0, lambda rig: rig.activity(SOME)),
    Cost("refreshWallet", 7, 9, _refresh, "everything changed"),
    Cost("refreshAllWallets", 15, 3, lambda rig: rig.refresh_all(scope=RefreshScope.stale), "its start"),
    Cost("getRefreshOperation", 1, 0, lambda rig: rig.operation(OPERATION), "that has ended"),
    Cost(
        "listRefreshOperations",
        2,
        0,
        lambda rig: rig.backend.list_refresh_operations(state=None, page_size=PAGE, page_token=None),
        "one that has ended",
    ),
    Cost(
        "listRefreshResults",
        21,
        0,
        lambda rig: rig.backend.list_refresh_results(
            operation_id=OPERATION, only=None, page_size=PAGE, page_token=None
        ),
    ),
    Cost("streamRefreshEvents", 115, 0, _stream, "all of one that has ended"),
    Cost("cancelRefreshOperation", 75, 9, _cancel, "and its start"),
    Cost(
        "estimateRefresh",
        140,
        0,
        lambda rig: rig.backend.estimate_refresh(scope=RefreshScope.all, depth=RefreshDepth.known),
    ),
    Cost("listScheduledFunding", 102, 0, _list_schedules),
    Cost("scheduleFunding", 1, 3, lambda rig: rig.schedule(SOME, "1")),
    Cost("getScheduledFunding", 2, 0, lambda rig: rig.backend.get_scheduled_funding(schedule_id=SCHEDULE)),
    Cost("updateScheduledFunding", 3, 3, _correct_schedule),
    Cost("completeScheduledFunding", 4, 3, _complete),
    Cost("cancelScheduledFunding", 2, 3, lambda rig: rig.cancel(SCHEDULE)),
    Cost("listLaunches", 54, 0, lambda rig: rig.backend.list_launches(page_size=PAGE, page_token=None)),
    Cost(
        "listWalletLaunches",
        2,
        0,
        lambda rig: rig.backend.list_wallet_launches(wallet_address=LAUNCHED, page_size=PAGE, page_token=None),
    ),
    Cost("recordLaunch", 2, 5, lambda rig: rig.launched(SOME, address("new mint"))),
    Cost("updateLaunch", 2, 4, _correct_launch),
    Cost("deleteLaunch", 3, 5, lambda rig: rig.backend.delete_launch(launch_id=_launch_id())),
    Cost("getPortfolioSummary", 20, 1, lambda rig: rig.backend.get_portfolio_summary()),
    Cost(
        "getPortfolioHistory",
        16,
        0,
        lambda rig: rig.backend.get_portfolio_history(from_=None, to=None, max_points=1000),
    ),
    Cost(
        "listPortfolioTokens",
        20,
        3,
        lambda rig: rig.backend.list_portfolio_tokens(page_size=PAGE, page_token=None),
        "a new snapshot",
    ),
    Cost("getLaunchAnalytics", 20, 0, lambda rig: rig.backend.get_launch_analytics(days=30)),
    Cost("getLaunchAnalytics", 20, 0, lambda rig: rig.backend.get_launch_analytics(days=365), "of a year"),
    Cost(
        "listTokenHolders",
        2 * WALLETS + 200,
        70,
        lambda rig: rig.backend.list_token_holders(mint_address=MINT, max_age=0, page_size=PAGE, page_token=None),
        "a new snapshot",
    ),
    Cost("listTags", 5, 0, lambda rig: rig.backend.list_tags(max_age=0, page_size=PAGE, page_token=None)),
    Cost("getAttention", 230, 0, lambda rig: rig.backend.get_attention()),
    Cost("getCaller", 1, 0, lambda rig: rig.backend.get_caller()),
    Cost(
        "listAuditEntries",
        2,
        0,
        lambda rig: rig.backend.list_audit_entries(subject=None, page_size=PAGE, page_token=None),
        "of an empty trail",
    ),
]


@pytest.fixture(scope="module")
def world() -> MemoryWalletsDataService:
    return asyncio.run(large_store(STORED))


@pytest.mark.parametrize("cost", COSTS, ids=str)
async def test_no_operation_costs_more(world: MemoryWalletsDataService, cost: Cost) -> None:
    store = CountingStore(world.fork())
    rig = Rig(store=store)
    rig.context.page_token_key.value = b"known"
    await Counting(rig.context).ensure()
    store.reads = store.writes = 0
    await cost.call(rig)
    assert store.reads <= cost.reads
    assert store.writes <= cost.writes


def test_every_operation_has_a_row() -> None:
    of_backends = {operation.id for operation in load_contract().operations} - {"getHealth", "getReadiness"}
    assert {cost.operation for cost in COSTS} == of_backends


def test_the_documentation_has_the_same_table() -> None:
    """`python -m tests.unit.orchestrator.test_costs` prints it."""
    assert table() in DOCUMENT.read_text("utf-8")


def table() -> str:
    rows = [f"| {cost.operation} | {cost.variant} | {cost.reads:,} | {cost.writes:,} |" for cost in COSTS]
    return "\n".join(["| operation | | reads | writes |", "|---|---|---:|---:|", *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(table())
