"""`wallet-orchestrator refresh`: asks a running server to refresh wallets, and shows how it goes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from wallet_cli.refresh_client import Plan

DONE, SOME_FAILED, USAGE, NO_END = 0, 1, 2, 3
MOST_ADDRESSES = 500
DEFAULT_URL = "http://127.0.0.1:8000"


def refresh(
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS]...", help="Wallets to refresh, 1 to 500.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All wallets (but archived ones), or those of --scope.")] = False,
    scope: Annotated[
        str | None, typer.Option(help="Which wallets with --all: all, stale, failed or never (read). \\[all]")
    ] = None,
    parts: Annotated[
        str | None,
        typer.Option(
            help="What to read, separated by commas: sol_balance, token_holdings, funding_transactions. \\[all three]"
        ),
    ] = None,
    operation: Annotated[
        str | None, typer.Option(metavar="ID", help="Start nothing: watch this operation, which runs or ran.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help=f"The server's address. \\[{DEFAULT_URL}, after asking whether it is the one]")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
    api_key: Annotated[
        str | None,
        typer.Option(envvar="WALLET_API_KEY", help="An API key with the role operate, if the server wants one."),
    ] = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Print the outcome as one JSON object instead of bar and table.")
    ] = False,
) -> None:
    r"""Refresh wallets from the chain, watch the progress, and list what failed and why.

    The work is done by the server (or its workers), so it goes on when this command is stopped: Ctrl-C prints the
    operation's id, with which --operation watches it again. A second call with the same words joins the running
    operation.

    [bold]Exit codes[/]

      0  every wallet was refreshed completely

      1  some wallets failed, wholly or in part

      2  the options are wrong, or the server refused them

      3  the server can't be reached, the operation was cancelled, or Ctrl-C

    [bold]Examples[/]

      wallet-orchestrator refresh --all --scope stale

      wallet-orchestrator refresh 7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU --parts sol_balance

      wallet-orchestrator refresh --all --yes --json | jq .operation.rpc_calls
    """
    chosen = [bool(addresses), all_ or scope is not None, operation is not None]
    if sum(chosen) != 1:
        raise typer.BadParameter("name addresses, or --all (with --scope), or --operation: one of the three")
    if len(addresses or ()) > MOST_ADDRESSES:
        raise typer.BadParameter(f"at most {MOST_ADDRESSES} addresses; use --all for more")

    from wallet_cli.refresh_client import RefreshClient, Rejected, Unreachable
    from wallet_cli.refresh_view import follow, show

    request: dict[str, object] = {"addresses": addresses} if addresses else {"scope": scope or "all"}
    if parts is not None:
        request["parts"] = [part.strip() for part in parts.split(",")]
    started = operation
    try:
        with RefreshClient(url or DEFAULT_URL, api_key) as client:
            if operation is None:
                _say_what(client.plan(request), url or DEFAULT_URL)
                if url is None and not yes:
                    _ask()
            progress = client.look(operation) if operation else client.start(request)
            started = progress.operation["operation_id"]
            follow(client, progress, quiet=json_)
    except Rejected as refused:
        typer.echo(f"wallet-orchestrator: {refused}", err=True)
        raise typer.Exit(USAGE) from None
    except Unreachable as unreachable:
        typer.echo(f"wallet-orchestrator: {unreachable}", err=True)
        _say_where(started)
        raise typer.Exit(NO_END) from None
    except KeyboardInterrupt:
        _say_where(started)
        raise typer.Exit(NO_END) from None
    show(progress, as_json=json_)
    if progress.state not in ("COMPLETED", "FAILED"):
        raise typer.Exit(NO_END)
    if progress.operation["partial"] or progress.operation["failed"]:
        raise typer.Exit(SOME_FAILED)


def _say_what(plan: Plan, url: str) -> None:
    wallets = "1 wallet" if plan.wallets == 1 else f"{plan.wallets} wallets"
    typer.echo(f"Refreshing {wallets} through the {plan.backend} server at {url}.", err=True)


def _ask() -> None:
    """Nobody named the server: whatever listens there may be somebody else's."""
    if not sys.stdin.isatty():
        typer.echo("wallet-orchestrator: name the server with --url, or say --yes", err=True)
        raise typer.Exit(USAGE)
    if not typer.confirm("Go on?", err=True):
        raise typer.Exit(USAGE)


def _say_where(operation_id: str | None) -> None:
    if operation_id is not None:
        typer.echo(
            f"The refresh goes on in the server. Watch it again:\n"
            f"  wallet-orchestrator refresh --operation {operation_id}",
            err=True,
        )
