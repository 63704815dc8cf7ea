"""The machine's own Chromium; none is downloaded."""

from __future__ import annotations

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Programs to look for, in this order: without its windows Chromium takes about half of the processor's time."""
MISSING = "there is no Chromium here: apt-get install chromium-headless-shell (or chromium)"


def find_chromium() -> str | None:
    """The path of the program; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)
