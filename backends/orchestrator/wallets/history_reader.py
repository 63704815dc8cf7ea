"""Reads a wallet's history: what its balance was, and its transactions."""

from __future__ import annotations

from datetime import datetime

from backends.answers import Answer, AnswerKind
from backends.orchestrator.amounts import decimal_text, sol_text
from backends.orchestrator.context import Context
from backends.orchestrator.history.activity import ActivityEntry
from backends.orchestrator.history.changes import BalanceChange
from backends.orchestrator.history.coverage import complete_since
from backends.orchestrator.history.months import (
    activity_of_wallet,
    changes_of,
    is_since,
    month_end,
    months_of,
    oldest_kept,
    unpacked,
)
from backends.orchestrator.history.thinning import at_most
from backends.orchestrator.ports import Cursor
from backends.orchestrator.records import Wallet, WalletMonth
from backends.orchestrator.storage.paging import invalid_page_token, next_token, open_page
from backends.orchestrator.timestamps import LATEST, format_timestamp, parse_timestamp
from backends.orchestrator.wallets.errors import wallet_not_found
from generated_models import (
    TokenChange,
    WalletActivityPage,
    WalletHistory,
    WalletHistoryEntry,
    WalletTransaction,
)

_LIST = "wallet-activity"


class WalletHistoryReader:
    """Reads a wallet's document and the months beside it: at most as many as are kept."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def history(
        self, wallet_address: str, since: str | None, until: str | None, max_points: int
    ) -> Answer[WalletHistory]:
        """The changes in a range, and the one in force at its beginning. Raises `NotFound`."""
        wallet, months = await self._with_months(wallet_address)
        start = max(self._oldest_kept(), parse_timestamp(since)) if since else self._oldest_kept()
        end = parse_timestamp(until) if until else LATEST  # what was read while the clock was ahead is the newest
        known = await unpacked(wallet, months, changes_of)
        changes = [change for change in known if change.first_seen_at <= end and is_since(change, start)]
        if since and parse_timestamp(since) > end:
            changes = []  # though one may have been in force all the time
        shown = at_most(changes, max_points)
        stored_thinner = any(
            month.thinned and month.starts_at <= end and month_end(month.month) >= start for month in months
        )
        return Answer(
            AnswerKind.OK,
            WalletHistory(
                wallet_address=wallet_address,
                entries=[history_entry(change) for change in shown],
                recorded_since=format_timestamp(self._recorded_since(wallet)),
                thinned=stored_thinner or len(shown) < len(changes),
            ),
        )

    async def activity(self, wallet_address: str, page_size: int, page_token: str | None) -> Answer[WalletActivityPage]:
        """A page of transactions, the newest first. Raises `NotFound`, `InvalidRequest`."""
        wallet, months = await self._with_months(wallet_address)
        page = await open_page(
            self._context, _LIST, {"wallet_address": wallet_address}, defaults={}, size=page_size, token=page_token
        )
        entries = await unpacked(wallet, months, activity_of_wallet)
        total = page.total if page.total is not None else len(entries)
        if page.cursor is not None:
            entries = _behind(page.cursor, entries)
        shown = entries[: page.size]
        more = len(entries) > page.size
        token = None
        if more:
            token = await next_token(self._context, _LIST, page, total, (shown[-1].slot, shown[-1].signature))
        return Answer(
            AnswerKind.OK,
            WalletActivityPage(
                items=[_transaction(entry) for entry in shown],
                next_page_token=token,
                total_size=total,
                # A refresh that finds the balance unmoved takes it that nothing happened, and does not ask.
                as_of=format_timestamp(wallet.history.swept_at if wallet.history else None),
                complete_since=format_timestamp(complete_since(wallet, months, self._oldest_kept())),
            ),
        )

    async def _with_months(self, wallet_address: str) -> tuple[Wallet, list[WalletMonth]]:
        stored = await self._context.store.get(Wallet, wallet_address)
        if stored is None:
            raise wallet_not_found(wallet_address)
        return stored.record, await months_of(self._context.store, stored.record)

    def _oldest_kept(self) -> datetime:
        return oldest_kept(self._context.clock.now(), self._context.policy.history_months)

    def _recorded_since(self, wallet: Wallet) -> datetime | None:
        if wallet.recorded_since is None:
            return None
        return max(wallet.recorded_since, self._oldest_kept())


def _behind(cursor: Cursor, entries: list[ActivityEntry]) -> list[ActivityEntry]:
    match cursor:
        case (int(slot), str(signature)):
            return [entry for entry in entries if (-entry.slot, entry.signature) > (-slot, signature)]
        case _:
            raise invalid_page_token()


def history_entry(change: BalanceChange) -> WalletHistoryEntry:
    """A change as the contract says it."""
    tokens = change.tokens
    return WalletHistoryEntry(
        first_seen_at=format_timestamp(change.first_seen_at),
        confirmed_until=format_timestamp(change.confirmed_until or change.first_seen_at),
        slot=change.slot,
        balance_lamports=None if change.lamports is None else str(change.lamports),
        balance_sol=None if change.lamports is None else sol_text(change.lamports),
        tokens_added=tokens.added if tokens else None,
        tokens_removed=tokens.removed if tokens else None,
        tokens_changed=tokens.changed if tokens else None,
        status=change.status,
        new_funding=list(change.signatures),
        new_funding_count=change.fundings,
    )


def _transaction(entry: ActivityEntry) -> WalletTransaction:
    changes = None
    if entry.tokens is not None:
        changes = [
            TokenChange(
                mint_address=move.mint_address,
                amount=str(move.amount),
                balance=decimal_text(move.amount, move.decimals),
                decimals=move.decimals,
            )
            for move in entry.tokens
        ]
    return WalletTransaction(
        signature=entry.signature,
        slot=entry.slot,
        block_time=format_timestamp(entry.block_time),
        failed=entry.failed,
        change_lamports=None if entry.lamports is None else str(entry.lamports),
        change_sol=None if entry.lamports is None else sol_text(entry.lamports),
        token_changes=changes,
        fee_lamports=None if entry.fee is None else str(entry.fee),
        counterparty=entry.counterparty,
    )
