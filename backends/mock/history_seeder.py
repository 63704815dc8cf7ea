"""A wallet's history: the records that the orchestrator would have written, had a scenario's requests been made.

Every change goes through the orchestrator's own rules; only the requests are made up, and the clock is set to
the moment of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from backends.orchestrator.amounts import sol_text
from backends.orchestrator.audit import audited
from backends.orchestrator.context import Context
from backends.orchestrator.funding import schedule_values
from backends.orchestrator.history.recording import Moved, record_in_wallet, with_activity_since
from backends.orchestrator.launches import launch_id_of, launch_values
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import Launch, Mint, Record, Schedule, Wallet, WalletMonth, WalletTombstone
from backends.orchestrator.refresh.applying import apply_reading
from backends.orchestrator.refresh.history_entry import change_found
from backends.orchestrator.refresh.reading import TokensReading, WalletReading
from backends.orchestrator.refresh.reconciliation import reconcile
from backends.orchestrator.storage.chunked_list import ChunkedList
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.state import metadata_values, revise, with_derived_fields
from generated_models import ScheduleStatus, TokenHolding, WalletPart

from .clock import MockClock
from .fake_chain import FakeChain
from .portfolio_history_seeder import WalletStates
from .readings import balance_reading, wallet_reading
from .scenario import Action, Launched, Metadata, Refreshed, Scheduled
from .slots import from_ms, to_ms
from .store import MemoryWalletsDataService


class HistorySeeder:
    """Builds the history of one wallet. `context` runs on `clock`, which is set to the moment of each action."""

    def __init__(self, context: Context, clock: MockClock, chain: FakeChain, wallet: Wallet) -> None:
        self._context = context
        self._clock = clock
        self._chain = chain
        self.wallet = wallet
        self._schedules: dict[str, Schedule] = {}
        self._launches: list[Launch] = []
        self._audit: list[Put] = []
        self._chunked: ChunkedList | None = None
        self._holdings: Sequence[TokenHolding] | None = None
        self._created = wallet
        self._moved = Moved()
        self.mints: dict[str, Mint] = {}
        self.states = WalletStates([wallet.created_at], [wallet], [wallet.created_at])

    @classmethod
    def created(
        cls,
        context: Context,
        clock: MockClock,
        chain: FakeChain,
        address: str,
        metadata: Metadata,
        *,
        generation: int = 1,
    ) -> HistorySeeder:
        """A wallet created at the clock's moment."""
        now = clock.now()
        wallet = Wallet(
            wallet_address=address,
            generation=generation,
            metadata_version=1,
            chain_version=0,
            label=metadata.label,
            notes=metadata.notes,
            tags=metadata.tags,
            status_override=metadata.status_override,
            created_at=now,
            updated_at=now,
        )
        history = cls(context, clock, chain, with_derived_fields(wallet, context.policy))
        history._audit.append(audited(context, "createWallet", address, after=metadata_values(wallet)))
        return history

    async def apply(self, actions: Iterable[Action]) -> None:
        """Apply what was done to the wallet, in order."""
        for action in actions:
            self._clock.freeze(from_ms(action.at))
            match action:
                case Refreshed():
                    await self._refresh(action)
                case Scheduled():
                    self._schedule(action)
                case Launched():
                    self._launch(action)

    async def records(self) -> tuple[Wallet, list[Write]]:
        """The wallet, and the writes of its history beside it and beside `mints`, which wallets share."""
        chunks = await self._chunked.write_oversized(self._context.store) if self._chunked else []
        months = MemoryWalletsDataService()
        filled, _, dropped = await self._moved.into_months(months, self._created)
        await months.commit(filled)
        tombstone = WalletTombstone(
            wallet_address=self.wallet.key, generations=self.wallet.generation, metadata_version=0, launch_count=0
        )
        records: list[Record] = [
            tombstone,
            *months.all(WalletMonth),
            *self._schedules.values(),
            *self._launches,
        ]
        return with_activity_since(self.wallet, dropped), [*map(Put, records), *chunks, *self._audit]

    async def _refresh(self, action: Refreshed) -> None:
        wallet, context = self.wallet, self._context
        now = self._clock.now()
        if action.only_failures:
            reading = WalletReading()
        elif action.only_balance:
            reading = WalletReading(balance=balance_reading(self._chain, wallet, self._clock))
        else:
            reading = await wallet_reading(self._chain, wallet, self._clock, action.policy(context.policy))
        if action.failures:
            failed = {_FIELD[part]: failure() for part, failure in action.failures.items()}
            reading = replace(reading, **failed)
        new_ref = partial(context.ids.new, "ref", wallet.key, now)
        applied = apply_reading(wallet, reading, new_ref, now, context.policy)
        completed = reconcile(applied.fundings, self._open(), (), now)
        refreshed = applied.wallet
        if completed:
            self._schedules.update((schedule.schedule_id, schedule) for schedule in completed)
            refreshed = replace(refreshed, open_schedules=wallet.open_schedules - len(completed))
        change = change_found(wallet, applied, self._holdings, now)
        recorded = record_in_wallet(wallet, refreshed, change, applied.activity, now, context.policy)
        self._moved.extend(recorded.moved)
        self.wallet = recorded.with_months(recorded.moved.months)
        next_change = self._chain.next_change(wallet.key, to_ms(now))
        self.states.add(now, self.wallet, from_ms(next_change))
        if applied.chunked_holdings is not None:
            self._holdings, self._chunked = applied.holdings or (), applied.chunked_holdings
        self._audit.append(audited(context, "refreshWallet", wallet.key, outcome=applied.outcome.value))
        if isinstance(reading.tokens, TokensReading):
            self._note_mints(reading.tokens, now)

    def _schedule(self, action: Scheduled) -> None:
        wallet, context = self.wallet, self._context
        now = self._clock.now()
        scheduled_for = from_ms(action.scheduled_for)
        schedule = Schedule(
            schedule_id=context.ids.new(
                "sch", wallet.key, sol_text(action.lamports), format_timestamp(scheduled_for), now
            ),
            wallet_address=wallet.key,
            amount_lamports=action.lamports,
            scheduled_for=scheduled_for,
            status=ScheduleStatus.SCHEDULED,
            note=action.note,
            created_at=now,
            updated_at=now,
        )
        self._change(now, open_schedules=wallet.open_schedules + 1)
        self._audit.append(
            audited(
                context,
                "scheduleFunding",
                wallet.key,
                after=schedule_values(schedule),
                schedule_id=schedule.schedule_id,
            )
        )
        if action.cancelled_at is not None:
            self._clock.freeze(from_ms(action.cancelled_at))
            now = self._clock.now()
            before, schedule = schedule, replace(schedule, status=ScheduleStatus.CANCELLED, updated_at=now)
            self._change(now, open_schedules=self.wallet.open_schedules - 1)
            self._audit.append(
                audited(
                    context,
                    "cancelScheduledFunding",
                    wallet.key,
                    before={"status": before.status.value},
                    after={"status": schedule.status.value},
                    schedule_id=schedule.schedule_id,
                )
            )
        self._schedules[schedule.schedule_id] = schedule

    def _launch(self, action: Launched) -> None:
        wallet = self.wallet
        now = self._clock.now()
        launch = Launch(
            launch_id=launch_id_of(wallet.key, action.mint),
            wallet_address=wallet.key,
            mint_address=action.mint,
            token_name=action.name,
            token_ticker=action.ticker,
            launched_at=from_ms(action.launched_at),
            signature=action.signature,
            created_at=now,
        )
        self._launches.append(launch)
        self._change(now, launch_count=wallet.launch_count + 1)
        self._audit.append(
            audited(self._context, "recordLaunch", wallet.key, after=launch_values(launch), launch_id=launch.launch_id)
        )

    def _change(self, now: datetime, **changes: int) -> None:
        self.wallet = revise(self.wallet, now, self._context.policy, **changes)

    def _open(self) -> list[Schedule]:
        waiting = [each for each in self._schedules.values() if each.status is ScheduleStatus.SCHEDULED]
        return sorted(waiting, key=lambda schedule: (schedule.created_at, schedule.key))

    def _note_mints(self, tokens: TokensReading, now: datetime) -> None:
        for holding in tokens.holdings or ():
            self.mints[holding.mint_address] = Mint(
                mint_address=holding.mint_address, name=holding.name, ticker=holding.ticker, read_at=now
            )


_FIELD = {
    WalletPart.sol_balance: "balance",
    WalletPart.token_holdings: "tokens",
    WalletPart.funding_transactions: "history",
}
"""The parts as a reading names them."""
