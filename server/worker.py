"""A process that works on shards of refresh-all and on nothing else; any number of them, on any machines."""

from __future__ import annotations

import asyncio
import logging
import signal

from backends.base import WalletBackend
from server.app import create_app
from server.composition import build_access, build_worker
from server.draining import Draining
from server.process.event_loop import run, tune_garbage_collection
from server.process.listening import listen
from server.settings import Settings
from server.telemetry.logs import configure_logs
from server.telemetry.metrics import Metrics
from server.telemetry.redaction import redact_logs

_STOP_SECONDS = 7
"""From the signal to the end. Shards are handed back at once; the rest is for a store that answers slowly."""

_STOPPING = (signal.SIGINT, signal.SIGTERM)

logger = logging.getLogger(__name__)


def work(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM. Raises `SettingsError`; `SystemExit` if its port can't be listened at."""
    configure_logs(settings.log_format, settings.wallet_log_level)
    redact_logs(settings)
    run(_work(settings))


async def _work(settings: Settings) -> None:
    if settings.wallet_worker_port is None:
        await _work_unseen(await build_worker(settings))
        return
    access = build_access(settings)
    metrics, draining = Metrics(), Draining()
    backend = await build_worker(settings, meter=metrics)
    app = create_app(backend, settings=settings, draining=draining, metrics=metrics, access=access, probes_only=True)
    tune_garbage_collection()
    for each in _STOPPING:
        signal.signal(each, lambda *_: None)  # uvicorn raises it once more in the end, where it would be a failure
    try:
        await listen(app, settings, draining, port=settings.wallet_worker_port, backend_name=backend.name)
    finally:
        if access is not None:
            await access.aclose()


async def _work_unseen(backend: WalletBackend) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in _STOPPING:
        loop.add_signal_handler(each, stopping.set)
    await backend.start()
    tune_garbage_collection()
    logger.info("ready for shards")
    await stopping.wait()
    logger.info("handing shards back")
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await backend.aclose()
    except TimeoutError:
        logger.warning("not everything could be handed back in time; other workers take over when the leases end")
