"""What 500 hostile connections cost the others: `python -m bench.hostile [--connections 500] [--seconds 5]`.

A mock server in a process of its own; from another, connections that say nothing, drip a head or drip a body, made anew
when the server closes them. Measured: the p99 of GET /api/wallets over 8 connections, in turns without and with them.
Exit 1 when they slow it by 2 times or more.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time

_HEAD = b"GET /api/wallets HTTP/1.1\r\nHost: bench\r\n"
_REQUEST = _HEAD + b"\r\n"
_KINDS = [
    (b"", b""),
    (_HEAD + b"X-Slow: ", b"s"),
    (b"POST /api/wallets HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n", b" "),
]


async def _hostile(port: int, kind: int) -> None:
    start, drop = _KINDS[kind % len(_KINDS)]
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(start)
            while not reader.at_eof():
                writer.write(drop)
                await writer.drain()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(65_536), 1)
            writer.close()
        await asyncio.sleep(0.5)


async def _attack(port: int, connections: int) -> None:
    await asyncio.gather(*(_hostile(port, number) for number in range(connections)))


async def _client(port: int, until: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        started = time.perf_counter()
        writer.write(_REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(time.perf_counter() - started)
        await asyncio.sleep(0.005)
    writer.close()


async def measure(port: int, seconds: float) -> float:
    """The p99, in milliseconds."""
    times: list[float] = []
    until = time.monotonic() + seconds
    await asyncio.gather(*(_client(port, until, times) for _ in range(8)))
    return statistics.quantiles(times, n=100)[98] * 1000


def compare(connections: int, seconds: float, turns: int) -> tuple[float, float]:
    """The p99 in milliseconds without and with hostile connections: the medians of some turns."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "WALLET_LOG_LEVEL": "error"}
    server = subprocess.Popen([sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "mock"], env=environment)
    alone, beside = [], []
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        asyncio.run(measure(port, 1))
        for _ in range(turns):
            alone.append(asyncio.run(measure(port, seconds)))
            attack = f"import asyncio; from bench.hostile import _attack; asyncio.run(_attack({port}, {connections}))"
            attacker = subprocess.Popen([sys.executable, "-c", attack])
            try:
                time.sleep(2)  # until all are there
                beside.append(asyncio.run(measure(port, seconds)))
            finally:
                attacker.kill()
                attacker.wait()
            time.sleep(0.5)
    finally:
        server.terminate()
        server.wait()
    return statistics.median(alone), statistics.median(beside)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    alone, beside = compare(options.connections, options.seconds, options.turns)
    print(f"p99 of a list: {alone:.1f} ms alone, {beside:.1f} ms beside {options.connections} hostile connections")
    print(f"{beside / alone:.2f} times as slow")
    sys.exit(beside >= 2 * alone)


if __name__ == "__main__":
    main()
