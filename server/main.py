"""Runs the server: builds what the settings ask for, serves it until a signal, and stops in order."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable

from server.app import create_app
from server.composition import Backends, build, build_access
from server.contract import Contract, ContractError, contract_path, load_contract
from server.draining import Draining
from server.middleware.tracing import build_tracing
from server.operations.signature_check import SignatureMismatch
from server.process.event_loop import freeze_garbage, run
from server.process.listening import listen
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
    asyncio.get_running_loop().call_later(_SETTLED_SECONDS, freeze_garbage)
    watching = asyncio.ensure_future(watch(_watched(settings, backends, contract, app.state.take_over)))
    try:
        await listen(
            app if tracing is None else tracing.around(app),
            settings,
            draining,
            port=settings.port,
            backend_name=backends.main.name,
            page=CONSOLE if settings.wallet_console else None,
        )
    finally:
        watching.cancel()
        if tracing is not None:
            tracing.close()
        if access is not None:
            await access.aclose()


def _watched(
    settings: Settings, backends: Backends, served: Contract, use: Callable[[Contract], None]
) -> list[Watched]:
    """The files to take over when they are saved; none unless that is switched on, or this is a checkout's mock."""
    path = contract_path()
    in_checkout = path.with_name("pyproject.toml").exists() and os.access(path, os.W_OK)
    wanted = in_checkout if settings.wallet_reload is None else settings.wallet_reload
    if settings.wallet_backend != "mock" or not wanted:
        return []
    regeneration = Regeneration(served, path.parent if in_checkout else None)

    def use_and_follow(changed: Contract) -> None:
        use(changed)
        regeneration.follow(changed)

    return [watched_contract(path, use_and_follow), *backends.watched]
