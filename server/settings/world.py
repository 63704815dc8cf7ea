"""Which world is served: the backend, and what the mock's world is like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from server.settings.base import SettingsGroup, items

MockGroup = Literal["refresh", "funding", "launch", "portfolio"]


class WorldSettings(SettingsGroup):
    """The backend, and what the mock's world is like."""

    wallet_backend: Literal["mock", "real"] = Field(
        "mock", description="`mock`: a faked world in memory. `real`: a store and the Solana chain."
    )
    wallet_mock_groups: Annotated[tuple[MockGroup, ...], NoDecode] = Field(
        (),
        description="Groups that stay on the mock in real mode, separated by commas: any of `refresh`, `funding`, "
        "`launch`, `portfolio`.",
    )
    wallet_seed: int = Field(42, ge=0, lt=2**63, description="Seed of the mock world: the same seed, the same world.")
    wallet_world: str = Field(
        "default",
        description="Which mock world: `default`, `empty`, `whale`, `stale`, `rpc-down`, `partial`, `rate-limited`, "
        "`slow`, `progress`, or a YAML file of your own.",
    )
    wallet_mock_wallets: int | None = Field(
        None,
        ge=0,
        le=100_000,
        description="How many wallets the mock world begins with. Unset: as the world says (50).",
    )
    wallet_clock_file: Path | None = Field(
        None,
        description="For tests, on a loopback address: a file with one instant, `2026-11-22T16:10:00Z`, at which time "
        "stands for all processes that are given it, until the file is replaced; ids then follow from `WALLET_SEED` "
        "and from what they are for, and what is done every few seconds or minutes is not done.",
    )

    @field_validator("wallet_mock_groups", mode="before")
    @classmethod
    def _split_groups(cls, value: Any) -> Any:
        return items(value) if isinstance(value, str) else value
