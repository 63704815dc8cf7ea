"""The faked chain as a node on a port, within this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from backends.mock.rpc.http import NodeApplication
from backends.mock.rpc.node import FakedNode


@asynccontextmanager
async def listening(node: FakedNode) -> AsyncIterator[str]:
    """The URL of a node for as long as this block lives."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(NodeApplication(node.rpc), log_config=None, ws="none", lifespan="on"))
        serving = asyncio.ensure_future(server.serve([listener]))
        try:
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.001)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
