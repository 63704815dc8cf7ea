"""`wallet-orchestrator worker`."""

from __future__ import annotations

from typing import Annotated

import typer


def worker(
    port: Annotated[
        int | None,
        typer.Option(help="Answer /healthz, /readyz and /metrics here, at HOST. \\[WALLET_WORKER_PORT, none]"),
    ] = None,
) -> None:
    r"""Work on the shards of refresh-all that servers send to the queue, until Ctrl-C or SIGTERM.

    Start it on as many machines as wanted, with the same settings as the servers: WALLET_QUEUE_URL (required), the
    store, SOLANA_RPC_URL. Each process keeps to SOLANA_RPC_RPS for itself, so N workers may send N times as many
    requests. A worker that is stopped hands its shards back; one that dies loses none, another takes over within
    seconds.

    [bold]Example[/]

      WALLET_QUEUE_URL=nats://queue:4222 GOOGLE_CLOUD_PROJECT=wallets SOLANA_RPC_URL=https://... \
        wallet-orchestrator worker

    Exit codes: 0 stopped by a signal, 2 a setting is missing or wrong, 3 the port can't be listened at.
    """
    from server.settings import SettingsError, load_settings

    try:
        settings = load_settings({"wallet_backend": "real", "wallet_worker_port": port})
        from server.worker import work

        work(settings)
    except SettingsError as error:
        typer.echo(f"wallet-orchestrator: {error}", err=True)
        raise typer.Exit(2) from None
