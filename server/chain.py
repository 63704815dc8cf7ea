"""Runs the faked chain as a Solana node: builds what the settings ask for and serves it until a signal."""

from __future__ import annotations

import sys

from server.composition.chain import build_chain
from server.draining import Draining
from server.process.event_loop import run
from server.process.listening import check_port, listen
from server.settings import Settings
from server.telemetry.logs import configure_logs

_IDLE_SECONDS = 60
"""Much longer than servers keep a connection: one that is busy with other things uses it a little later than it meant
to. A request that meets its end is lost, and the next try is counted as a call more.
"""


def serve_chain(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises `SettingsError`; `SystemExit` if serving can't begin for another reason."""
    configure_logs(settings.log_format, "warning")
    check_port(settings.host, settings.port)
    application = build_chain(settings)
    run(
        listen(
            application,
            settings,
            Draining(),
            port=settings.port,
            backend_name="chain",
            listening=_announce,
            idle_seconds=_IDLE_SECONDS,
        )
    )


def _announce(url: str) -> None:
    print(url, flush=True)  # noqa: T201 - whoever started it may read where it is
    sys.stderr.write(f"A faked Solana chain. SOLANA_RPC_URL={url} makes it a server's.\n")
    sys.stderr.flush()
