"""The core group: the wallets themselves and the metadata that people give them."""

from __future__ import annotations

from backends.answers import Answer, AnswerKind, SerializedAnswer
from backends.entity_tags import entity_tags
from backends.errors import Conflict, PreconditionFailed
from backends.orchestrator import queries
from backends.orchestrator.audit import audited
from backends.orchestrator.context import Context
from backends.orchestrator.counters.changes import CounterChanges, counted
from backends.orchestrator.counters.epochs import changed_counts, epochs, recount_due
from backends.orchestrator.history import months
from backends.orchestrator.ports import Delete, Put, Stored, VersionConflict, Write
from backends.orchestrator.records import Wallet, WalletTombstone
from backends.orchestrator.storage import chunked_list
from backends.orchestrator.storage.idempotency import Completion, idempotent
from backends.orchestrator.storage.paging import list_matching, list_records, open_page
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.wallets.errors import wallet_exists, wallet_not_found, wallet_unreadable
from backends.orchestrator.wallets.filters import WalletFilters
from backends.orchestrator.wallets.holdings import holdings_of, wallet_with_holdings
from backends.orchestrator.wallets.mappers import cached_wallet
from backends.orchestrator.wallets.registration import registration, unreadable
from backends.orchestrator.wallets.row_cache import RowCache
from backends.orchestrator.wallets.state import age_of, etag_of, metadata_values, revise_metadata
from generated_models import (
    CachedWalletResponse,
    CreateWalletRequest,
    ProblemCode,
    ScheduleStatus,
    SortDirection,
    TokenHolding,
    UpdateWalletRequest,
    WalletPage,
    WalletSort,
)


