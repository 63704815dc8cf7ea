"""Command lines that stand in documents and workflows, checked against the commands that exist."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from server.settings import Settings
from wallet_cli.main import app

ROOT = Path(__file__).parents[2]
NAME = "wallet-orchestrator"
OF_CLIENTS = {"WALLET_API_KEY"}
"""Variables of commands that talk to a server."""

_OPERATORS = {"|", "||", "&&", ";", ">", ">>", "&"}
_VARIABLE = re.compile(r"([A-Z_]+)=")


def fault(line: str) -> str | None:
    """What is wrong with a command line, if anything. Only this project's own commands are looked into."""
    words = list(itertools.takewhile(lambda word: word not in _OPERATORS, shlex.split(line, comments=True)))
    if words[0] == "export":
        words = words[1:]
    while words and (found := _VARIABLE.match(words[0])):
        if (
            found[1].startswith("WALLET_")
            and found[1] != "WALLET_API_KEY"
            and found[1].lower() not in Settings.model_fields
        ):
            return f"{found[1]} is not a setting"
        words.pop(0)
    if not words:
        return None
    program, *arguments = words
    program = program.removeprefix(".venv/bin/")
    if program == NAME:
        return _cli_fault(arguments)
    if program == "make":
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        unknown = [word for word in arguments if "=" not in word and word not in targets]
        return f"make has no {unknown[0]}" if unknown else None
    return None


def _cli_fault(arguments: list[str]) -> str | None:
    command: Any = typer.main.get_command(app)
    path = NAME
    while arguments and hasattr(command, "commands") and arguments[0] in command.commands:
        command = command.commands[arguments[0]]
        path = f"{path} {arguments[0]}"
        arguments = arguments[1:]
    if hasattr(command, "commands") and arguments and not arguments[0].startswith("-"):
        return f"{path} has no {arguments[0]}"
    try:
        command.make_context(path, list(arguments))  # parses, and runs nothing
    except Exception as error:  # noqa: BLE001  # click's own kinds, from wherever typer keeps it
        return f"{path}: {error}"
    return None


def console_lines(text: str) -> Iterator[str]:
    """What a reader would type: lines behind a `$` in console blocks, all lines of shell blocks."""
    for kind, block in re.findall(r"^ *```(console|sh|bash)\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            text = line.strip()
            if kind == "console" and text.startswith("$ "):
                yield text[2:]
            elif kind != "console" and text and not text.startswith("#"):
                yield text
