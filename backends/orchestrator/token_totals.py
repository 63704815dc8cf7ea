"""Token totals over all wallets, in snapshots made from counters that every commit keeps true (rule 11)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterable

from pydantic import TypeAdapter

from backends.answers import Answer, AnswerKind
from backends.errors import InvalidRequest
from backends.orchestrator import queries
from backends.orchestrator.amounts import decimal_text
from backends.orchestrator.context import Context
from backends.orchestrator.counters.values import HOLDERS, LARGE_WALLETS, holding_counts, token_info, whole
from backends.orchestrator.counting import Counting
from backends.orchestrator.records import TokenTotals, Wallet
from backends.orchestrator.snapshots import TOTALS, SnapshotContent, Snapshots
from backends.orchestrator.storage.paging import open_page
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.holdings import holdings_of
from generated_models import PortfolioToken, PortfolioTokenPage, TokenProgram

_log = logging.getLogger(__name__)

_LIST = "portfolio-tokens"
_TOKENS = TypeAdapter(list[PortfolioToken])


class PortfolioTokens:
    """Pages through the current snapshot of the totals."""

    def __init__(self, context: Context, counting: Counting) -> None:
        self._context = context
        self._counting = counting
        self._snapshots = Snapshots(context, TOTALS, self._build)

    async def page(self, *, max_age: int, page_size: int, page_token: str | None) -> Answer[PortfolioTokenPage]:
        """Totals by mint, the most widely held first."""
        page = await open_page(self._context, _LIST, {}, defaults={}, size=page_size, token=page_token)
        snapshot, start = await self._snapshots.place(page, max_age)
        try:
            items = await self._items(snapshot, start, page.size)
        except (InvalidRequest, ValueError, TypeError) as error:
            if page.cursor is not None:
                raise
            _log.warning("the stored token totals %s are unreadable: %s", snapshot.key, type(error).__name__)
            snapshot = await self._snapshots.built()
            items = await self._items(snapshot, start, page.size)
        end, total = start + page.size, snapshot.tokens.count
        return Answer(
            AnswerKind.OK,
            PortfolioTokenPage(
                items=items,
                next_page_token=await self._snapshots.next_token(_LIST, page, snapshot, end, total),
                total_size=total,
                complete=snapshot.complete,
                wallets_missing=snapshot.wallets_missing,
                oldest_as_of=format_timestamp(snapshot.oldest_as_of),
                computed_at=format_timestamp(snapshot.computed_at),
            ),
        )

    async def _items(self, snapshot: TokenTotals, start: int, count: int) -> list[PortfolioToken]:
        rows = await self._snapshots.rows(snapshot, snapshot.tokens, start, count)
        return _TOKENS.validate_python(rows)

    async def _build(self) -> SnapshotContent:
        store = self._context.store
        counts, wallets = await asyncio.gather(self._counting.read("tokens"), self._counting.read("wallets"))
        numbers, info = Counter(counts.numbers), dict(counts.texts)
        missing = wallets.numbers["unread_tokens"]
        large = await store.get_many(Wallet, sorted(counts.under(LARGE_WALLETS)))
        for stored in large:
            held = await holdings_of(store, stored.record) if stored is not None else []
            missing += held is None
            for holding in held or []:
                numbers.update(holding_counts(holding))
                info[holding.mint_address] = token_info(holding)
        if any(mint not in info for mint in _held(numbers)):
            raise await self._counting.lost()
        oldest = await store.query(queries.oldest_holdings(), limit=1)
        return SnapshotContent(
            tokens=[token.model_dump_json() for token in _tokens(numbers, info)],
            wallets_missing=missing,
            oldest_as_of=oldest[0].record.parts.token_holdings.as_of if oldest else None,
        )


def _held(numbers: Counter[str]) -> dict[str, int]:
    """How many wallets hold each mint."""
    return {
        name.removeprefix(HOLDERS): number
        for name, number in numbers.items()
        if name.startswith(HOLDERS) and number > 0
    }


def _tokens(numbers: Counter[str], info: dict[str, str]) -> Iterable[PortfolioToken]:
    """The totals, the most widely held mint first."""
    for mint, wallets in sorted(_held(numbers).items(), key=lambda each: (-each[1], each[0])):
        name, ticker, decimals, program = json.loads(info[mint])
        amount = whole(numbers[f"high:{mint}"], numbers[f"low:{mint}"])
        yield PortfolioToken(
            mint_address=mint,
            name=name,
            ticker=ticker,
            decimals=decimals,
            token_program=TokenProgram(program),
            amount=str(amount),
            balance=decimal_text(amount, decimals),
            wallets_holding=wallets,
        )
