"""`wallet-orchestrator keys`: make, list and revoke API keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.roles import Role

keys = typer.Typer(
    help="API keys of real mode, in the file that WALLET_API_KEYS_FILE names. A running server follows the file.",
    no_args_is_help=True,
)

_FILE = typer.Option(help="The file of keys. \\[WALLET_API_KEYS_FILE]")


@keys.command()
def new(
    name: Annotated[str, typer.Option(help="Whose key it is: what the audit trail will say. Never given twice.")],
    role: Annotated[Role, typer.Option(help="read: whatever only reads. operate: everything.")] = Role.read,
    file: Annotated[Path | None, _FILE] = None,
) -> None:
    """Make a key and print it. It is kept nowhere: the file gets a hash of it.

    Without a file, the line to add to one is printed instead.
    """
    from server.access.api_keys import KeyFileError, new_key, update_keys

    path = _path(file)
    try:
        text, key = new_key(name, role.value)
        if path is not None:
            update_keys(path, lambda known: [*known, key])
    except KeyFileError as error:
        raise _failed(path, error) from None
    typer.echo(text)
    if path is None:
        typer.echo(f"Add this line to the file that WALLET_API_KEYS_FILE names:\n{key.line}", err=True, nl=False)
    else:
        typer.echo(f"Added to {path}. This is the only time that the key is shown.", err=True)


@keys.command("list")
def show(file: Annotated[Path | None, _FILE] = None) -> None:
    """List the keys: name, role, when they were made, whether they are revoked."""
    from server.access.api_keys import KeyFileError, read_keys

    path = _needed(file)
    try:
        for key in read_keys(path):
            typer.echo(f"{key.name}\t{key.role}\t{key.created_at}\t{'revoked' if key.revoked else 'valid'}")
    except KeyFileError as error:
        raise _failed(path, error) from None


@keys.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The name of the key.")], file: Annotated[Path | None, _FILE] = None
) -> None:
    """Revoke a key. Servers refuse it within a second or so; its name stays taken."""
    from dataclasses import replace

    from server.access.api_keys import ApiKey, KeyFileError, update_keys

    def revoked(known: list[ApiKey]) -> list[ApiKey]:
        if all(key.name != name for key in known):
            raise KeyFileError(f"has no key {name}")
        return [replace(key, revoked=key.revoked or key.name == name) for key in known]

    path = _needed(file)
    try:
        update_keys(path, revoked)
    except KeyFileError as error:
        raise _failed(path, error) from None
    typer.echo(f"{name} is revoked.")


def _path(file: Path | None) -> Path | None:
    from server.settings import environment_keys_file

    return file or environment_keys_file()


def _needed(file: Path | None) -> Path:
    path = _path(file)
    if path is None:
        typer.echo("wallet-orchestrator: WALLET_API_KEYS_FILE is missing; or name the file with --file", err=True)
        raise typer.Exit(2)
    return path


def _failed(path: Path | None, error: Exception) -> typer.Exit:
    typer.echo(f"wallet-orchestrator: {path or 'keys'}: {error}", err=True)
    return typer.Exit(2)
