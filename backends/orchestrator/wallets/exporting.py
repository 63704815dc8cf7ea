"""Wallets as one stream, for spreadsheets and for programs."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backends.answers import Answer, AnswerKind, Download
from backends.errors import NotFound
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.history.changes import BalanceChange
from backends.orchestrator.history.months import changes_of, is_since, months_of, oldest_kept, unpacked
from backends.orchestrator.ports import Query
from backends.orchestrator.records import Wallet
from backends.orchestrator.storage.scan import scan
from backends.orchestrator.wallets.filters import WalletFilters
from backends.orchestrator.wallets.history_reader import history_entry
from backends.orchestrator.wallets.holdings import holdings_of, wallet_with_holdings
from backends.orchestrator.wallets.mappers import cache_status, funding_transaction, wallet_summary
from generated_models import ExportedWallet, ExportFormat, TokenHolding, WalletSort, WalletSummary

_PAGE = 200
_ROWS = 20
"""Made at a time: a few milliseconds."""
_CHANGES = 200
"""Of a wallet's history, in one piece."""
_NO_HISTORY = b"[]}\n"
_COLUMNS = [*WalletSummary.model_fields, "cache_state"]
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a cell for a formula, also in its full-width form, or hides that from the eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a line says beside what the list has."""

    holdings: bool = False
    funding: bool = False
    history: bool = False


class WalletExport:
    """Scans the wallets, a page in memory at a time, and what is beside a wallet one wallet at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def start(self, form: ExportFormat, filters: WalletFilters, extras: Extras) -> Answer[Download]:
        """The export as a download; nothing is read before its first piece is asked for."""
        media_type, begin, rows = _FORMS[form]
        if form is ExportFormat.csv:
            extras = Extras()
        headers = {"Content-Disposition": f'attachment; filename="wallets.{form.value}"'}
        pieces = self._pieces(begin, rows, filters, extras)
        return Answer(AnswerKind.OK, Download(media_type, pieces), headers=headers)

    async def _pieces(
        self, begin: bytes, rows: Callable[[Sequence[ExportedWallet]], bytes], filters: WalletFilters, extras: Extras
    ) -> AsyncIterator[bytes]:
        first = begin
        async for piece in self._rows(rows, filters, extras):
            yield first + piece
            first = b""
        if first:
            yield first

    async def _rows(
        self, rows: Callable[[Sequence[ExportedWallet]], bytes], filters: WalletFilters, extras: Extras
    ) -> AsyncIterator[bytes]:
        context = self._context
        now = context.clock.now()
        query = self._query(filters, now)
        if query is None:
            return
        tests = filters.tests(context.policy.fresh_window(now))
        async for page in scan(context.store, query, tests=tests, page=_PAGE):
            wallets = [stored.record for stored in page]
            if extras == Extras():
                yield b"".join([piece async for piece in self._page(rows, wallets, now)])
                continue
            for wallet in wallets:
                exported, changes = await self._with_extras(wallet, extras, now)
                for piece in _line(exported, changes):
                    yield piece
                    await asyncio.sleep(0)  # others are not to wait for a year's tens of thousands of changes

    async def _page(
        self, rows: Callable[[Sequence[ExportedWallet]], bytes], wallets: Sequence[Wallet], now: datetime
    ) -> AsyncIterator[bytes]:
        """The rows of a page. Others have their turn in between: not every store waits for anything."""
        for start in range(0, len(wallets), _ROWS):
            yield rows([self._exported(wallet, now) for wallet in wallets[start : start + _ROWS]])
            await asyncio.sleep(0)

    def _query(self, filters: WalletFilters, now: datetime) -> Query[Wallet] | None:
        """What the store is asked; None if nothing can match."""
        if filters == WalletFilters():
            return queries.wallets_by_address()
        return filters.query(WalletSort.created_at, None, self._context.policy.fresh_window(now))

    def _exported(self, wallet: Wallet, now: datetime, **beside: Any) -> ExportedWallet:
        cache = cache_status(wallet, now, self._context.policy)
        return ExportedWallet(wallet=wallet_summary(wallet), cache=cache, **beside)

    async def _with_extras(
        self, wallet: Wallet, extras: Extras, now: datetime
    ) -> tuple[ExportedWallet, Sequence[BalanceChange]]:
        """A wallet with what is beside it, and the changes that its history, empty yet, is to have."""
        store = self._context.store
        beside: dict[str, Any] = {}
        changes: Sequence[BalanceChange] = ()
        if extras.holdings:
            wallet, beside["token_holdings"] = await self._with_holdings(wallet)
        if extras.funding:
            funding = wallet.recent_funding
            beside["recent_funding"] = None if funding is None else [funding_transaction(each) for each in funding]
        if extras.history:
            known = await unpacked(wallet, await months_of(store, wallet), changes_of)
            kept = oldest_kept(now, self._context.policy.history_months)
            changes, beside["history"] = [change for change in known if is_since(change, kept)], []
        return self._exported(wallet, now, **beside), changes

    async def _with_holdings(self, wallet: Wallet) -> tuple[Wallet, list[TokenHolding] | None]:
        """The wallet as it is by now, where a refresh has replaced its holdings since it was read."""
        found = await holdings_of(self._context.store, wallet)
        if found is not None or wallet.holdings is None:
            return wallet, found
        try:
            stored, found = await wallet_with_holdings(self._context.store, wallet.wallet_address)
        except NotFound:
            return wallet, None
        return stored.record, found


def _line(item: ExportedWallet, changes: Sequence[BalanceChange]) -> Iterator[bytes]:
    """A line in pieces, since a history may have tens of thousands of changes: it stands last in the line."""
    line = _lines([item])
    if not changes:
        yield line
        return
    begun, end = line[: -len(_NO_HISTORY)] + b"[", b"]}\n"
    for start in range(0, len(changes), _CHANGES):
        entries = (history_entry(change).model_dump_json() for change in changes[start : start + _CHANGES])
        is_last = start + _CHANGES >= len(changes)
        yield begun + ",".join(entries).encode() + (end if is_last else b"")
        begun = b","


def _lines(items: Sequence[ExportedWallet]) -> bytes:
    # Null is said: only what was not asked for is left out.
    return b"".join(item.model_dump_json(exclude_unset=True).encode() + b"\n" for item in items)


def _table(items: Sequence[ExportedWallet]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for item in items:
        wallet = item.wallet.model_dump(mode="json") | {"cache_state": item.cache.state.value}
        writer.writerow([_cell(wallet[column]) for column in _COLUMNS])
    return text.getvalue().encode()


def _cell(value: object) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
    # An apostrophe that stood there before is told from ours by another one.
    return f"'{text}" if text.lstrip("'").startswith(_FORMULAS) else text


_FORMS: Mapping[ExportFormat, tuple[str, bytes, Callable[[Sequence[ExportedWallet]], bytes]]] = {
    ExportFormat.csv: ("text/csv", (",".join(_COLUMNS) + "\r\n").encode(), _table),
    ExportFormat.jsonl: ("application/x-ndjson", b"", _lines),
}
"""Media type, what stands before the first wallet, and how wallets are written."""
