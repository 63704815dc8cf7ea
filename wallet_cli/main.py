"""The command line. Nothing heavy is imported before a command runs, so that `--help` answers at once."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from contract_tools.cli import register
from wallet_cli.chain import chain
from wallet_cli.keys import keys
from wallet_cli.refresh import refresh
from wallet_cli.worker import worker

app = typer.Typer(
    name="wallet-orchestrator",
    help="A register of Solana wallets, read cache-first and refreshed by hand; or a faithful mock of it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def serve(
    backend: Annotated[
        str | None,
        typer.Option(
            help="[bold]mock[/]: a faked world in memory, no network. [bold]real[/]: a store and the Solana chain; "
            "needs SOLANA_RPC_URL and a store. \\[WALLET_BACKEND, mock]"
        ),
    ] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen at. \\[HOST, 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen at; 0 picks a free one. \\[PORT, 8000]")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Mock: the same seed gives the same world. \\[WALLET_SEED, 42]")
    ] = None,
    wallets: Annotated[
        int | None,
        typer.Option(help="Mock: how many wallets there are at the start. \\[WALLET_MOCK_WALLETS, the world's]"),
    ] = None,
    world: Annotated[
        str | None,
        typer.Option(
            help="Mock: default, empty, whale (10,000 wallets, one with 10,000 holdings), stale, rpc-down, partial, "
            "rate-limited, slow, progress, or a YAML file of your own. \\[WALLET_WORLD, default]"
        ),
    ] = None,
    reload: Annotated[
        bool | None,
        typer.Option(
            "--reload/--no-reload",
            help="Mock: take over openapi.yaml and the world's file whenever they are saved, keeping all state. "
            "\\[WALLET_RELOAD, on in a checkout]",
        ),
    ] = None,
    auth: Annotated[
        bool | None,
        typer.Option(
            "--auth/--no-auth",
            help="Whether callers need credentials; the mock's are the API keys mock-read and mock-operate. "
            "\\[WALLET_AUTH, on in real mode, off in mock mode on a loopback address]",
        ),
    ] = None,
    quiet: Annotated[
        bool | None,
        typer.Option(
            "--quiet/--no-quiet",
            help="Mock: no line for each request, one at the start. \\[WALLET_QUIET, no lines away from a terminal]",
        ),
    ] = None,
) -> None:
    r"""Serve the API until Ctrl-C. Documentation is at /docs, the contract at /openapi.yaml.

    Options go before environment variables, which are named in brackets with their defaults; docs/settings.md lists the
    other variables. A missing or contradictory setting stops the start with a message that names it.

    [bold]Examples[/]

      wallet-orchestrator serve

      wallet-orchestrator serve --wallets 10000 --seed 7

      SOLANA_RPC_URL=https://api.mainnet-beta.solana.com WALLET_STORE=sqlite \
        wallet-orchestrator serve --backend real
    """
    from server.settings import SettingsError, load_settings

    options = {
        "wallet_backend": backend,
        "host": host,
        "port": port,
        "wallet_seed": seed,
        "wallet_mock_wallets": wallets,
        "wallet_world": world,
        "wallet_reload": reload,
        "wallet_quiet": quiet,
        "wallet_auth": None if auth is None else "on" if auth else "off",
    }
    try:
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them reads all that is installed
        gc.disable()  # until it serves: nothing that a start makes is garbage, and looking for it takes a tenth of it
        settings = load_settings(options)
        from server import main as server

        server.serve(settings)
    except SettingsError as error:
        print(f"wallet-orchestrator: {error}", file=sys.stderr)
        raise typer.Exit(2) from None


app.command()(chain)
app.command()(worker)
app.command()(refresh)
app.add_typer(keys, name="keys")


register(app)


_BROUGHT_BY_EXTRA = {
    "aiohttp": "real",
    "firebase_admin": "real",
    "google": "real",
    "grpc": "real",
    "httpx": "real",  # and by `tools`, for its commands
    "msgspec": "real",
    "openapi_spec_validator": "tools",
    "schemathesis": "tools",
    "solders": "real",
    "structlog": "real",
}
"""The packages that a plain install has not, and the extra that brings each (pyproject.toml)."""


_TOOLS = {"contract", "fuzz", "parity", "proxy"}
"""The commands of the extra `tools`."""


def main() -> None:
    """The `wallet-orchestrator` command. Where the package of an extra is missing it says which extra to install."""
    try:
        app(prog_name="wallet-orchestrator")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        extra = _BROUGHT_BY_EXTRA.get(package)
        if package == "httpx" and _TOOLS & set(sys.argv[1:2]):
            extra = "tools"
        if extra is None:
            raise
        install = f"pip install 'wallet-orchestrator[{extra}]'"
        print(f"wallet-orchestrator: this needs {package}, which is not installed: {install}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
