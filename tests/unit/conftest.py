"""Unit tests are quick whatever else the machine does: virtual time in every coroutine, no real sleep, no socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import pytest

from tests.support.virtual_time import VirtualLoop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], VirtualLoop]]:
    """`asyncio.sleep` and timeouts take no time, and `loop.time()` says exactly how long all waiting took."""
    return {"virtual": VirtualLoop}


@pytest.fixture(autouse=True)
def _no_sockets_and_no_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> NoReturn:
        pytest.fail("a unit test opens no socket and never sleeps: it belongs into another folder of tests/")

    for name in ("bind", "connect", "connect_ex", "listen"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(time, "sleep", refused)
