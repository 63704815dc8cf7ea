"""The chain's faults are met in virtual time: client, server, store and scripted RPC share one loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial

import pytest

from tests.support import virtual_time

_PATIENCE = 0.03  # seconds, a thousand times what the loopback takes
_VIRTUAL = "test_chain_faults.py"


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Where the store is a process of its own, time is real."""
    if item.path.name == _VIRTUAL:
        return {"virtual": partial(virtual_time.VirtualLoop, _PATIENCE)}
    return {"real": asyncio.SelectorEventLoop}


@pytest.fixture(autouse=True)
def _the_loops_time(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.path.name == _VIRTUAL:
        monkeypatch.setattr(time, "monotonic", virtual_time.monotonic)
