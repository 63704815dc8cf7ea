from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import pytest

from emulators.process import Child, answers
from tests.support.environment import clean_environment  # noqa: F401 (a fixture for every test here)
from tests.support.virtual_time import VirtualLoop

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI

    from server.settings import Settings


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The worlds' latencies take no time: nothing of them is in another process."""
    return {"virtual": VirtualLoop} if item.path.name == "test_worlds.py" else {"real": asyncio.SelectorEventLoop}


async def mock_app(settings: Settings) -> FastAPI:
    from server.app import create_app
    from server.composition.mock import build_mock

    backends = await build_mock(settings)
    return create_app(
        backends.main, settings=settings, mounts=backends.mounts, session_control=backends.session_control
    )


@asynccontextmanager
async def mock_client(settings: Settings | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A whole mock, without a socket."""
    from server.settings import Settings
    from tests.support.client import app_client

    app = await mock_app(settings or Settings())
    async with (
        app.router.lifespan_context(app),
        app_client(app, base_url="http://localhost") as client,
    ):
        yield client


@contextmanager
def serving_mock(**settings: str) -> Iterator[int]:
    """A mock as the command serves it, on a port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--port", str(port)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("WALLET_")} | settings
    with Child(command, env=env) as server:
        server.wait_until(lambda: answers(f"http://127.0.0.1:{port}"), what="the mock", seconds=20)
        yield port


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with mock_client() as client:
        yield client


@pytest.fixture(scope="session")
def mock_port() -> Iterator[int]:
    """A whole mock on a socket, run as the command does; tests go by sessions of their own."""
    with serving_mock() as port:
        yield port
