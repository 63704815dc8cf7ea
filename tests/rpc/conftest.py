"""Client and scripted server share a loop whose time is virtual: the machine's other work reaches no deadline here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

import pytest

from tests.support import virtual_time

_PATIENCE = 0.03  # seconds, a thousand times what the loopback takes


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], virtual_time.VirtualLoop]]:
    """Waits between the two ends take no time, but for bytes under way."""
    return {"virtual": partial(virtual_time.VirtualLoop, _PATIENCE)}


@pytest.fixture(autouse=True)
def _the_loops_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace and the arrivals go by the same clock as the waits."""
    monkeypatch.setattr(time, "monotonic", virtual_time.monotonic)
