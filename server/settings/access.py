"""Who may do what."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from server.settings.base import HostAndPort, SettingsGroup


class AccessSettings(SettingsGroup):
    """Who may do what."""

    wallet_auth: Literal["on", "off"] | None = Field(
        None,
        description="Whether callers need credentials. Unset: `on` in real mode; in mock mode `off` on a loopback "
        "address and `on` elsewhere. In real mode `off` is accepted on a loopback address only.",
    )
    wallet_api_keys_file: Path | None = Field(
        None,
        description="The file of API keys, made by `wallet-orchestrator keys new` and followed while the server runs. "
        "Unset in mock mode: the keys are `mock-read` and `mock-operate`.",
    )
    wallet_api_keys_grace: float = Field(
        60,
        ge=0,
        le=86_400,
        description="Seconds for which the API keys that were read last stay valid while their file is damaged or "
        "can't be read; then no key is (503), since a revoked one can't be told.",
    )
    wallet_firebase_project: str | None = Field(
        None,
        description="The Firebase project whose users' ID tokens are accepted in real mode. Unset: "
        "`GOOGLE_CLOUD_PROJECT`, if that is set.",
    )
    wallet_firebase_web_key: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9_-]{8,200}$",
        description="The web API key of the Firebase project, which is no secret: with it, users sign in at the "
        "console by e-mail and password, and its policy lets it reach Google's two hosts for that. Real mode only.",
    )
    firebase_auth_emulator_host: HostAndPort | None = Field(
        None,
        description="`host:port` of a Firebase Auth emulator, whose unsigned tokens are then accepted; needs "
        "`WALLET_DEVELOPMENT`.",
    )
    wallet_development: bool = Field(
        False,
        description="Says that this is no production: emulators may be used on other addresses than the loopback.",
    )
