"""What every tool's exit code means, and the error that ends one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

FINE = 0
FOUND = 1
"""The tool did its work and found what it looks for: a breaking change, a failure, a difference."""
UNABLE = 2
"""The tool could not do its work; the message says why."""


class ToolError(Exception):
    """A tool can't do its work. The message is for the person at the terminal: one sentence, no traceback."""


@contextmanager
def errors_reported() -> Iterator[None]:
    """Turns a `ToolError` into its sentence on stderr and the exit code `UNABLE`."""
    try:
        yield
    except ToolError as error:
        print(f"wallet-orchestrator: {error}", file=sys.stderr)
        raise typer.Exit(UNABLE) from None
