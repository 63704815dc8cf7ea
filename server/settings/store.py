"""The store of real mode."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from server.settings.base import HostAndPort, SettingsGroup


class StoreSettings(SettingsGroup):
    """The store of real mode."""

    wallet_store: Literal["firestore", "sqlite"] = Field(
        "firestore", description="The store of real mode: `firestore`, or `sqlite` for a laptop or one machine."
    )
    wallet_sqlite_path: Path = Field(Path("wallets.sqlite3"), description="The file of `WALLET_STORE=sqlite`.")
    google_cloud_project: str | None = Field(
        None, description="The project of Firestore; credentials are found as Google's libraries do."
    )
    firestore_emulator_host: HostAndPort | None = Field(
        None, description="`host:port` of a Firestore emulator, used instead of the cloud."
    )

    @property
    def firestore_project(self) -> str | None:
        """The Firestore project. An emulator takes any name."""
        if self.google_cloud_project is None and self.firestore_emulator_host is not None:
            return "wallet-orchestrator"
        return self.google_cloud_project
