"""Who holds a mint: from a snapshot that a scan of all wallets and their holdings makes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from backends.answers import Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.amounts import decimal_text
from backends.orchestrator.context import Context
from backends.orchestrator.records import TokenTotals, Wallet
from backends.orchestrator.snapshots import HOLDERS, SnapshotContent, Snapshots
from backends.orchestrator.storage.paging import open_page
from backends.orchestrator.storage.scan import scan
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.holdings import holdings_of
from generated_models import TokenHolder, TokenHolderPage, TokenHolding, WalletStatus

_LIST = "token-holders"


@dataclass(slots=True)
class _Scan:
    """What a scan of all wallets has found: decimals and holders (amount, address) by mint."""

    decimals: dict[str, int] = field(default_factory=dict)
    holders: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    missing: int = 0
    oldest_as_of: datetime | None = None


class TokenHolders:
    """Pages through the current snapshot of the holders."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._snapshots = Snapshots(context, HOLDERS, self._build)

    async def page(
        self, *, mint_address: str, max_age: int, page_size: int, page_token: str | None
    ) -> Answer[TokenHolderPage]:
        """Wallets that hold a mint, the largest amount first."""
        context, snapshots = self._context, self._snapshots
        pins = {"mint_address": mint_address}
        page = await open_page(context, _LIST, pins, defaults={}, size=page_size, token=page_token)
        snapshot, start = await snapshots.place(page, max_age)
        first, count, decimals = await self._span(snapshot, mint_address)
        end = min(start + page.size, count)
        rows = await snapshots.rows(snapshot, snapshot.holders, first + start, end - start)
        wallets = await context.store.get_many(Wallet, [address for address, _ in rows])
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
                next_page_token=await snapshots.next_token(_LIST, page, snapshot, end, count),
                total_size=count,
                complete=snapshot.complete,
                wallets_missing=snapshot.wallets_missing,
                oldest_as_of=format_timestamp(snapshot.oldest_as_of),
                computed_at=format_timestamp(snapshot.computed_at),
            ),
        )

    async def _span(self, snapshot: TokenTotals, mint_address: str) -> tuple[int, int, int]:
        """Where a mint's holders begin, how many there are, and the mint's decimals."""
        first = 0
        for mint, holders, decimals in await self._snapshots.rows(snapshot, snapshot.tokens, 0, snapshot.tokens.count):
            if mint == mint_address:
                return first, holders, decimals
            first += holders
        return first, 0, 0

    async def _build(self) -> SnapshotContent:
        found = _Scan()
        async for page in scan(self._context.store, queries.wallets_by_address(), page=200):
            for stored in page:
                await self._add(found, stored.record)
        mints = sorted(found.holders)
        return SnapshotContent(
            tokens=[json.dumps([mint, len(found.holders[mint]), found.decimals[mint]]) for mint in mints],
            holders=[
                json.dumps([address, str(amount)])
                for mint in mints
                for amount, address in sorted(found.holders[mint], key=lambda each: (-each[0], each[1]))
            ],
            wallets_missing=found.missing,
            oldest_as_of=found.oldest_as_of,
        )

    async def _add(self, found: _Scan, wallet: Wallet) -> None:
        as_of = wallet.parts.token_holdings.as_of
        holdings = None if as_of is None else await self._holdings(wallet)
        if as_of is not None:
            found.oldest_as_of = min(found.oldest_as_of or as_of, as_of)
        if holdings is None:
            # Nobody waits for an archived wallet that was never read.
            found.missing += as_of is not None or wallet.status is not WalletStatus.ARCHIVED
            return
        for holding in holdings:
            found.decimals[holding.mint_address] = holding.decimals
            found.holders.setdefault(holding.mint_address, []).append((int(holding.amount), wallet.wallet_address))

    async def _holdings(self, wallet: Wallet) -> list[TokenHolding] | None:
        held = await holdings_of(self._context.store, wallet)
        if held is None:  # a refresh has replaced them meanwhile
            again = await self._context.store.get(Wallet, wallet.wallet_address)
            held = await holdings_of(self._context.store, again.record) if again else []
        return held
