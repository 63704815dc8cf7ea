"""A Solana JSON-RPC server on loopback that answers from a `World`, fast enough to be no bottleneck, and keeps count.

`python -m bench.scripted_rpc --wallets 1000 --latency-ms 20` prints its URL. A path of a process's own
(`http://.../server-1`) tells who asked. `GET /stats` says what arrived; `POST /pay?every=100` moves the world on.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from bench.world import World
from emulators.process import Child


class Arrivals:
    """What arrived, by who asked."""

    def __init__(self) -> None:
        self.methods: Counter[str] = Counter()
        self.arrivals: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
        self.owners: Counter[str] = Counter()
        self.stall = 0.0

    def add(self, path: str, method: str, params: list[Any]) -> None:
        self.methods[method] += 1
        self.arrivals[path].append(time.monotonic())
        if method == "getTokenAccountsByOwner":
            self.owners[params[0]] += 1

    def stats(self) -> dict[str, Any]:
        return {
            "methods": self.methods,
            "total": sum(self.methods.values()),
            "most_in_a_second": {path: most_in(times, 1.0) for path, times in self.arrivals.items()},
            "asked": {path: len(times) for path, times in self.arrivals.items()},
            "stall": self.stall,
            "wallets_read": len(self.owners),
            "read_again": [owner for owner, count in self.owners.items() if count > 2],
        }


def most_in(times: array[float], seconds: float) -> int:
    """The most arrivals in any window."""
    first, most = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


class Connection(asyncio.Protocol):
    """One keep-alive connection; the requests on it come one after another."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].decode("latin-1")
            length = 0
            for line in head.split("\r\n")[1:]:
                name, _, value = line.partition(":")
                if name.lower() == "content-length":
                    length = int(value)
            if len(self._buffer) < end + 4 + length:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + length], self._buffer[end + 4 + length :]
            answer = self._server.answer(head.split(" ", 2)[1], body)
            if self._server.latency:
                asyncio.get_running_loop().call_later(self._server.latency, self._send, answer)
            else:
                self._send(answer)

    def _send(self, body: bytes) -> None:
        if not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


class Server:
    """The world and its arrivals."""

    def __init__(self, world: World, latency: float) -> None:
        self.world = world
        self.latency = latency
        self.arrivals = Arrivals()

    def answer(self, target: str, body: bytes) -> bytes:
        parts = urlsplit(target)
        match parts.path:
            case "/stats":
                return json.dumps(self.arrivals.stats()).encode()
            case "/reset":
                self.arrivals = Arrivals()
                return b"{}"
            case "/pay":
                return json.dumps(
                    self.world.pay_again(f"again {time.time()}", int(parse_qs(parts.query)["every"][0]))
                ).encode()
        request = json.loads(body)
        method, params = request["method"], request.get("params") or []
        self.arrivals.add(parts.path, method, params)
        return f'{{"jsonrpc":"2.0","id":{request["id"]},"result":{self.world.result(method, params)}}}'.encode()


class ScriptedRpc:
    """A running server, seen from outside."""

    def __init__(self, url: str) -> None:
        self.url = url

    def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.url}/stats", timeout=60).json()
        return found

    def reset(self) -> None:
        httpx.post(f"{self.url}/reset", timeout=60)

    def pay(self, every: int) -> int:
        return int(httpx.post(f"{self.url}/pay?every={every}", timeout=60).json())


@contextmanager
def scripted_rpc(wallets: int, *, latency_ms: float = 0) -> Iterator[ScriptedRpc]:
    """Runs one in a process of its own."""
    command = [sys.executable, "-m", "bench.scripted_rpc", f"--wallets={wallets}", f"--latency-ms={latency_ms}"]
    with Child(command) as child:
        child.wait_until(lambda: "\n" in child.output(), what="the scripted RPC", seconds=120)
        yield ScriptedRpc(child.output().split("\n")[0])


async def _notice_stalls(server: Server) -> None:
    """How long this process was not let run at worst: what came meanwhile seems to have come at once."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.005)
        server.arrivals.stall = max(server.arrivals.stall, time.monotonic() - before - 0.005)


async def _serve(server: Server) -> None:
    noticing = asyncio.ensure_future(_notice_stalls(server))
    listening = await asyncio.get_running_loop().create_server(lambda: Connection(server), "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", flush=True)
    try:
        await listening.serve_forever()
    finally:
        noticing.cancel()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wallets", type=int, default=1000)
    parser.add_argument("--latency-ms", type=float, default=0)
    options = parser.parse_args()
    server = Server(World(options.wallets), options.latency_ms / 1000)
    gc.freeze()  # a collection that went through the world would be a stall
    asyncio.run(_serve(server))


if __name__ == "__main__":
    main()
