"""A TCP proxy that a test can cut off and connect again, hold and slow down."""

from __future__ import annotations

import asyncio
import contextlib


class TcpProxy:
    """Leads to `target` (`host:port`) from a port of its own, while it is connected."""

    def __init__(self, target: str) -> None:
        self._host, _, self._port = target.rpartition(":")
        self._own_port = 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self.delay = 0.0
        """Seconds that every piece of data is held back."""

    def hold(self) -> None:
        """Let nothing through; connections stay open and new ones are accepted, as before a black hole."""
        self._flows.clear()

    def release(self) -> None:
        """Let everything through that was held, and what follows."""
        self._flows.set()

    @property
    def address(self) -> str:
        """Where to connect; the same however often it was pulled."""
        return f"127.0.0.1:{self._own_port}"

    async def plug(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._own_port)
        self._own_port = self._server.sockets[0].getsockname()[1]

    async def pull(self) -> None:
        """Cuts all connections and refuses new ones."""
        if self._server is not None:
            self._server.close()
        self._flows.set()
        for end in list(self._ends):
            end.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, int(self._port))
        self._ends |= {writer, back}
        await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
        self._ends -= {writer, back}

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                await self._flows.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                sink.write(data)
                await sink.drain()
        sink.close()
        with contextlib.suppress(OSError):
            await sink.wait_closed()
