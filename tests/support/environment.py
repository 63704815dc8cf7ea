"""A fixture of the suites whose servers read their settings from the environment."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own settings stay out of the tests."""
    for name in os.environ:
        if name.startswith(("WALLET_", "SOLANA_", "FIRESTORE_", "GOOGLE_")) or name in ("HOST", "PORT"):
            monkeypatch.delenv(name)
