"""Fixtures for all tests, and the marker of those that need an emulator.

Here and in the folders' conftests, what takes time to import is imported where it is used: pytest-xdist's first process
loads them before it starts any other.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest

from tests.support.load import LOAD_SECONDS

pytest_plugins = ["tests.support.emulators"]

_OWN_DEADLINES = ("tests/faults/test_store_faults.py", "tests/contract/test_wallets_data_service.py")
_NO_STORES = ("tests/unit/", "tests/mock/")

_EMULATORS = {"firestore_emulator", "solana_runtime", "nats_server"}


def pytest_configure(config: pytest.Config) -> None:
    """Contracts, worlds and chains are made once a process, where it runs tests: pytest-xdist's first one does not."""
    if config.getoption("dist", "no") == "no" or hasattr(config, "workerinput"):
        from tests.support.shared_by_tests import share

        patch = pytest.MonkeyPatch()
        config.add_cleanup(patch.undo)
        share(patch)
        _examples_take_the_time_they_take()


def _examples_take_the_time_they_take() -> None:
    """Hypothesis bounds the seconds of an example by itself; how many it takes says how busy the machine is."""
    from hypothesis import HealthCheck, settings

    settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer() -> Iterator[Any]:
    """A test that hangs says in which `await` its tasks are: the thread itself is in its event loop."""
    result = yield
    fail = signal.getsignal(signal.SIGALRM)

    def tell_and_fail(number: int, frame: FrameType | None) -> None:
        with suppress(RuntimeError):  # no loop is running
            for task in asyncio.all_tasks():
                task.print_stack()
        assert callable(fail)
        fail(number, frame)

    if callable(fail):
        signal.signal(signal.SIGALRM, tell_and_fail)
    return result


def pytest_make_parametrize_id(val: object) -> str | None:
    """A test is not called by all 100,000 characters that it is given: its name is sent and written many times."""
    if isinstance(val, str | bytes) and len(val) > 130:
        text = val[:60].decode("latin-1") if isinstance(val, bytes) else val[:60]
        return f"{text}... of {len(val)}".encode("unicode_escape").decode()
    return None


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules are there to stay: to look through them again and again for garbage takes a
    tenth of the processor's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses an emulator, through however many fixtures, is marked. Files with slow tests come first, so that no
    process ends with one of them while the others have nothing left to do.
    """
    for item in items:
        if _EMULATORS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.emulator)
        if os.environ.get("NIGHTLY"):  # some do the same for an hour
            item.add_marker(pytest.mark.timeout(7_200))
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def _patient_stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a disk or an emulator may take longer than the 3 s after which a store counts as down."""
    if not request.node.nodeid.startswith((*_OWN_DEADLINES, *_NO_STORES)):
        monkeypatch.setattr("backends.real.sqlite.DEADLINE_SECONDS", LOAD_SECONDS)
        monkeypatch.setattr("backends.real.firebase.DEADLINE_SECONDS", LOAD_SECONDS)
