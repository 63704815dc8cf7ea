"""What else the snapshot of the token totals knows: who holds a mint, and the tags."""

from __future__ import annotations

from typing import Any

from backends.base import Answer, AnswerKind
from backends.orchestrator.amounts import decimal_text, sol_text
from backends.orchestrator.context import Context
from backends.orchestrator.records import ChunkedListRef, TokenTotals, Wallet
from backends.orchestrator.storage import chunked_list
from backends.orchestrator.storage.paging import Page, invalid_page_token, next_token, open_page
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.token_totals import TokenTotalsSnapshots
from generated_models import TagPage, TagTotal, TokenHolder, TokenHolderPage


class SnapshotLists:
    """Pages through lists of the current snapshot; a page token pins its snapshot."""

    def __init__(self, context: Context, snapshots: TokenTotalsSnapshots) -> None:
        self._context = context
        self._snapshots = snapshots

    async def holders(
        self, *, mint_address: str, max_age: int, page_size: int, page_token: str | None
    ) -> Answer[TokenHolderPage]:
        """Wallets that hold a mint, the largest amount first."""
        name = "token-holders"
        page = await open_page(
            self._context, name, {"mint_address": mint_address}, defaults={}, size=page_size, token=page_token
        )
        snapshot, offset = await self._place(page, max_age)
        first, count, decimals = await self._span(snapshot, mint_address)
        rows = await self._rows(snapshot, snapshot.holders, first + offset, min(offset + page.size, count) - offset)
        wallets = await self._context.store.get_many(Wallet, [address for address, _ in rows])
        return Answer(
            AnswerKind.OK,
            TokenHolderPage(
                items=[
                    TokenHolder(
                        wallet_address=address,
                        label=stored.record.label if stored else None,
                        amount=amount,
                        balance=decimal_text(int(amount), decimals),
                    )
                    for (address, amount), stored in zip(rows, wallets, strict=True)
                ],
                next_page_token=await self._next(name, page, snapshot, offset, count),
                total_size=count,
                complete=snapshot.complete,
                wallets_missing=snapshot.wallets_missing,
                oldest_as_of=format_timestamp(snapshot.oldest_as_of),
                computed_at=format_timestamp(snapshot.computed_at),
            ),
        )

    async def tags(self, *, max_age: int, page_size: int, page_token: str | None) -> Answer[TagPage]:
        """Tags in use, the most used first."""
        page = await open_page(self._context, "tags", {}, defaults={}, size=page_size, token=page_token)
        snapshot, offset = await self._place(page, max_age)
        count = snapshot.tags.count if snapshot.tags else 0
        rows = await self._rows(snapshot, snapshot.tags, offset, min(offset + page.size, count) - offset)
        return Answer(
            AnswerKind.OK,
            TagPage(
                items=[
                    TagTotal(
                        tag=tag,
                        wallets=wallets,
                        total_balance_lamports=lamports,
                        total_balance_sol=sol_text(int(lamports)),
                        wallets_missing=missing,
                    )
                    for tag, wallets, lamports, missing in rows
                ],
                next_page_token=await self._next("tags", page, snapshot, offset, count),
                total_size=count,
                computed_at=format_timestamp(snapshot.computed_at),
            ),
        )

    async def _place(self, page: Page, max_age: int) -> tuple[TokenTotals, int]:
        if page.cursor is None:
            return await self._snapshots.current(max_age), 0
        snapshot_id, position, _ = page.cursor
        return await self._snapshots.snapshot(str(snapshot_id)), int(str(position))

    async def _next(self, name: str, page: Page, snapshot: TokenTotals, offset: int, count: int) -> str | None:
        end = offset + page.size
        return await next_token(self._context, name, page, count, (snapshot.key, end, "")) if end < count else None

    async def _span(self, snapshot: TokenTotals, mint_address: str) -> tuple[int, int, int]:
        """Where a mint's holders begin, how many there are, and the mint's decimals."""
        first = 0
        for row in await self._rows(snapshot, snapshot.tokens, 0, snapshot.tokens.count):
            if row["mint_address"] == mint_address:
                return first, row["wallets_holding"], row["decimals"]
            first += row["wallets_holding"]
        return first, 0, 0

    async def _rows(self, snapshot: TokenTotals, reference: ChunkedListRef | None, start: int, count: int) -> list[Any]:
        """Some rows of a list. Raises `InvalidRequest` when the snapshot is gone."""
        if reference is None or count <= 0:
            return []
        rows = await chunked_list.read_rows(self._context.store, snapshot.key, reference, start, count)
        if rows is None:
            raise invalid_page_token("The page token's snapshot is no longer kept; start again from the first page.")
        return rows
