"""The composition root: the one place that knows concrete backends, each imported inside its own branch.

So mock mode loads no cloud SDK and no Solana library, and real mode no Faker. What can't be built raises
`SettingsError`; nothing ever falls back to the mock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from backends.base import WalletBackend
from server.settings import Settings, SettingsError

if TYPE_CHECKING:
    from backends.orchestrator.policy import Policy
    from backends.orchestrator.services import WalletsDataService


@dataclass(frozen=True, slots=True)
class Backends:
    """What serves: `main`, and other backends for single groups (tags of the contract)."""

    main: WalletBackend
    groups: Mapping[str, WalletBackend] = field(default_factory=dict)


async def build(settings: Settings) -> Backends:
    """The backends that the settings ask for, on the event loop that will serve. Raises `SettingsError`."""
    if settings.wallet_backend == "mock":
        return Backends(await build_mock(settings))
    return await build_real(settings)


async def build_mock(settings: Settings) -> WalletBackend:
    """A faked world in memory."""
    from backends.mock.factory import build_mock as build_world
    from backends.mock.world import WORLDS

    if settings.wallet_world not in WORLDS:
        raise SettingsError(f"WALLET_WORLD is not one of {', '.join(WORLDS)}")
    return await build_world(
        world=settings.wallet_world,
        seed=settings.wallet_seed,
        wallets=settings.wallet_mock_wallets,
        policy=_policy(settings),
    )


async def build_real(settings: Settings) -> Backends:
    """A store and the Solana chain; groups that the settings leave on the mock see the real store, and only read it."""
    from backends.orchestrator.context import Context
    from backends.orchestrator.orchestrator import WalletManagementOrchestrator
    from backends.real.queue import TaskiqShardQueue
    from backends.real.rpc.limits import RpcLimits
    from backends.real.solana import SimpleSolanaService
    from backends.real.system import RandomIds, SystemClock

    if settings.solana_rpc_url is None:
        raise SettingsError("SOLANA_RPC_URL is missing")
    policy = _policy(settings)
    store = await _store(settings)
    chain = SimpleSolanaService(
        settings.solana_rpc_url.get_secret_value(),
        RpcLimits(
            rps=settings.solana_rpc_rps,
            method_rps=settings.solana_rpc_method_rps,
            concurrency=settings.solana_rpc_concurrency,
            timeout=settings.solana_rpc_timeout,
        ),
    )
    queue_url = settings.wallet_queue_url.get_secret_value() if settings.wallet_queue_url else None
    context = Context(
        store=store,
        chain=chain,
        clock=SystemClock(),
        ids=RandomIds(),
        queue=TaskiqShardQueue(queue_url, settings.wallet_refresh_workers, policy.shard_lease),
        policy=policy,
    )
    groups: dict[str, WalletBackend] = {}
    if settings.wallet_mock_groups:
        from backends.mock.factory import build_shadow

        shadow = build_shadow(store, seed=settings.wallet_seed, policy=policy)
        groups = dict.fromkeys(settings.wallet_mock_groups, shadow)
    return Backends(WalletManagementOrchestrator("real", context), groups)


async def _store(settings: Settings) -> WalletsDataService:
    from backends.real.unusable import UnusableStore

    try:
        if settings.wallet_store == "sqlite":
            from backends.real.sqlite import SqliteWalletsDataService

            embedded = SqliteWalletsDataService(settings.wallet_sqlite_path)
            await embedded.connect()
            return embedded
        from backends.real.firebase import SimpleFirebaseService

        cloud = SimpleFirebaseService(settings.firestore_project, emulator_host=settings.firestore_emulator_host)
        await cloud.connect()
        return cloud
    except UnusableStore as error:
        raise SettingsError(str(error)) from error


def _policy(settings: Settings) -> Policy:
    from backends.orchestrator.policy import Policy

    return Policy(
        cache_ttl=timedelta(seconds=settings.wallet_cache_ttl),
        funded_lamports=settings.wallet_funded_lamports,
        refresh_cooldown=timedelta(seconds=settings.refresh_cooldown),
        portfolio_ttl=timedelta(seconds=settings.wallet_portfolio_ttl),
        history_limit=settings.wallet_history_limit,
        history_transactions=settings.wallet_history_transactions,
        history_sweep=timedelta(seconds=settings.wallet_history_sweep),
    )
