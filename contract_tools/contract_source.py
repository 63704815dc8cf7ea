"""Contracts from files and from git revisions."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tools.exit_codes import ToolError
from server.contract import contract_path
from server.contract.yaml_json import YamlError, parse_yaml


@dataclass(frozen=True, slots=True)
class Source:
    """A contract, and what it is called in a report."""

    name: str
    text: str
    document: dict[str, Any]


def read_source(name: str | None) -> Source:
    """A contract by a file's name, else by a git revision; None is the contract of this installation.

    A revision may name the file too, as `git show` takes it: `v1.2.0:openapi.yaml`. Raises `ToolError`.
    """
    path = contract_path() if name is None else Path(name)
    try:
        if name is None or path.is_file():
            return _source(path.name if name is None else name, path.read_text(encoding="utf-8"))
        return _source(name, _at_revision(name))
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"{path}: {error}") from error


def _at_revision(name: str) -> str:
    revision, _, inside = name.partition(":")
    if revision.startswith("-"):
        raise ToolError(f"{name} is neither a file nor a git revision")
    shown = subprocess.run(
        ["git", "show", f"{revision}:{inside or './openapi.yaml'}"],
        cwd=contract_path().parent if not inside else None,
        capture_output=True,
        check=False,
    )
    if shown.returncode:
        reason = shown.stderr.decode(errors="replace").strip().splitlines()
        raise ToolError(f"{name} is neither a file nor a git revision with a contract: {reason[-1] if reason else ''}")
    return shown.stdout.decode()


def _source(name: str, text: str) -> Source:
    try:
        document = parse_yaml(text)
    except YamlError as error:
        raise ToolError(f"{name}: {error}") from error
    if not isinstance(document, dict) or "openapi" not in document:
        raise ToolError(f"{name}: not an OpenAPI document")
    return Source(name, text, document)
