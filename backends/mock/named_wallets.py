"""Wallets that a world's description names, beside the seeded ones; and a session's state as such a description."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import timedelta

from backends.base import WalletBackend
from backends.orchestrator.amounts import lamports_of, sol_text
from backends.orchestrator.records import Launch, Schedule, Wallet
from backends.orchestrator.timestamps import format_timestamp, parse_timestamp
from generated_models import CachedWalletResponse, FreshnessState, ScheduleStatus, WalletStatus
from generated_models.mock import (
    NamedLaunch,
    NamedSchedule,
    NamedToken,
    NamedWallet,
    State,
    StatusOverride,
    WorldDescription,
)
from generated_models.mock import TokenProgram as NamedProgram

from .scenario import Action, Launched, Metadata, Refreshed, Scheduled
from .slots import to_ms
from .store import MemoryWalletsDataService
from .world import world_text

_MINUTE = 60_000
_MOST_DECIMALS = 18  # of a description


def metadata(wallet: NamedWallet) -> Metadata:
    """What people said of the wallet."""
    return Metadata(
        label=wallet.label,
        notes=wallet.notes,
        tags=tuple(wallet.tags or ()),
        status_override=None if wallet.status_override is None else WalletStatus(wallet.status_override.value),
    )


def actions(wallet: NamedWallet, created_at: int, now: int, cache_ttl: timedelta) -> list[Action]:
    """The requests that made the wallet what it is said to be, in order. Moments are in milliseconds."""
    return sorted(_actions(wallet, created_at, now, cache_ttl), key=lambda action: action.at)


def _actions(wallet: NamedWallet, created_at: int, now: int, cache_ttl: timedelta) -> Iterator[Action]:
    if wallet.state is not State.never:
        age = _MINUTE if wallet.state is State.fresh else _MINUTE + 2 * (cache_ttl // timedelta(milliseconds=1))
        yield Refreshed(max(created_at, now - age), {})
    for schedule in wallet.schedules or ():
        due = to_ms(parse_timestamp(schedule.scheduled_for))
        yield Scheduled(max(created_at, now - _MINUTE // 2), lamports_of(schedule.amount_sol), due, schedule.note)
    for mint, launch in {each.mint_address: each for each in wallet.launches or ()}.items():
        launched_at = to_ms(parse_timestamp(launch.launched_at))
        at = min(now, max(created_at, launched_at))
        yield Launched(at, mint, launch.token_name, launch.token_ticker, launched_at, None)


async def named_wallets(backend: WalletBackend, store: MemoryWalletsDataService) -> list[NamedWallet]:
    """All wallets of a store as a description names them."""
    schedules: dict[str, list[Schedule]] = {}
    for schedule in store.all(Schedule):
        if schedule.status is ScheduleStatus.SCHEDULED:
            schedules.setdefault(schedule.wallet_address, []).append(schedule)
    launches: dict[str, list[Launch]] = {}
    for launch in store.all(Launch):
        launches.setdefault(launch.wallet_address, []).append(launch)
    found = []
    for wallet in sorted(store.all(Wallet), key=lambda each: (each.created_at, each.key)):
        shown = (await backend.get_wallet(wallet_address=wallet.key)).value
        found.append(_named(shown, schedules.get(wallet.key, ()), launches.get(wallet.key, ())))
    return found


async def description_file(world: WorldDescription) -> AsyncIterator[bytes]:
    """A world's file, as a download."""
    yield world_text(world).encode()


def _named(shown: CachedWalletResponse, schedules: Iterable[Schedule], launches: Iterable[Launch]) -> NamedWallet:
    wallet = shown.wallet
    read = wallet.last_balance_sol is not None or wallet.token_holdings is not None
    fresh = shown.cache.state is FreshnessState.fresh
    return NamedWallet(
        address=wallet.wallet_address,
        label=wallet.label,
        notes=wallet.notes,
        tags=list(wallet.tags),
        status_override=None if wallet.status_override is None else StatusOverride(wallet.status_override.value),
        state=State.never if not read else State.fresh if fresh else State.stale,
        balance_sol=wallet.last_balance_sol if read else None,
        tokens=[
            NamedToken(
                mint_address=token.mint_address,
                amount=token.amount,
                decimals=token.decimals,
                token_program=NamedProgram(token.token_program.value),
                name=token.name,
                ticker=token.ticker,
            )
            for token in wallet.token_holdings or ()
            if token.decimals <= _MOST_DECIMALS
        ]
        if read
        else None,
        schedules=[
            NamedSchedule(
                amount_sol=sol_text(each.amount_lamports),
                scheduled_for=format_timestamp(each.scheduled_for),
                note=each.note,
            )
            for each in sorted(schedules, key=lambda one: (one.scheduled_for, one.key))
        ],
        launches=[
            NamedLaunch(
                mint_address=each.mint_address,
                token_name=each.token_name,
                token_ticker=each.token_ticker,
                launched_at=format_timestamp(each.launched_at),
            )
            for each in sorted(launches, key=lambda one: (one.launched_at, one.key))
        ],
    )
