"""A real server over the Firestore emulator and a local chain, either of which can be cut off; for tests in a browser.

Playwright's loop runs in a test's own thread, so all that is asynchronous here has a thread and a loop of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
import uuid
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from emulators.chain import LocalChain
from emulators.firestore import firestore_emulator
from emulators.nats import free_port
from emulators.process import Child, answers
from emulators.solana import solana_runtime
from tests.support.emulators import warm_firestore
from tests.support.load import LOAD_SECONDS
from tests.support.tcp_proxy import TcpProxy

T = TypeVar("T")

# On a busy machine the emulator may take longer than the 3 s after which a store counts as down.
_PATIENT = (
    f"import backends.real.firebase as store; store.DEADLINE_SECONDS = {LOAD_SECONDS}; "
    "from wallet_cli.main import main; main()"
)


class LoopThread:
    """A loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns or raises."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(4 * LOAD_SECONDS)

    def close(self) -> None:
        self.run(_end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LOAD_SECONDS)
        self._loop.close()


class RealWorld:
    """The store and the chain behind a proxy each, and processes over them."""

    def __init__(self, loop: LoopThread, store: TcpProxy, chain: TcpProxy, rpc: LocalChain) -> None:
        self.loop = loop
        self.store = store
        self.chain = chain
        self.rpc = rpc
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("WALLET_", "SOLANA_"))},
            "WALLET_BACKEND": "real",
            "WALLET_AUTH": "off",
            "WALLET_LOG_LEVEL": "warning",
            "WALLET_REFRESH_COOLDOWN": "0",
            "SOLANA_RPC_RPS": "1000",
            "SOLANA_RPC_URL": f"http://{chain.address}",
            "GOOGLE_CLOUD_PROJECT": f"demo-{uuid.uuid4().hex[:24]}",
            "FIRESTORE_EMULATOR_HOST": store.address,
        }

    @contextlib.contextmanager
    def server(self, **environment: str) -> Iterator[str]:
        """A server, by its URL."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with self._process("serve", "--port", str(port), **environment) as child:
            child.wait_until(lambda: answers(url), what="the real server", seconds=6 * LOAD_SECONDS)
            yield url

    @contextlib.contextmanager
    def worker(self, **environment: str) -> Iterator[None]:
        """A worker."""
        port = free_port()
        with self._process("worker", "--port", str(port), **environment) as child:
            ready = f"http://127.0.0.1:{port}"
            child.wait_until(lambda: answers(ready), what="the worker", seconds=6 * LOAD_SECONDS)
            yield

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what the world itself brings about."""
        pause = threading.Event()
        for _ in range(int(4 * LOAD_SECONDS / 0.1)):
            if holds():
                return
            pause.wait(0.1)
        raise AssertionError("it did not come about")

    def _process(self, *arguments: str, **environment: str) -> Child:
        return Child([sys.executable, "-c", _PATIENT, *arguments], env={**self._environment, **environment})


@contextlib.contextmanager
def real_world() -> Iterator[RealWorld]:
    """Raises `EmulatorMissing` where there is no emulator."""
    with contextlib.ExitStack() as stack:
        loop = LoopThread()
        stack.callback(loop.close)
        emulator = stack.enter_context(firestore_emulator())
        rpc_url = stack.enter_context(solana_runtime())
        loop.run(warm_firestore(emulator))
        store, chain = TcpProxy(emulator), TcpProxy(rpc_url.removeprefix("http://").rstrip("/"))
        for proxy in (store, chain):
            loop.run(proxy.plug())
            stack.callback(_pull, loop, proxy)
        rpc = loop.run(_client(rpc_url))
        stack.callback(lambda: loop.run(rpc.__aexit__(None, None, None)))
        yield RealWorld(loop, store, chain, rpc)


async def _end_tasks() -> None:
    """Connections under way are closed by their tasks."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # transports are closed a turn later


def _pull(loop: LoopThread, proxy: TcpProxy) -> None:
    loop.run(proxy.pull())


async def _client(rpc_url: str) -> LocalChain:
    return LocalChain(rpc_url)
