"""A process that works on shards of refresh-all and on nothing else; any number of them, on any machines."""

from __future__ import annotations

import asyncio
import logging
import signal

from server.composition import build_worker
from server.garbage import freeze_garbage
from server.logs import configure_logs
from server.redaction import redact_logs
from server.settings import Settings

_STOP_SECONDS = 7
"""From the signal to the end. Shards are handed back at once; the rest is for a store that answers slowly."""

_log = logging.getLogger(__name__)


def work(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM. Raises `SettingsError`."""
    configure_logs(settings.log_format, settings.wallet_log_level)
    redact_logs(settings)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stopping.set)
    backend = await build_worker(settings)
    await backend.start()
    freeze_garbage()
    _log.info("ready for shards")
    await stopping.wait()
    _log.info("handing shards back")
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await backend.aclose()
    except TimeoutError:
        _log.warning("not everything could be handed back in time; other workers take over when the leases end")
