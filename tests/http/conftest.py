from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from server.app import create_app
from server.process.protocol import BoundedHttpProtocol
from server.settings import Settings
from tests.http.example_backend import CONTRACT, ExampleBackend
from tests.support.client import app_client
from tests.support.environment import clean_environment  # noqa: F401 (a fixture for every test here)


@pytest.fixture
def backend() -> ExampleBackend:
    return ExampleBackend()


@pytest.fixture
def app(backend: ExampleBackend) -> FastAPI:
    return create_app(backend, settings=Settings(), contract=CONTRACT)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Straight into the application, without a socket."""
    async with app_client(app) as client:
        yield client


@contextlib.contextmanager
def serving(app: FastAPI, **options: Any) -> Iterator[int]:
    """The application on a port of the loopback, in a thread of its own; `options` are uvicorn's."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=BoundedHttpProtocol,
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            **options,
        )
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@pytest.fixture(scope="module")
def served_backend() -> ExampleBackend:
    return ExampleBackend()


@pytest.fixture(scope="module")
def port(served_backend: ExampleBackend) -> Iterator[int]:
    """A served application, for what only raw bytes on a socket can say."""
    with serving(create_app(served_backend, settings=Settings(wallet_stream_seconds=30), contract=CONTRACT)) as port:
        yield port
