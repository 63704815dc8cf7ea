"""`wallet-orchestrator chain`."""

from __future__ import annotations

from typing import Annotated

import typer


def chain(
    world: Annotated[
        str | None,
        typer.Option(help="The mock world whose chain it is, or a YAML file of your own. \\[WALLET_WORLD, default]"),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed, the same chain. \\[WALLET_SEED, 42]")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen at. \\[HOST, 127.0.0.1]")] = None,
    port: Annotated[int, typer.Option(help="The port to listen at; 0 picks a free one.")] = 8899,
    clock_file: Annotated[
        str | None,
        typer.Option(
            help="A file with one instant at which time stands, until it is replaced. The servers that read this chain "
            "are given the same. \\[WALLET_CLOCK_FILE, the system's time]"
        ),
    ] = None,
) -> None:
    r"""Serve a mock world's faked chain as a Solana node's JSON-RPC, until Ctrl-C: a real server without a chain.

    Its first line on standard output is its URL. Every valid address has a balance, tokens in both programs and a
    history, as in the mock of the same world and seed; it takes no transactions. The methods are those that wallets are
    read by: getAccountInfo, getBalance, getBlockTime, getGenesisHash, getHealth, getMultipleAccounts,
    getSignaturesForAddress, getSlot, getTokenAccountBalance, getTokenAccountsByOwner, getTransaction, getVersion.

    [bold]Example[/]

      wallet-orchestrator chain --seed 7 &

      SOLANA_RPC_URL=http://127.0.0.1:8899 WALLET_STORE=sqlite wallet-orchestrator serve --backend real --no-auth

    Exit codes: 0 stopped by a signal, 2 a setting is missing or wrong, 3 the port can't be listened at.
    """
    from server.settings import SettingsError, load_settings

    options = {
        "wallet_backend": "mock",
        "wallet_world": world,
        "wallet_seed": seed,
        "host": host,
        "port": port,
        "wallet_clock_file": clock_file,
    }
    try:
        settings = load_settings(options)
        from server.chain import serve_chain

        serve_chain(settings)
    except SettingsError as error:
        typer.echo(f"wallet-orchestrator: {error}", err=True)
        raise typer.Exit(2) from None
