"""The suite of `ShardQueue` on every implementation, and what a broker's absence must do to one."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
import uuid
from datetime import timedelta

import pytest

from backends.errors import StoreUnavailable
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.real import jetstream
from backends.real.jetstream import JetStreamShardQueue
from backends.real.nats_client import NatsClient
from backends.real.nats_urls import parse_urls
from emulators.nats import free_port, nats_server
from tests.contract.shard_queue import (
    LEASE,
    OPERATION,
    Make,
    RecordingWorker,
    ShardQueueSuite,
    SharedShardQueueSuite,
    until,
)
from tests.support.load import LOAD_SECONDS

SECONDS = timedelta(seconds=LEASE)


class TestLocalShardQueue(ShardQueueSuite):
    """asyncio tasks."""

    @pytest.fixture
    def open_queue(self) -> Make:
        return LocalShardQueue


@pytest.fixture
def stream() -> str:
    """A queue that no other test uses."""
    return f"test_{uuid.uuid4().hex[:12]}"


class TestJetStreamShardQueue(SharedShardQueueSuite):
    """Over a real NATS server."""

    @pytest.fixture
    def open_queue(self, nats_server: str, stream: str, lease: float) -> Make:
        return lambda workers: JetStreamShardQueue(nats_server, workers, timedelta(seconds=lease), stream=stream)

    async def test_what_a_killed_worker_had_comes_again_after_the_lease(
        self, nats_server: str, stream: str, make: Make
    ) -> None:
        sender = make(0)
        await sender.start(RecordingWorker().work)
        await sender.send(OPERATION, 0)
        command = [sys.executable, "-m", "tests.support.hanging_worker", nats_server, stream, str(LEASE)]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        try:
            assert process.stdout is not None
            said = await asyncio.wait_for(process.stdout.readline(), LOAD_SECONDS)
            assert said == f"took {OPERATION} 0\n".encode()
            worker = RecordingWorker()
            await make(1).start(worker.work)
            await asyncio.sleep(LEASE * 1.5)
            assert not worker.came, "its worker lives"
        finally:
            process.kill()
            await process.wait()
        await until(lambda: worker.done[0] == 1)


@pytest.mark.emulator
async def test_a_broker_that_is_down_at_the_start() -> None:
    port = free_port()
    queue = JetStreamShardQueue(f"nats://127.0.0.1:{port}", 1, SECONDS)
    worker = RecordingWorker()
    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await queue.start(worker.work)
    with pytest.raises(StoreUnavailable):
        await queue.send(OPERATION, 0)
    assert time.monotonic() - started < LOAD_SECONDS
    with nats_server(port=port):
        await queue.start(worker.work)
        await queue.send(OPERATION, 0)
        await until(lambda: worker.done[0] == 1)
        await queue.aclose()


@pytest.mark.parametrize("keeps", [True, False], ids=["keeps its streams", "loses its streams"])
@pytest.mark.emulator
async def test_a_broker_that_goes_and_comes_back(keeps: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    port, worker = free_port(), RecordingWorker()
    queue = JetStreamShardQueue(f"nats://127.0.0.1:{port}", 1, SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        store = folder if keeps else None
        with nats_server(port=port, store=store):
            await queue.start(worker.work)
            await queue.send(OPERATION, 0)
            await until(lambda: worker.done[0] == 1)
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await queue.send(OPERATION, 1)
        assert time.monotonic() - started < LOAD_SECONDS
        with nats_server(port=port, store=store):
            await until(lambda: _sent(caplog, "connected again"))
            await queue.send(OPERATION, 2)
            await until(lambda: worker.done[2] == 1)
            await asyncio.wait_for(queue.aclose(), LOAD_SECONDS)


def _sent(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    return any(words in record.getMessage() for record in caplog.records)


@pytest.mark.emulator
async def test_closing_while_the_broker_is_down() -> None:
    port, worker = free_port(), RecordingWorker(asyncio.Event())
    queue = JetStreamShardQueue(f"nats://127.0.0.1:{port}", 1, SECONDS)
    with nats_server(port=port):
        await queue.start(worker.work)
        await queue.send(OPERATION, 0)
        await until(lambda: worker.now == 1)
    started = time.monotonic()
    await queue.aclose()
    assert time.monotonic() - started < LOAD_SECONDS
    assert worker.cancelled[0] == 1


@pytest.mark.emulator
async def test_an_attempt_to_connect_that_missed_the_closing_ends(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    port, client = free_port(), NatsClient()
    with nats_server(port=port):
        await client.connect(
            f"nats://127.0.0.1:{port}", error_cb=client.attempt_failed, disconnected_cb=client.disconnected
        )
    await until(lambda: "ConnectionRefusedError" in caplog.text)
    await client.close()
    missed = asyncio.ensure_future(client._select_next_server())
    done, _ = await asyncio.wait([missed], timeout=LOAD_SECONDS)
    assert done
    assert missed.cancelled()


@pytest.mark.emulator
async def test_the_urls_password_is_used_and_shown_nowhere(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    port, worker = free_port(), RecordingWorker()
    said: list[str] = []
    with nats_server(port=port, login=("wallets", "s3cret-w0rd")):
        queue = JetStreamShardQueue(f"nats://wallets:s3cret-w0rd@127.0.0.1:{port}", 1, SECONDS)
        await queue.start(worker.work)
        await queue.send(OPERATION, 0)
        await until(lambda: worker.done[0] == 1)
        said.append(repr(queue))
        monkeypatch.setattr(jetstream, "CONNECT_SECONDS", 0.5)  # it is refused however long it takes
        wrong = JetStreamShardQueue(f"nats://wallets:wr0ng-w0rd@127.0.0.1:{port}", 1, SECONDS)
        with pytest.raises(StoreUnavailable) as refused:
            await wrong.start(worker.work)
        said += [str(refused.value), repr(refused.value.__cause__)]
    with pytest.raises(StoreUnavailable) as down:
        await queue.send(OPERATION, 1)
    await queue.aclose()
    said += [repr(down.value.__cause__), caplog.text]
    assert not any("s3cret-w0rd" in text or "wr0ng-w0rd" in text for text in said)


@pytest.mark.parametrize("url", ["nats://", "http://127.0.0.1:4222", "s3cret", "nats://u:s3cret@host:port", "nats://["])
def test_what_is_no_url_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ValueError, match="must look like nats://host:port") as refused:
        JetStreamShardQueue(url, 1, SECONDS)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "servers", "login"),
    [
        ("nats://a", ["nats://a:4222"], {}),
        ("tls://a:1, nats://[::1]:2", ["tls://a:1", "nats://[::1]:2"], {}),
        ("nats://u:p%40ss@a,nats://b", ["nats://a:4222", "nats://b:4222"], {"user": "u", "password": "p@ss"}),
        ("nats://t0ken@a", ["nats://a:4222"], {"token": "t0ken"}),
    ],
)
def test_addresses_and_credentials_are_parted(url: str, servers: list[str], login: dict[str, str]) -> None:
    assert parse_urls(url) == (servers, login)
