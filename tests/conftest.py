"""Fixtures for all tests, and the marker of those that need an emulator."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.support.emulators"]

_EMULATORS = {"firestore_emulator", "solana_runtime", "nats_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses an emulator, through however many fixtures, is marked."""
    for item in items:
        if _EMULATORS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.emulator)
