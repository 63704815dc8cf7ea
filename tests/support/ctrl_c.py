"""Ctrl-C for programs under test."""

from __future__ import annotations

import signal


def heed_ctrl_c() -> None:
    """To be called in a child before its program: what a shell starts in the background ignores SIGINT, and so do its
    children. Tests are run like that, too.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
