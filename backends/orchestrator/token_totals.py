"""Token totals over all wallets, from one snapshot that is rebuilt at most every `Policy.portfolio_ttl` (rule 11)."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from backends.base import Answer, AnswerKind
from backends.errors import BackendError
from backends.orchestrator import queries
from backends.orchestrator.amounts import decimal_text
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Delete, Put, VersionConflict, Write
from backends.orchestrator.records import NamedValue, TokenTotals, Wallet
from backends.orchestrator.storage import chunked_list
from backends.orchestrator.storage.commit_rules import MAX_WRITES
from backends.orchestrator.storage.paging import invalid_page_token, next_token, open_page
from backends.orchestrator.storage.scan import scan
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.holdings import holdings_of
from generated_models import PortfolioToken, PortfolioTokenPage, TokenHolding, WalletStatus

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
    holders: list[tuple[int, str]] = field(default_factory=list)

    @property
    def wallets(self) -> int:
        """How many wallets hold it."""
        return len(self.holders)


@dataclass(slots=True)
class _Tag:
    """One tag's running total."""

    wallets: int = 0
    lamports: int = 0
    missing: int = 0


@dataclass(slots=True)
class _Count:
    """What a scan of all wallets has found."""

    totals: dict[str, _Total] = field(default_factory=dict)
    tags: dict[str, _Tag] = field(default_factory=dict)
    missing: int = 0
    oldest_as_of: datetime | None = None


class TokenTotalsSnapshots:
    """Pages through the current snapshot; the first reader after it has expired builds the next one."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._building: asyncio.Task[TokenTotals] | None = None

    async def page(self, *, max_age: int, page_size: int, page_token: str | None) -> Answer[PortfolioTokenPage]:
        """Totals by mint, the most widely held first. A page token pins its snapshot."""
        context = self._context
        page = await open_page(context, _LIST, {}, defaults={}, size=page_size, token=page_token)
        if page.cursor is None:
            snapshot, offset = await self.current(max_age), 0
        else:
            snapshot_id, position, _ = page.cursor
            snapshot, offset = await self.snapshot(str(snapshot_id)), int(str(position))
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

    async def snapshot(self, snapshot_id: str) -> TokenTotals:
        found = await self._context.store.get(TokenTotals, snapshot_id)
        if found is None:
            raise invalid_page_token("The page token's snapshot is no longer kept; start again from the first page.")
        return found.record

    async def current(self, max_age: int) -> TokenTotals:
        """The snapshot to show, built now if the last one is older than `max_age` seconds and than the policy allows.
        Concurrent readers share one build.
        """
        context = self._context
        current = await context.store.get(NamedValue, _CURRENT)
        if current is not None:
            age = context.clock.now() - current.record.updated_at
            if timedelta(0) <= age < max(context.policy.portfolio_ttl, timedelta(seconds=max_age)):
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
        count = await self._add_up()
        ordered = sorted(count.totals.items(), key=lambda item: (-item[1].wallets, item[0]))
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
            for mint, total in ordered
        ]
        holders = [
            json.dumps([address, str(amount)])
            for _, total in ordered
            for amount, address in sorted(total.holders, key=lambda each: (-each[0], each[1]))
        ]
        tags = [
            json.dumps([name, tag.wallets, str(tag.lamports), tag.missing])
            for name, tag in sorted(count.tags.items(), key=lambda item: (-item[1].wallets, item[0]))
        ]
        lists = [
            chunked_list.ChunkedList(snapshot_id, str(ref), each) for ref, each in enumerate((rows, holders, tags))
        ]
        snapshot = TokenTotals(
            snapshot_id=snapshot_id,
            computed_at=now,
            complete=count.missing == 0,
            wallets_missing=count.missing,
            oldest_as_of=count.oldest_as_of,
            tokens=lists[0].reference,
            holders=lists[1].reference,
            tags=lists[2].reference,
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
                    *[write for each in lists for write in await each.write_oversized(context.store)],
                ]
            )
        except VersionConflict:  # another process was quicker
            current = await context.store.get(NamedValue, _CURRENT)
            return (await self._snapshot_of(current.record) if current else None) or snapshot
        return snapshot

    async def _add_up(self) -> _Count:
        count = _Count()
        async for page in scan(self._context.store, queries.wallets_by_address(), page=200):
            for stored in page:
                await self._add(count, stored.record)
        return count

    async def _add(self, count: _Count, wallet: Wallet) -> None:
        balance = wallet.last_balance_lamports
        for name in wallet.tags:
            tag = count.tags.setdefault(name, _Tag())
            tag.wallets += 1
            tag.lamports += balance or 0
            tag.missing += balance is None
        as_of = wallet.parts.token_holdings.as_of
        holdings = None if as_of is None else await self._holdings(wallet)
        if as_of is not None:
            count.oldest_as_of = min(count.oldest_as_of or as_of, as_of)
        if holdings is None:
            # Nobody waits for an archived wallet that was never read.
            count.missing += as_of is not None or wallet.status is not WalletStatus.ARCHIVED
            return
        for holding in holdings:
            total = count.totals.setdefault(holding.mint_address, _Total(holding))
            total.holding = holding
            total.amount += int(holding.amount)
            total.holders.append((int(holding.amount), wallet.wallet_address))

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
                writes: list[Write] = [
                    Delete(TokenTotals, snapshot.key, stored.version),
                    *chunked_list.removal_writes(snapshot.key, snapshot.tokens),
                    *chunked_list.removal_writes(snapshot.key, snapshot.holders),
                    *chunked_list.removal_writes(snapshot.key, snapshot.tags),
                ]
                while writes:  # the record last: what is left over by a failure is removed the next time
                    await context.store.commit(writes[-MAX_WRITES:])
                    del writes[-MAX_WRITES:]
            except (VersionConflict, BackendError) as error:
                _log.info("an old snapshot was not removed yet: %r", error)
