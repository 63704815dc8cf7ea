"""A backend that answers every operation with the contract's own example: enough to test the server alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, TypeVar

from pydantic import BaseModel

from backends.base import CALLER, Answer, AnswerKind, Caller, Download, ServerEvent
from generated_models import (
    AuditPage,
    CachedWalletResponse,
    CreateWalletRequest,
    ExportFormat,
    FreshnessState,
    ImportWalletsRequest,
    ImportWalletsResponse,
    LaunchAnalytics,
    LaunchInfo,
    LaunchPage,
    PortfolioSummary,
    PortfolioTokenPage,
    RecordLaunchRequest,
    RefreshAllRequest,
    RefreshOperation,
    RefreshResultPage,
    RefreshWalletRequest,
    RefreshWalletResponse,
    ScheduledFundingInfo,
    ScheduledFundingPage,
    ScheduleFundingRequest,
    ScheduleStatus,
    UpdateWalletRequest,
    WalletPage,
    WalletSort,
    WalletStatus,
)
from server.contract import Contract, load_contract

M = TypeVar("M", bound=BaseModel)

ETAG = '"3.17.fff"'
CONTRACT: Contract = load_contract()
OPERATIONS = {operation.id: operation for operation in CONTRACT.operations}


def example(operation_id: str, status: int, model: type[M]) -> M:
    return model.model_validate(next(iter(OPERATIONS[operation_id].responses[status].examples.values())))


class ExampleBackend:
    """`calls` keeps what came; `raises` and `answers` (by method name) go before the examples."""

    def __init__(self, name: str = "mock") -> None:
        self._name = name
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.raises: dict[str, Exception] = {}
        self.answers: dict[str, Answer[Any]] = {}
        self.events: list[ServerEvent] = [ServerEvent("progress", '{"a":1}', "1"), ServerEvent("done", "{}", "2")]
        self.pieces: list[bytes | Exception] = [b"wallet_address\r\n", b"one\r\n"]
        self.life: list[str] = []
        self.closed_streams = 0
        self.callers: list[Caller] = []

    @property
    def name(self) -> str:
        return self._name

    async def start(self) -> None:
        self.life.append("start")

    async def ready(self) -> None:
        if "ready" in self.raises:
            raise self.raises["ready"]

    async def aclose(self) -> None:
        self.life.append("close")

    def _called(self, method: str, arguments: dict[str, Any], usual: Answer[Any]) -> Answer[Any]:
        self.callers.append(CALLER.get())
        self.calls.append((method, {name: value for name, value in arguments.items() if name not in ("self", "usual")}))
        if method in self.raises:
            raise self.raises[method]
        return self.answers.get(method, usual)

    async def list_wallets(
        self,
        *,
        status: WalletStatus | None,
        tag: str | None,
        freshness: FreshnessState | None,
        sort: WalletSort,
        page_size: int,
        page_token: str | None,
    ) -> Answer[WalletPage]:
        usual = Answer(AnswerKind.OK, example("listWallets", 200, WalletPage))
        return self._called("list_wallets", locals(), usual)

    async def get_wallet(self, *, wallet_address: str) -> Answer[CachedWalletResponse]:
        usual = Answer(AnswerKind.OK, example("getWallet", 200, CachedWalletResponse), ETAG)
        return self._called("get_wallet", locals(), usual)

    async def create_wallet(
        self, *, body: CreateWalletRequest, idempotency_key: str | None
    ) -> Answer[CachedWalletResponse]:
        usual = Answer(AnswerKind.CREATED, example("createWallet", 201, CachedWalletResponse), ETAG)
        return self._called("create_wallet", locals(), usual)

    async def update_wallet(
        self, *, wallet_address: str, body: UpdateWalletRequest, if_match: str | None
    ) -> Answer[CachedWalletResponse]:
        usual = Answer(AnswerKind.OK, example("updateWallet", 200, CachedWalletResponse), ETAG)
        return self._called("update_wallet", locals(), usual)

    async def delete_wallet(self, *, wallet_address: str, force: bool, if_match: str | None) -> Answer[None]:
        return self._called("delete_wallet", locals(), Answer(AnswerKind.EMPTY, None))

    async def refresh_wallet(
        self, *, wallet_address: str, body: RefreshWalletRequest | None, idempotency_key: str | None
    ) -> Answer[RefreshWalletResponse]:
        usual = Answer(AnswerKind.OK, example("refreshWallet", 200, RefreshWalletResponse), ETAG)
        return self._called("refresh_wallet", locals(), usual)

    async def refresh_all_wallets(
        self, *, body: RefreshAllRequest | None, prefer: str | None, idempotency_key: str | None
    ) -> Answer[RefreshOperation]:
        usual = Answer(AnswerKind.ACCEPTED, example("refreshAllWallets", 202, RefreshOperation))
        return self._called("refresh_all_wallets", locals(), usual)

    async def get_refresh_operation(self, *, operation_id: str) -> Answer[RefreshOperation]:
        usual = Answer(AnswerKind.OK, example("getRefreshOperation", 200, RefreshOperation))
        return self._called("get_refresh_operation", locals(), usual)

    async def list_refresh_results(
        self, *, operation_id: str, page_size: int, page_token: str | None
    ) -> Answer[RefreshResultPage]:
        usual = Answer(AnswerKind.OK, example("listRefreshResults", 200, RefreshResultPage))
        return self._called("list_refresh_results", locals(), usual)

    async def stream_refresh_events(
        self, *, operation_id: str, last_event_id: str | None
    ) -> Answer[AsyncIterator[ServerEvent]]:
        return self._called("stream_refresh_events", locals(), Answer(AnswerKind.OK, self._stream()))

    async def _stream(self) -> AsyncIterator[ServerEvent]:
        try:
            for event in self.events:
                yield event
        finally:
            self.closed_streams += 1

    async def cancel_refresh_operation(
        self, *, operation_id: str, idempotency_key: str | None
    ) -> Answer[RefreshOperation]:
        usual = Answer(AnswerKind.OK, example("cancelRefreshOperation", 200, RefreshOperation))
        return self._called("cancel_refresh_operation", locals(), usual)

    async def list_scheduled_funding(
        self, *, status: ScheduleStatus, wallet_address: str | None, page_size: int, page_token: str | None
    ) -> Answer[ScheduledFundingPage]:
        usual = Answer(AnswerKind.OK, example("listScheduledFunding", 200, ScheduledFundingPage))
        return self._called("list_scheduled_funding", locals(), usual)

    async def schedule_funding(
        self, *, body: ScheduleFundingRequest, idempotency_key: str | None
    ) -> Answer[ScheduledFundingInfo]:
        usual = Answer(AnswerKind.CREATED, example("scheduleFunding", 201, ScheduledFundingInfo))
        return self._called("schedule_funding", locals(), usual)

    async def cancel_scheduled_funding(self, *, schedule_id: str) -> Answer[None]:
        return self._called("cancel_scheduled_funding", locals(), Answer(AnswerKind.EMPTY, None))

    async def list_launches(self, *, page_size: int, page_token: str | None) -> Answer[LaunchPage]:
        usual = Answer(AnswerKind.OK, example("listLaunches", 200, LaunchPage))
        return self._called("list_launches", locals(), usual)

    async def list_wallet_launches(
        self, *, wallet_address: str, page_size: int, page_token: str | None
    ) -> Answer[LaunchPage]:
        usual = Answer(AnswerKind.OK, example("listWalletLaunches", 200, LaunchPage))
        return self._called("list_wallet_launches", locals(), usual)

    async def record_launch(self, *, body: RecordLaunchRequest, idempotency_key: str | None) -> Answer[LaunchInfo]:
        usual = Answer(AnswerKind.CREATED, example("recordLaunch", 201, LaunchInfo))
        return self._called("record_launch", locals(), usual)

    async def get_portfolio_summary(self) -> Answer[PortfolioSummary]:
        usual = Answer(AnswerKind.OK, example("getPortfolioSummary", 200, PortfolioSummary))
        return self._called("get_portfolio_summary", locals(), usual)

    async def list_portfolio_tokens(self, *, page_size: int, page_token: str | None) -> Answer[PortfolioTokenPage]:
        usual = Answer(AnswerKind.OK, example("listPortfolioTokens", 200, PortfolioTokenPage))
        return self._called("list_portfolio_tokens", locals(), usual)

    async def get_launch_analytics(self, *, days: int) -> Answer[LaunchAnalytics]:
        usual = Answer(AnswerKind.OK, example("getLaunchAnalytics", 200, LaunchAnalytics))
        return self._called("get_launch_analytics", locals(), usual)

    async def list_audit_entries(
        self, *, subject: str | None, page_size: int, page_token: str | None
    ) -> Answer[AuditPage]:
        usual = Answer(AnswerKind.OK, example("listAuditEntries", 200, AuditPage))
        return self._called("list_audit_entries", locals(), usual)

    async def export_wallets(self, *, format: ExportFormat) -> Answer[Download]:  # noqa: A002 (the parameter's name)
        media_type = {ExportFormat.csv: "text/csv", ExportFormat.jsonl: "application/x-ndjson"}[format]
        headers = {"Content-Disposition": f'attachment; filename="wallets.{format.value}"'}
        usual = Answer(AnswerKind.OK, Download(media_type, self._pieces()), headers=headers)
        return self._called("export_wallets", locals(), usual)

    async def _pieces(self) -> AsyncIterator[bytes]:
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed_streams += 1

    async def import_wallets(
        self, *, body: ImportWalletsRequest, idempotency_key: str | None
    ) -> Answer[ImportWalletsResponse]:
        usual = Answer(AnswerKind.OK, example("importWallets", 200, ImportWalletsResponse))
        return self._called("import_wallets", locals(), usual)
