"""Runs Redocly's command line, which `make install` puts into node_modules where Node.js is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from contract_tools.exit_codes import ToolError
from server.contract import contract_path

_ENVIRONMENT = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


def find_redocly() -> str | None:
    """The program, from the checkout or from the PATH; None where it is not installed."""
    for folder in (Path.cwd(), contract_path().parent):
        program = folder / "node_modules/.bin/redocly"
        if program.exists() and shutil.which("node"):
            return str(program)
    return shutil.which("redocly")


def run_redocly(arguments: Sequence[str], *, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run it, without a network. Raises `ToolError` where it is not installed."""
    program = find_redocly()
    if program is None:
        raise ToolError("@redocly/cli is missing: install Node.js 20 or newer, then `make install` (or `npm ci`)")
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env={**os.environ, **_ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
