"""What every tool's exit code means."""

from __future__ import annotations

FINE = 0
FOUND = 1
"""The tool did its work and found what it looks for: a breaking change, a failure, a difference."""
UNABLE = 2
"""The tool could not do its work; the message says why."""


class ToolError(Exception):
    """A tool can't do its work. The message is for the person at the terminal: one sentence, no traceback."""
