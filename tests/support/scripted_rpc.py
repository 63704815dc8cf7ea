"""A JSON-RPC server on loopback that answers as scripted: well, or with one of `rpc_faults`.

`async with ScriptedRpc(answer) as rpc:` serves `answer(method, params) -> result` at `rpc.url`; assign
`rpc.behaviour` to misbehave, read `rpc.requests` to see what arrived and when.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeAlias

Answer: TypeAlias = Callable[[str, list[Any]], Any]


@dataclass(frozen=True)
class Arrival:
    """One request as the server saw it; `at` is the monotonic clock's time."""

    at: float
    path: str
    method: str
    params: list[Any]
    headers: Mapping[str, str]


@dataclass
class Exchange:
    """One request that waits for an answer: what a behaviour is given."""

    request: Arrival
    id: Any
    result: Any
    writer: asyncio.StreamWriter

    def envelope(self, **members: Any) -> bytes:
        """A JSON-RPC answer: the right one, except for the members named."""
        return json.dumps({"jsonrpc": "2.0", "id": self.id, "result": self.result} | members).encode()

    async def send(
        self,
        body: bytes | None = None,
        *,
        status: str = "200 OK",
        content_type: str = "application/json; charset=utf-8",
        headers: Mapping[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        """Write one whole HTTP answer; `length` may lie about the body's."""
        body = self.envelope() if body is None else body
        fields = {"Content-Type": content_type, "Content-Length": str(len(body) if length is None else length)}
        fields |= headers or {}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body)
        await self.writer.drain()

    def close(self) -> None:
        """Close the connection after what was written."""
        self.writer.close()

    def reset(self) -> None:
        """Drop the connection as a crash does (RST)."""
        connection = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.close()


Behaviour: TypeAlias = Callable[[Exchange], Awaitable[None]]


async def behave(exchange: Exchange) -> None:
    """The right answer at once."""
    await exchange.send()


class ScriptedRpc:
    """The server, over TLS where `tls` is given. `path` is part of its URL, as a provider's key would be."""

    def __init__(
        self, answer: Answer, *, path: str = "/", behaviour: Behaviour = behave, tls: ssl.SSLContext | None = None
    ) -> None:
        self.behaviour = behaviour
        self.requests: list[Arrival] = []
        self.accepted = 0
        self.port = 0
        self._answer = answer
        self._path = path
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it listens, or did."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}{self._path}"

    @property
    def connected(self) -> int:
        """Connections that are open."""
        return len(self._connections)

    @property
    def calls(self) -> Counter[str]:
        """Requests by method."""
        return Counter(arrival.method for arrival in self.requests)

    def most_in(self, seconds: float, method: str | None = None) -> int:
        """The most requests (of one method) that arrived in any window of so many seconds."""
        times = [a.at for a in self.requests if method in (None, a.method)]
        first, most = 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def listen(self) -> None:
        """Accept connections, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=1024, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything; from now on connections are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.accepted += 1
        try:
            while not writer.is_closing():
                exchange = await self._read(reader, writer)
                await self.behaviour(exchange)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        at = time.monotonic()
        line, *fields = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        params = body.get("params") or []
        arrival = Arrival(at, line.split(" ")[1], body["method"], params, headers)
        self.requests.append(arrival)
        return Exchange(arrival, body["id"], self._answer(arrival.method, params), writer)
