"""Token totals over all wallets, from one snapshot that is rebuilt at most every `Policy.portfolio_ttl` (rule 11)."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from backends.base import Answer, AnswerKind
from backends.errors import BackendError
from backends.orchestrator import queries
from backends.orchestrator.amounts import decimal_text
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Delete, Put, VersionConflict
from backends.orchestrator.records import NamedValue, TokenTotals, Wallet
from backends.orchestrator.storage import chunked_list
from backends.orchestrator.storage.paging import invalid_page_token, next_token, open_page
from backends.orchestrator.storage.scan import scan
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.holdings import holdings_of
from generated_models import PortfolioToken, PortfolioTokenPage, TokenHolding

_log = logging.getLogger(__name__)

_CURRENT = "token_totals"
_LIST = "portfolio-tokens"
_TOKENS = TypeAdapter(list[PortfolioToken])
_RETENTION = timedelta(hours=1)
"""How long a replaced snapshot can still be paged through."""


@dataclass(slots=True)
class _Total:
    """One mint's running total. Names are the ones of the holding seen last; they are the mint's own, so they agree."""

    holding: TokenHolding
    amount: int = 0
    wallets: int = 0


class TokenTotalsSnapshots:
    """Pages through the current snapshot; the first reader after it has expired builds the next one."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._building: asyncio.Task[TokenTotals] | None = None

    async def page(self, *, page_size: int, page_token: str | None) -> Answer[PortfolioTokenPage]:
        """Totals by mint, the most widely held first. A page token pins its snapshot."""
        context = self._context
        page = await open_page(context, _LIST, {}, defaults={}, size=page_size, token=page_token)
        if page.cursor is None:
            snapshot, offset = await self._current(), 0
        else:
            snapshot_id, position, _ = page.cursor
            snapshot, offset = await self._snapshot(str(snapshot_id)), int(str(position))
        end = offset + page.size
        items = await self._items(snapshot, offset, end)
        if items is None and page.cursor is None:  # damaged in the store
            snapshot = await self._build()
            items = await self._items(snapshot, offset, end)
        if items is None:
            raise invalid_page_token("The page token's snapshot is no longer kept; start again from the first page.")
        total = snapshot.tokens.count
        token = await next_token(context, _LIST, page, total, (snapshot.key, end, "")) if end < total else None
        return Answer(
            AnswerKind.OK,
            PortfolioTokenPage(
                items=items,
                next_page_token=token,
                total_size=total,
                complete=snapshot.complete,
                wallets_missing=snapshot.wallets_missing,
                oldest_as_of=format_timestamp(snapshot.oldest_as_of),
                computed_at=format_timestamp(snapshot.computed_at),
            ),
        )

    async def _items(self, snapshot: TokenTotals, start: int, end: int) -> list[PortfolioToken] | None:
        """Some rows of a snapshot; None where it can't be read (any more)."""
        texts = await chunked_list.read_chunks(self._context.store, snapshot.key, snapshot.tokens)
        if texts is None:
            return None
        try:
            rows = [row for text in texts for row in json.loads(text)]
            return _TOKENS.validate_python(rows[start:end])
        except (ValueError, TypeError):
            _log.warning("the stored token totals %s are unreadable", snapshot.key)
            return None

    async def _snapshot(self, snapshot_id: str) -> TokenTotals:
        found = await self._context.store.get(TokenTotals, snapshot_id)
        if found is None:
            raise invalid_page_token("The page token's snapshot is no longer kept; start again from the first page.")
        return found.record

    async def _current(self) -> TokenTotals:
        """The snapshot to show, built now if the last one is too old. Concurrent readers share one build."""
        context = self._context
        current = await context.store.get(NamedValue, _CURRENT)
        if current is not None:
            age = context.clock.now() - current.record.updated_at
            if timedelta(0) <= age < context.policy.portfolio_ttl:
                found = await self._snapshot_of(current.record)
                if found is not None:
                    return found
        if self._building is None or self._building.done():
            self._building = asyncio.ensure_future(self._build())
        return await asyncio.shield(self._building)

    async def _snapshot_of(self, current: NamedValue) -> TokenTotals | None:
        found = await self._context.store.get(TokenTotals, current.value) if current.value else None
        return found.record if found else None

    async def _build(self) -> TokenTotals:
        context = self._context
        now = context.clock.now()
        totals, missing, oldest_as_of = await self._add_up()
        snapshot_id = context.ids.new("tot", now)
        rows = [
            PortfolioToken(
                mint_address=mint,
                name=total.holding.name,
                ticker=total.holding.ticker,
                decimals=total.holding.decimals,
                token_program=total.holding.token_program,
                amount=str(total.amount),
                balance=decimal_text(total.amount, total.holding.decimals),
                wallets_holding=total.wallets,
            ).model_dump_json()
            for mint, total in sorted(totals.items(), key=lambda item: (-item[1].wallets, item[0]))
        ]
        token_list = chunked_list.ChunkedList(snapshot_id, "0", rows)
        snapshot = TokenTotals(
            snapshot_id=snapshot_id,
            computed_at=now,
            complete=missing == 0,
            wallets_missing=missing,
            oldest_as_of=oldest_as_of,
            tokens=token_list.reference,
        )
        current = await context.store.get(NamedValue, _CURRENT)
        try:
            await context.store.commit(
                [
                    Put(snapshot, ABSENT),
                    Put(
                        NamedValue(name=_CURRENT, value=snapshot_id, updated_at=now),
                        current.version if current else ABSENT,
                    ),
                    *await token_list.write_oversized(context.store),
                ]
            )
        except VersionConflict:  # another process was quicker
            current = await context.store.get(NamedValue, _CURRENT)
            return (await self._snapshot_of(current.record) if current else None) or snapshot
        return snapshot

    async def _add_up(self) -> tuple[dict[str, _Total], int, datetime | None]:
        store = self._context.store
        totals: dict[str, _Total] = {}
        missing = 0
        readings: list[datetime] = []
        async for page in scan(store, queries.wallets_by_address(), page=200):
            wallets: list[Wallet] = [stored.record for stored in page]
            for wallet in wallets:
                as_of = wallet.parts.token_holdings.as_of
                if as_of is None:
                    missing += 1
                    continue
                readings = [min(readings[0], as_of)] if readings else [as_of]
                holdings = await self._holdings(wallet)
                if holdings is None:
                    missing += 1
                    continue
                for holding in holdings:
                    total = totals.setdefault(holding.mint_address, _Total(holding))
                    total.holding = holding
                    total.amount += int(holding.amount)
                    total.wallets += 1
        return totals, missing, readings[0] if readings else None

    async def _holdings(self, wallet: Wallet) -> list[TokenHolding] | None:
        found = await holdings_of(self._context.store, wallet)
        if found is None:  # a refresh has replaced them meanwhile
            again = await self._context.store.get(Wallet, wallet.wallet_address)
            found = await holdings_of(self._context.store, again.record) if again else []
        return found

    async def purge(self) -> None:
        """Remove the replaced snapshots that are too old to be paged through."""
        context = self._context
        current = await context.store.get(NamedValue, _CURRENT)
        current_id = current.record.value if current else None
        old = queries.token_totals_before(context.clock.now() - _RETENTION)
        for stored in await context.store.query(old, limit=100):
            snapshot = stored.record
            if snapshot.key == current_id:
                continue
            try:
                await context.store.commit(
                    [
                        Delete(TokenTotals, snapshot.key, stored.version),
                        *chunked_list.removal_writes(snapshot.key, snapshot.tokens),
                    ]
                )
            except (VersionConflict, BackendError) as error:
                _log.info("an old snapshot was not removed yet: %r", error)
