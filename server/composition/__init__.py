"""The composition root: the one folder that knows concrete backends, each imported only where it was chosen.

So mock mode loads no cloud SDK and no Solana library, and real mode no Faker. What can't be built raises
`SettingsError`; nothing ever falls back to the mock.
"""

from __future__ import annotations

from backends.base import WalletBackend
from backends.meter import NO_METER, Meter
from server.composition.access import build_access
from server.composition.backends import Backends
from server.settings import Settings, SettingsError

__all__ = ["Backends", "build", "build_access", "build_worker"]


async def build(settings: Settings, *, meter: Meter = NO_METER) -> Backends:
    """The backends that the settings ask for, on the event loop that will serve. Raises `SettingsError`."""
    if settings.wallet_backend == "mock":
        from server.composition.mock import build_mock

        return await build_mock(settings, meter=meter)
    from server.composition.real import build_real

    return await build_real(settings, meter=meter)


async def build_worker(settings: Settings, *, meter: Meter = NO_METER) -> WalletBackend:
    """A real backend whose background work is the shards of others. Raises `SettingsError`."""
    if settings.wallet_queue_url is None:
        raise SettingsError("WALLET_QUEUE_URL is missing: without a queue, every server does its own work")
    from server.composition.real import build_real

    return (await build_real(settings, worker=True, meter=meter)).main