class Wallets:
    """Create, read, update, delete and list; never touches the chain."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rows = RowCache(context.policy)

    async def page(
        self,
        *,
        filters: WalletFilters,
        sort: WalletSort,
        direction: SortDirection | None,
        page_size: int,
        page_token: str | None,
    ) -> Answer[WalletPage]:
        """Wallets that meet all filters; all pages tell freshness by the first page's clock.

        A page ends early when it has looked at as many wallets as the read budget allows.
        """
        context = self._context
        choice = {"sort": sort.value, "direction": direction.value if direction else None}
        page = await open_page(
            context,
            "wallets",
            filters.pins() | choice,
            defaults=dict.fromkeys(filters.pins()) | {"sort": WalletSort.created_at.value, "direction": None},
            size=page_size,
            token=page_token,
        )
        filters = WalletFilters.pinned(page.pins)
        pinned_direction = page.pins["direction"]
        query = filters.query(
            WalletSort(page.pinned("sort")),
            SortDirection(pinned_direction) if pinned_direction else None,
            context.policy.fresh_window(page.now),
        )
        if query is None:
            return Answer(AnswerKind.OK, WalletPage(items=[], next_page_token=None, total_size=None))
        if filters.exact:
            listing = await list_records(context, "wallets", page, query)
            wallets, token, total = listing.found, listing.next_page_token, listing.total_size
        else:
            tests = filters.tests(context.policy.fresh_window(page.now))
            wallets, token = await list_matching(context, "wallets", page, query, tests)
            total = None
        json = self._rows.page(wallets, page.now, next_page_token=token, total_size=total)
        return SerializedAnswer(AnswerKind.OK, WalletPage, json)

    async def get(self, wallet_address: str) -> Answer[CachedWalletResponse]:
        """One wallet with its holdings."""
        stored, holdings = await wallet_with_holdings(self._context.store, wallet_address)
        now = self._context.clock.now()
        policy = self._context.policy
        self._context.meter.served(age_of(stored.record, now))
        return Answer(
            AnswerKind.OK,
            cached_wallet(stored.record, holdings, now, policy),
            etag=etag_of(stored.record, now, policy),
        )

    async def create(self, body: CreateWalletRequest, idempotency_key: str | None) -> Answer[CachedWalletResponse]:
        """Create a wallet, of which nothing is known yet but what the request says."""

        async def effect(completion: Completion[CachedWalletResponse]) -> Answer[CachedWalletResponse]:
            return await retry_on_conflict(lambda: self._create(body, completion))

        return await idempotent(self._context, "createWallet", idempotency_key, [body], CachedWalletResponse, effect)

    async def _create(
        self, body: CreateWalletRequest, completion: Completion[CachedWalletResponse]
    ) -> Answer[CachedWalletResponse]:
        context = self._context
        address = body.wallet_address
        if await context.store.get(Wallet, address) is not None:
            raise wallet_exists(address)
        tombstone = await context.store.get(WalletTombstone, address)
        epoch = (await epochs(context)).target
        wallet, writes = registration(context, body, tombstone, "createWallet", epoch)
        writes += counted(None, wallet, wallet.created_at)
        answer = self._answer(AnswerKind.CREATED, wallet, None)
        try:
            await context.store.commit([*writes, *await completion.writes(answer)])
        except VersionConflict:
            if await unreadable(context, [address]):
                raise wallet_unreadable(address) from None
            raise
        return answer

    async def update(
        self, wallet_address: str, body: UpdateWalletRequest, if_match: str | None
    ) -> Answer[CachedWalletResponse]:
        """Replace the metadata, and nothing else."""

        async def attempt() -> Answer[CachedWalletResponse]:
            context = self._context
            stored, holdings = await wallet_with_holdings(context.store, wallet_address)
            _require_match(stored, if_match)
            wallet = revise_metadata(
                stored.record,
                context.clock.now(),
                context.policy,
                label=body.label or None,
                notes=body.notes or None,
                tags=tuple(body.tags),
                status_override=body.status_override,
            )
            entry = audited(
                context,
                "updateWallet",
                wallet_address,
                before=metadata_values(stored.record),
                after=metadata_values(wallet),
            )
            increments = await changed_counts(context, stored.record, wallet)
            await context.store.commit([Put(wallet, stored.version), entry, *increments])
            return self._answer(AnswerKind.OK, wallet, holdings)

        return await retry_on_conflict(attempt)

    async def delete(self, wallet_address: str, force: bool, if_match: str | None) -> Answer[None]:
        """Remove a wallet; its launches stay, its open schedules are cancelled with it under `force`."""

        async def attempt() -> Answer[None]:
            context = self._context
            stored = await context.store.get(Wallet, wallet_address)
            if stored is None:
                raise wallet_not_found(wallet_address)
            _require_match(stored, if_match)
            wallet = stored.record
            if wallet.open_schedules and not force:
                raise Conflict(
                    ProblemCode.open_schedules,
                    f"The wallet has {wallet.open_schedules} open scheduled fundings; "
                    "cancel them, or delete with force=true.",
                )
            cancellations = await self._cancellations(wallet)
            await context.store.commit(
                [
                    Delete(Wallet, wallet_address, stored.version),
                    Put(
                        WalletTombstone(
                            wallet_address=wallet_address,
                            generations=wallet.generation,
                            metadata_version=wallet.metadata_version,
                            launch_count=wallet.launch_count,
                        )
                    ),
                    *chunked_list.removal_writes(wallet_address, wallet.holdings),
                    *months.removal_writes(wallet),
                    *cancellations,
                    audited(
                        context,
                        "deleteWallet",
                        wallet_address,
                        before=metadata_values(wallet),
                        related=[write.record.key for write in cancellations],
                    ),
                    *await self._uncounted(wallet),
                ]
            )
            return Answer(AnswerKind.EMPTY, None)

        return await retry_on_conflict(attempt)

    async def _uncounted(self, wallet: Wallet) -> list[Write]:
        """What takes a wallet out of the counters."""
        context = self._context
        changes = CounterChanges()
        changes.wallet(wallet, None, context.clock.now())
        holdings = await holdings_of(context.store, wallet)
        lost = holdings is None and wallet.holdings is not None
        if lost or not wallet.counted_in:  # how much it was counted for is not known
            return [*changes.writes(), *await recount_due(context, wallet.counted_in)]
        changes.holdings(wallet.counted_in, wallet.wallet_address, holdings, None)
        return list(changes.writes())

    async def _cancellations(self, wallet: Wallet) -> list[Put]:
        if not wallet.open_schedules:
            return []
        context = self._context
        now = context.clock.now()
        found = await context.store.query(
            queries.open_schedules_of(wallet.wallet_address), limit=context.policy.max_open_schedules
        )
        return [Put(stored.record.revised(now, status=ScheduleStatus.CANCELLED), stored.version) for stored in found]

    def _answer(
        self, kind: AnswerKind, wallet: Wallet, holdings: list[TokenHolding] | None
    ) -> Answer[CachedWalletResponse]:
        now = self._context.clock.now()
        policy = self._context.policy
        return Answer(kind, cached_wallet(wallet, holdings, now, policy), etag=etag_of(wallet, now, policy))


def _require_match(stored: Stored[Wallet], if_match: str | None) -> None:
    """`If-Match` names metadata versions only, so that a refresh in between never fails an edit. The comparison is the
    strong one (RFC 9110, 13.1.1): a weak tag matches nothing.
    """
    if if_match is None or if_match.strip() == "*":
        return
    versions = {tag.opaque.partition(".")[0] for tag in entity_tags(if_match) if not tag.weak}
    if str(stored.record.metadata_version) not in versions:
        raise PreconditionFailed("The wallet's metadata was changed since the version that If-Match names.")
