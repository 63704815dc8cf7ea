"""A world of its own for each test."""

from __future__ import annotations

import pytest

from tests.support.fakes import address
from tests.support.rig import Rig

A, B, C = (address(name) for name in "ABC")


@pytest.fixture
def rig() -> Rig:
    """A fresh orchestrator; background work is started by `rig.running()`."""
    return Rig()
