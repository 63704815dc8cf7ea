"""The console as its users have it: built files, served by a mock, in a real browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

CONSOLE = Path(__file__).parents[2] / "console"


def missing(reason: str) -> NoReturn:
    """Skip with the reason; fail where nothing may be missing."""
    if os.environ.get("REQUIRE_EMULATORS") == "1":
        pytest.fail(f"REQUIRE_EMULATORS=1, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """What `make install` puts there where npm is."""
    found = CONSOLE / "node_modules"
    if not found.is_dir():
        missing("the console's packages are not installed: make install, with Node.js 20.19+")
    return found
