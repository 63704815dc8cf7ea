"""Runs the server: builds what the settings ask for, serves it until a signal, and stops in order."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from functools import partial

from server.app import create_app
from server.composition import Backends, build, build_access
from server.contract import Contract, ContractError, contract_path, load_contract
from server.draining import Draining
from server.middleware.tracing import build_tracing
from server.mocking.banner import banner
from server.operations.signature_check import SignatureMismatch
from server.process.event_loop import run, tune_garbage_collection
from server.process.listening import check_port, listen
from server.reloading.regeneration import Regeneration
from server.reloading.watching import Watched, watch, watched_contract
from server.routes.console import CONSOLE
from server.settings import Settings
from server.telemetry.logs import configure_logs
from server.telemetry.metrics import Metrics
from server.telemetry.redaction import redact_logs

logger = logging.getLogger(__name__)

_SETTLED_SECONDS = 1


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises `SettingsError`; `SystemExit` if serving can't begin for another reason."""
    configure_logs(settings.log_format, settings.wallet_log_level)
    redact_logs(settings)
    if _speaks_to_people(settings):
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # the banner says it better
    check_port(settings.host, settings.port)
    try:
        run(_serve(settings))
    except (ContractError, SignatureMismatch) as error:
        raise SystemExit(f"wallet-orchestrator: {error}") from error


async def _serve(settings: Settings) -> None:
    access = build_access(settings)
    if access is None and settings.wallet_backend == "real":
        logger.warning("authentication is off: whoever reaches this port may do everything")
    tracing = build_tracing(settings)
    metrics, draining = Metrics(), Draining()
    contract = load_contract()  # before the backends: these use the memory again that parsing takes
    backends = await build(settings, meter=metrics)
    app = create_app(
        backends.main,
        contract=contract,
        group_backends=backends.groups,
        settings=settings,
        draining=draining,
        metrics=metrics,
        access=access,
        mounts=backends.mounts,
        session_control=backends.session_control,
    )
    asyncio.get_running_loop().call_later(_SETTLED_SECONDS, tune_garbage_collection)
    watching = asyncio.ensure_future(watch(_watched(settings, backends, contract, app.state.take_over)))
    try:
        await listen(
            app if tracing is None else tracing.around(app),
            settings,
            draining,
            port=settings.port,
            backend_name=backends.main.name,
            listening=partial(_announce, settings, backends),
        )
    finally:
        watching.cancel()
        if tracing is not None:
            tracing.close()
        if access is not None:
            await access.aclose()


def _announce(settings: Settings, backends: Backends, url: str) -> None:
    """Say where it is: a mock in a banner, for people."""
    if _speaks_to_people(settings):
        said = banner(url, settings, world=backends.world, reloads=_reloads(settings), console=CONSOLE)
        sys.stderr.write(f"{said}\n")
        sys.stderr.flush()
    elif settings.wallet_console:
        logger.info("the console is at %s%s", url, CONSOLE)


def _speaks_to_people(settings: Settings) -> bool:
    return settings.wallet_backend == "mock" and settings.log_format == "console"


def _reloads(settings: Settings) -> bool:
    wanted = _in_checkout() if settings.wallet_reload is None else settings.wallet_reload
    return settings.wallet_backend == "mock" and wanted


def _in_checkout() -> bool:
    path = contract_path()
    return path.with_name("pyproject.toml").exists() and os.access(path, os.W_OK)


def _watched(
    settings: Settings, backends: Backends, served: Contract, use: Callable[[Contract], None]
) -> list[Watched]:
    """The files to take over when they are saved; none unless that is switched on, or this is a checkout's mock."""
    if not _reloads(settings):
        return []
    path = contract_path()
    regeneration = Regeneration(served, path.parent if _in_checkout() else None)

    def use_and_follow(changed: Contract) -> None:
        use(changed)
        regeneration.follow(changed)

    return [watched_contract(path, use_and_follow), *backends.watched]
