"""All wallets as one stream, for spreadsheets and for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from backends.base import Answer, AnswerKind, Download
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.storage.scan import scan
from backends.orchestrator.wallets.mappers import cached_wallet_summary
from generated_models import CachedWalletSummary, ExportFormat, WalletSummary

_PAGE = 200
_COLUMNS = [*WalletSummary.model_fields, "cache_state"]
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a cell for a formula, also in its full-width form, or hides that from the eye."""


class Export:
    """Scans the wallets by address, a page in memory at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def start(self, form: ExportFormat) -> Answer[Download]:
        """The export as a download; nothing is read before its first piece is asked for."""
        media_type, begin, rows = _FORMS[form]
        headers = {"Content-Disposition": f'attachment; filename="wallets.{form.value}"'}
        return Answer(AnswerKind.OK, Download(media_type, self._pieces(begin, rows)), headers=headers)

    async def _pieces(
        self, begin: bytes, rows: Callable[[Sequence[CachedWalletSummary]], bytes]
    ) -> AsyncIterator[bytes]:
        context = self._context
        now = context.clock.now()
        first = begin
        async for page in scan(context.store, queries.wallets_by_address(), page=_PAGE):
            yield first + rows([cached_wallet_summary(stored.record, now, context.policy) for stored in page])
            first = b""
        if first:
            yield first


def _lines(items: Sequence[CachedWalletSummary]) -> bytes:
    return b"".join(item.model_dump_json().encode() + b"\n" for item in items)


def _table(items: Sequence[CachedWalletSummary]) -> bytes:
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
    return f"'{text}" if text.startswith(_FORMULAS) else text


_FORMS: Mapping[ExportFormat, tuple[str, bytes, Callable[[Sequence[CachedWalletSummary]], bytes]]] = {
    ExportFormat.csv: ("text/csv", (",".join(_COLUMNS) + "\r\n").encode(), _table),
    ExportFormat.jsonl: ("application/x-ndjson", b"", _lines),
}
"""Media type, what stands before the first wallet, and how wallets are written."""
