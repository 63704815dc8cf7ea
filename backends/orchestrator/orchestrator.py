"""The WalletManagementOrchestrator: every operation of the contract, cache-first, over the ports of `ports`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable

from backends.answers import Answer, Download, ServerEvent
from backends.orchestrator.audit import AuditTrail
from backends.orchestrator.caller import caller_info
from backends.orchestrator.context import Context
from backends.orchestrator.counting import Counting
from backends.orchestrator.funding import ScheduledFunding
from backends.orchestrator.funding_corrections import FundingCorrections
from backends.orchestrator.housekeeping import Housekeeping
from backends.orchestrator.launch_analytics import launch_analytics
from backends.orchestrator.launches import Launches
from backends.orchestrator.portfolio import Portfolio
from backends.orchestrator.refresh.refresher import ALL_PARTS, Refresher
from backends.orchestrator.refresh_operations.attention import attention
from backends.orchestrator.refresh_operations.estimate import estimate
from backends.orchestrator.refresh_operations.events import RefreshEvents
from backends.orchestrator.refresh_operations.lifecycle import RefreshOperations
from backends.orchestrator.refresh_operations.recovery import Recovery
from backends.orchestrator.refresh_operations.results import RefreshResults
from backends.orchestrator.storage.idempotency import Completion, idempotent
from backends.orchestrator.tags import tags
from backends.orchestrator.token_holders import TokenHolders
from backends.orchestrator.token_totals import PortfolioTokens
from backends.orchestrator.wallets.core import Wallets
from backends.orchestrator.wallets.editing import BulkEdit
from backends.orchestrator.wallets.exporting import Extras, WalletExport
from backends.orchestrator.wallets.filters import WalletFilters
from backends.orchestrator.wallets.history_reader import WalletHistoryReader
from backends.orchestrator.wallets.importing import WalletImport
from generated_models import (
    Attention,
    AuditPage,
    CachedWalletResponse,
    CallerInfo,
    CompleteScheduledFundingRequest,
    CreateWalletRequest,
    EditWalletsRequest,
    EditWalletsResponse,
    ExportFormat,
    FreshnessState,
    ImportWalletsRequest,
    ImportWalletsResponse,
    LaunchAnalytics,
    LaunchInfo,
    LaunchPage,
    OperationState,
    PortfolioHistory,
    PortfolioSummary,
    PortfolioTokenPage,
    RecordLaunchRequest,
    RefreshAllRequest,
    RefreshDepth,
    RefreshEstimate,
    RefreshOperation,
    RefreshOperationPage,
    RefreshResultFilter,
    RefreshResultPage,
    RefreshScope,
    RefreshWalletRequest,
    RefreshWalletResponse,
    ScheduledFundingInfo,
    ScheduledFundingPage,
    ScheduleFundingRequest,
    ScheduleStatus,
    SortDirection,
    TagPage,
    TokenHolderPage,
    UpdateLaunchRequest,
    UpdateScheduledFundingRequest,
    UpdateWalletRequest,
    WalletActivityPage,
    WalletHistory,
    WalletPage,
    WalletSort,
    WalletStatus,
)

_DRAIN_SECONDS = 1
"""How long single refreshes under way may still take when the orchestrator is closed, in seconds."""


class WalletManagementOrchestrator:
    """A `WalletBackend`: reads come from the store alone; the chain is asked only by the two refresh operations.

    The same class serves the real world and the mock's faked one; they differ in the `Context` they are given.

    Args:
        name: `mock` or `real`.
        context: the ports and the policy.
        revision: what changes whenever a read may answer otherwise (`backends.revision`), where the store can tell.
    """

    def __init__(self, name: str, context: Context, *, revision: Callable[[], Hashable | None] = lambda: None) -> None:
        self._name = name
        self._context = context
        self._revision = revision
        self._wallets = Wallets(context)
        self._history = WalletHistoryReader(context)
        self._funding = ScheduledFunding(context)
        self._funding_corrections = FundingCorrections(context)
        self._launches = Launches(context)
        self._counting = Counting(context)
        self._portfolio = Portfolio(context, self._counting)
        self._token_totals = PortfolioTokens(context, self._counting)
        self._token_holders = TokenHolders(context)
        self._refresher = Refresher(context)
        self._recovery = Recovery(context, self._refresher)
        self._operations = RefreshOperations(context, self._recovery)
        self._operation_results = RefreshResults(context)
        self._operation_events = RefreshEvents(context)
        self._audit = AuditTrail(context)
        self._edit = BulkEdit(context)
        self._export = WalletExport(context)
        self._import = WalletImport(context)
        self._housekeeping = Housekeeping(context, self._counting)
        self._background: list[asyncio.Task[None]] = []

    @property
    def name(self) -> str:
        return self._name

    def revision(self) -> Hashable | None:
        """See `backends.revision.Revisioned`."""
        return self._revision()

    async def start(self) -> None:
        self._background = [
            asyncio.ensure_future(self._recovery.serve()),
            asyncio.ensure_future(self._housekeeping.serve()),
        ]

    async def ready(self) -> None:
        await self._context.store.ping()

    async def aclose(self) -> None:
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        self._background = []
        await self._counting.aclose()
        await self._recovery.aclose()
        await self._context.queue.aclose()
        await self._refresher.drain(_DRAIN_SECONDS)
        await self._context.chain.aclose()
        await self._context.store.aclose()

    # core

    async def list_wallets(
        self,
        *,
        q: str | None = None,
        status: WalletStatus | None,
        unknown_status: bool | None = None,
        tag: str | None,
        freshness: FreshnessState | None,
        min_balance: str | None = None,
        max_balance: str | None = None,
        sort: WalletSort,
        direction: SortDirection | None = None,
        page_size: int,
        page_token: str | None,
    ) -> Answer[WalletPage]:
        filters = WalletFilters(
            q=q,
            status=status,
            unknown_status=unknown_status,
            tag=tag,
            freshness=freshness,
            min_balance=min_balance,
            max_balance=max_balance,
        )
        return await self._wallets.page(
            filters=filters, sort=sort, direction=direction, page_size=page_size, page_token=page_token
        )

    async def get_wallet(self, *, wallet_address: str) -> Answer[CachedWalletResponse]:
        return await self._wallets.get(wallet_address)

    async def create_wallet(
        self, *, body: CreateWalletRequest, idempotency_key: str | None
    ) -> Answer[CachedWalletResponse]:
        return await self._wallets.create(body, idempotency_key)

    async def update_wallet(
        self, *, wallet_address: str, body: UpdateWalletRequest, if_match: str | None
    ) -> Answer[CachedWalletResponse]:
        return await self._wallets.update(wallet_address, body, if_match)

    async def delete_wallet(self, *, wallet_address: str, force: bool, if_match: str | None) -> Answer[None]:
        return await self._wallets.delete(wallet_address, force, if_match)

    async def edit_wallets(
        self, *, body: EditWalletsRequest, idempotency_key: str | None
    ) -> Answer[EditWalletsResponse]:
        return await self._edit.run(body, idempotency_key)

    async def get_wallet_history(
        self, *, wallet_address: str, from_: str | None, to: str | None, max_points: int
    ) -> Answer[WalletHistory]:
        return await self._history.history(wallet_address, from_, to, max_points)

    async def list_wallet_activity(
        self, *, wallet_address: str, page_size: int, page_token: str | None
    ) -> Answer[WalletActivityPage]:
        return await self._history.activity(wallet_address, page_size, page_token)

    # refresh

    async def refresh_wallet(
        self, *, wallet_address: str, body: RefreshWalletRequest | None, idempotency_key: str | None
    ) -> Answer[RefreshWalletResponse]:
        parts = ALL_PARTS if body is None or body.parts is None else tuple(body.parts)

        async def effect(completion: Completion[RefreshWalletResponse]) -> Answer[RefreshWalletResponse]:
            return await self._refresher.refresh(wallet_address, parts, completion)

        return await idempotent(
            self._context,
            "refreshWallet",
            idempotency_key,
            [wallet_address, body],
            RefreshWalletResponse,
            effect,
        )

    async def refresh_all_wallets(
        self, *, body: RefreshAllRequest | None, prefer: str | None, idempotency_key: str | None
    ) -> Answer[RefreshOperation]:
        return await self._operations.start(body, prefer, idempotency_key)

    async def get_refresh_operation(self, *, operation_id: str) -> Answer[RefreshOperation]:
        return await self._operations.get(operation_id)

    async def list_refresh_operations(
        self, *, state: OperationState | None, page_size: int, page_token: str | None
    ) -> Answer[RefreshOperationPage]:
        return await self._operations.page(state=state, page_size=page_size, page_token=page_token)

    async def estimate_refresh(self, *, scope: RefreshScope, depth: RefreshDepth) -> Answer[RefreshEstimate]:
        return await estimate(self._context, scope, depth)

    async def list_refresh_results(
        self, *, operation_id: str, only: RefreshResultFilter | None, page_size: int, page_token: str | None
    ) -> Answer[RefreshResultPage]:
        return await self._operation_results.page(
            operation_id=operation_id, only=only, page_size=page_size, page_token=page_token
        )

    async def stream_refresh_events(
        self, *, operation_id: str, last_event_id: str | None
    ) -> Answer[AsyncIterator[ServerEvent]]:
        return await self._operation_events.stream(operation_id=operation_id, last_event_id=last_event_id)

    async def cancel_refresh_operation(
        self, *, operation_id: str, idempotency_key: str | None
    ) -> Answer[RefreshOperation]:
        return await self._operations.cancel(operation_id, idempotency_key)

    # funding

    async def list_scheduled_funding(
        self, *, status: ScheduleStatus, wallet_address: str | None, page_size: int, page_token: str | None
    ) -> Answer[ScheduledFundingPage]:
        return await self._funding.page(
            status=status, wallet_address=wallet_address, page_size=page_size, page_token=page_token
        )

    async def schedule_funding(
        self, *, body: ScheduleFundingRequest, idempotency_key: str | None
    ) -> Answer[ScheduledFundingInfo]:
        return await self._funding.schedule(body, idempotency_key)

    async def cancel_scheduled_funding(self, *, schedule_id: str) -> Answer[None]:
        return await self._funding.cancel(schedule_id)

    async def get_scheduled_funding(self, *, schedule_id: str) -> Answer[ScheduledFundingInfo]:
        return await self._funding_corrections.get(schedule_id)

    async def update_scheduled_funding(
        self, *, schedule_id: str, body: UpdateScheduledFundingRequest
    ) -> Answer[ScheduledFundingInfo]:
        return await self._funding_corrections.update(schedule_id, body)

    async def complete_scheduled_funding(
        self, *, schedule_id: str, body: CompleteScheduledFundingRequest, idempotency_key: str | None
    ) -> Answer[ScheduledFundingInfo]:
        return await self._funding_corrections.complete(schedule_id, body, idempotency_key)

    # launch

    async def list_launches(self, *, page_size: int, page_token: str | None) -> Answer[LaunchPage]:
        return await self._launches.page(wallet_address=None, page_size=page_size, page_token=page_token)

    async def list_wallet_launches(
        self, *, wallet_address: str, page_size: int, page_token: str | None
    ) -> Answer[LaunchPage]:
        return await self._launches.page(wallet_address=wallet_address, page_size=page_size, page_token=page_token)

    async def record_launch(self, *, body: RecordLaunchRequest, idempotency_key: str | None) -> Answer[LaunchInfo]:
        return await self._launches.record(body, idempotency_key)

    async def update_launch(self, *, launch_id: str, body: UpdateLaunchRequest) -> Answer[LaunchInfo]:
        return await self._launches.update(launch_id, body)

    async def delete_launch(self, *, launch_id: str) -> Answer[None]:
        return await self._launches.delete(launch_id)

    # portfolio

    async def get_portfolio_summary(self) -> Answer[PortfolioSummary]:
        return await self._portfolio.summary()

    async def get_portfolio_history(
        self, *, from_: str | None, to: str | None, max_points: int
    ) -> Answer[PortfolioHistory]:
        return await self._portfolio.history(from_, to, max_points)

    async def list_token_holders(
        self, *, mint_address: str, max_age: int, page_size: int, page_token: str | None
    ) -> Answer[TokenHolderPage]:
        return await self._token_holders.page(
            mint_address=mint_address, max_age=max_age, page_size=page_size, page_token=page_token
        )

    async def list_portfolio_tokens(
        self, *, max_age: int = 0, page_size: int, page_token: str | None
    ) -> Answer[PortfolioTokenPage]:
        return await self._token_totals.page(max_age=max_age, page_size=page_size, page_token=page_token)

    async def get_launch_analytics(
        self,
        *,
        days: int,
        max_age: int = 0,  # noqa: ARG002 (what is counted is always current)
    ) -> Answer[LaunchAnalytics]:
        return await launch_analytics(self._context, self._counting, days)

    # supporting

    async def get_caller(self) -> Answer[CallerInfo]:
        return await caller_info(self._context, self._name)

    async def get_attention(self) -> Answer[Attention]:
        return await attention(self._context)

    async def list_tags(
        self,
        *,
        max_age: int,  # noqa: ARG002 (what is counted is always current)
        page_size: int,
        page_token: str | None,
    ) -> Answer[TagPage]:
        return await tags(self._context, self._counting, page_size=page_size, page_token=page_token)

    async def list_audit_entries(
        self,
        *,
        subject: str | None,
        actor: str | None = None,
        action: str | None = None,
        since: str | None = None,
        until: str | None = None,
        page_size: int,
        page_token: str | None,
    ) -> Answer[AuditPage]:
        return await self._audit.page(
            subject=subject,
            actor=actor,
            action=action,
            since=since,
            until=until,
            page_size=page_size,
            page_token=page_token,
        )

    async def export_wallets(
        self,
        *,
        format: ExportFormat,  # noqa: A002 (the parameter's name)
        q: str | None = None,
        status: WalletStatus | None = None,
        unknown_status: bool | None = None,
        tag: str | None = None,
        freshness: FreshnessState | None = None,
        min_balance: str | None = None,
        max_balance: str | None = None,
        holdings: bool = False,
        funding: bool = False,
        history: bool = False,
    ) -> Answer[Download]:
        filters = WalletFilters(
            q=q,
            status=status,
            unknown_status=unknown_status,
            tag=tag,
            freshness=freshness,
            min_balance=min_balance,
            max_balance=max_balance,
        )
        return self._export.start(format, filters, Extras(holdings=holdings, funding=funding, history=history))

    async def import_wallets(
        self, *, body: ImportWalletsRequest, idempotency_key: str | None
    ) -> Answer[ImportWalletsResponse]:
        return await self._import.run(body, idempotency_key)
