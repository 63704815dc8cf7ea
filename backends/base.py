"""The port that the server sees: one async method for each operation of the contract.

The contract (`openapi.yaml`) is the documentation of every method: what it means, its units, its statuses. Arguments
are the operation's parameters by name, validated against the contract before the call; `body` is the generated model
of the request body. Every method may raise `StoreUnavailable`; the other kinds of `backends.errors` are noted where
they arise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from backends.answers import Answer, Download, ServerEvent
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


class WalletBackend(Protocol):
    """All operations of the contract over one world."""

    @property
    def name(self) -> str:
        """`mock` or `real`: what `X-Backend` says."""
        ...

    async def start(self) -> None:
        """Begin background work (resuming operations). Called once, on the event loop that serves."""
        ...

    async def ready(self) -> None:
        """Return if requests can be served; raises `StoreUnavailable` with the reason otherwise."""
        ...

    async def aclose(self) -> None:
        """Finish or hand back background work and close the services."""
        ...

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
        """Raises `InvalidRequest` for a page token that doesn't fit."""
        ...

    async def get_wallet(self, *, wallet_address: str) -> Answer[CachedWalletResponse]:
        """Raises `NotFound`."""
        ...

    async def create_wallet(
        self, *, body: CreateWalletRequest, idempotency_key: str | None
    ) -> Answer[CachedWalletResponse]:
        """Raises `Conflict` (wallet_exists, idempotency_*)."""
        ...

    async def update_wallet(
        self, *, wallet_address: str, body: UpdateWalletRequest, if_match: str | None
    ) -> Answer[CachedWalletResponse]:
        """Raises `NotFound`, `PreconditionFailed`."""
        ...

    async def delete_wallet(self, *, wallet_address: str, force: bool, if_match: str | None) -> Answer[None]:
        """Raises `NotFound`, `PreconditionFailed`, `Conflict` (open_schedules)."""
        ...

    async def edit_wallets(
        self, *, body: EditWalletsRequest, idempotency_key: str | None
    ) -> Answer[EditWalletsResponse]:
        """Raises `Conflict` (idempotency_*)."""
        ...

    async def get_wallet_history(
        self, *, wallet_address: str, from_: str | None, to: str | None, max_points: int
    ) -> Answer[WalletHistory]:
        """Raises `NotFound`."""
        ...

    async def list_wallet_activity(
        self, *, wallet_address: str, page_size: int, page_token: str | None
    ) -> Answer[WalletActivityPage]:
        """Raises `NotFound`, `InvalidRequest`."""
        ...

    # refresh

    async def refresh_wallet(
        self, *, wallet_address: str, body: RefreshWalletRequest | None, idempotency_key: str | None
    ) -> Answer[RefreshWalletResponse]:
        """Raises `NotFound`, `Throttled`, `ChainError` when every part failed, `Conflict` (idempotency_*)."""
        ...

    async def refresh_all_wallets(
        self, *, body: RefreshAllRequest | None, prefer: str | None, idempotency_key: str | None
    ) -> Answer[RefreshOperation]:
        """Raises `Conflict` (refresh_all_running, unknown_wallet, idempotency_*)."""
        ...

    async def get_refresh_operation(self, *, operation_id: str) -> Answer[RefreshOperation]:
        """Raises `NotFound`."""
        ...

    async def list_refresh_operations(
        self, *, state: OperationState | None, page_size: int, page_token: str | None
    ) -> Answer[RefreshOperationPage]:
        """Raises `InvalidRequest`."""
        ...

    async def estimate_refresh(self, *, scope: RefreshScope, depth: RefreshDepth) -> Answer[RefreshEstimate]: ...

    async def list_refresh_results(
        self, *, operation_id: str, only: RefreshResultFilter | None, page_size: int, page_token: str | None
    ) -> Answer[RefreshResultPage]:
        """Raises `NotFound`, `InvalidRequest`."""
        ...

    async def stream_refresh_events(
        self, *, operation_id: str, last_event_id: str | None
    ) -> Answer[AsyncIterator[ServerEvent]]:
        """Raises `NotFound` before the first event."""
        ...

    async def cancel_refresh_operation(
        self, *, operation_id: str, idempotency_key: str | None
    ) -> Answer[RefreshOperation]:
        """Raises `NotFound`, `Conflict` (operation_finished, idempotency_*)."""
        ...

    # funding

    async def list_scheduled_funding(
        self, *, status: ScheduleStatus, wallet_address: str | None, page_size: int, page_token: str | None
    ) -> Answer[ScheduledFundingPage]:
        """Raises `InvalidRequest`."""
        ...

    async def schedule_funding(
        self, *, body: ScheduleFundingRequest, idempotency_key: str | None
    ) -> Answer[ScheduledFundingInfo]:
        """Raises `Conflict` (unknown_wallet, open_schedules at the limit, idempotency_*)."""
        ...

    async def cancel_scheduled_funding(self, *, schedule_id: str) -> Answer[None]:
        """Raises `NotFound`, `Conflict` (schedule_completed)."""
        ...

    async def get_scheduled_funding(self, *, schedule_id: str) -> Answer[ScheduledFundingInfo]:
        """Raises `NotFound`."""
        ...

    async def update_scheduled_funding(
        self, *, schedule_id: str, body: UpdateScheduledFundingRequest
    ) -> Answer[ScheduledFundingInfo]:
        """Raises `NotFound`, `Conflict` (schedule_completed, schedule_cancelled)."""
        ...

    async def complete_scheduled_funding(
        self, *, schedule_id: str, body: CompleteScheduledFundingRequest, idempotency_key: str | None
    ) -> Answer[ScheduledFundingInfo]:
        """Raises `NotFound`, `Conflict` (schedule_completed, schedule_cancelled, signature_used, idempotency_*)."""
        ...

    # launch

    async def list_launches(self, *, page_size: int, page_token: str | None) -> Answer[LaunchPage]:
        """Raises `InvalidRequest`."""
        ...

    async def list_wallet_launches(
        self, *, wallet_address: str, page_size: int, page_token: str | None
    ) -> Answer[LaunchPage]:
        """Raises `InvalidRequest`."""
        ...

    async def record_launch(self, *, body: RecordLaunchRequest, idempotency_key: str | None) -> Answer[LaunchInfo]:
        """Raises `Conflict` (unknown_wallet, launch_conflict, idempotency_*)."""
        ...

    async def update_launch(self, *, launch_id: str, body: UpdateLaunchRequest) -> Answer[LaunchInfo]:
        """Raises `NotFound`, `Conflict` (launch_in_future)."""
        ...

    async def delete_launch(self, *, launch_id: str) -> Answer[None]:
        """Raises `NotFound`."""
        ...

    # portfolio

    async def get_portfolio_history(
        self, *, from_: str | None, to: str | None, max_points: int
    ) -> Answer[PortfolioHistory]: ...

    async def get_portfolio_summary(self) -> Answer[PortfolioSummary]: ...

    async def list_portfolio_tokens(
        self, *, max_age: int = 0, page_size: int, page_token: str | None
    ) -> Answer[PortfolioTokenPage]:
        """Raises `InvalidRequest`."""
        ...

    async def list_token_holders(
        self, *, mint_address: str, max_age: int, page_size: int, page_token: str | None
    ) -> Answer[TokenHolderPage]:
        """Raises `InvalidRequest`."""
        ...

    async def get_launch_analytics(self, *, days: int, max_age: int = 0) -> Answer[LaunchAnalytics]: ...

    # supporting

    async def get_caller(self) -> Answer[CallerInfo]: ...

    async def get_attention(self) -> Answer[Attention]: ...

    async def list_tags(self, *, max_age: int, page_size: int, page_token: str | None) -> Answer[TagPage]:
        """Raises `InvalidRequest`."""
        ...

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
        """Raises `InvalidRequest`."""
        ...

    async def export_wallets(
        self,
        *,
        format: ExportFormat,  # noqa: A002 (the parameter's name)
        q: str | None,
        status: WalletStatus | None,
        unknown_status: bool | None,
        tag: str | None,
        freshness: FreshnessState | None,
        min_balance: str | None,
        max_balance: str | None,
        holdings: bool,
        funding: bool,
        history: bool,
    ) -> Answer[Download]:
        """The first piece raises `StoreUnavailable`."""
        ...

    async def import_wallets(
        self, *, body: ImportWalletsRequest, idempotency_key: str | None
    ) -> Answer[ImportWalletsResponse]:
        """Raises `Conflict` (idempotency_*)."""
        ...
