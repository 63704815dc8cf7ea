"""The Solana node of real mode, and how much may be asked of it."""

from __future__ import annotations

from math import ceil
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from server.settings.base import SettingsGroup


class ChainSettings(SettingsGroup):
    """The Solana node of real mode, and how much may be asked of it."""

    solana_rpc_url: SecretStr | None = Field(
        None, description="URL of the Solana JSON-RPC of real mode. Treated as a secret: it may hold a key."
    )
    solana_rpc_rps: float = Field(10, gt=0, le=10_000, description="RPC requests a second, at most, all methods.")
    solana_rpc_method_rps: Annotated[dict[str, Annotated[float, Field(gt=0)]], NoDecode] = Field(
        {},
        description="Further limits a second by RPC method, as public endpoints have them, such as "
        "`getTransaction=4,getSignaturesForAddress=4`.",
    )
    solana_rpc_timeout: float = Field(10, gt=0, le=120, description="Seconds until an RPC request counts as failed.")
    solana_rpc_concurrency: int | None = Field(
        None,
        ge=1,
        le=1024,
        description="RPC requests under way at once, at most. Unset: half a second of `SOLANA_RPC_RPS`, 16 to 256.",
    )

    @field_validator("solana_rpc_method_rps", mode="before")
    @classmethod
    def _by_method(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pairs = [item.partition("=") for item in value.split(",")]
        if not all(equals for _, equals, _ in pairs):
            raise ValueError("is a list such as getTransaction=4,getBalance=2")
        return {method.strip(): rate for method, _, rate in pairs}

    @field_validator("solana_rpc_url")
    @classmethod
    def _is_http(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_http_url(value.get_secret_value()):
            raise ValueError("is an http:// or https:// URL with a host and, if any, a port up to 65535")
        return value

    @property
    def rpc_concurrency(self) -> int:
        """RPC requests under way at once."""
        return self.solana_rpc_concurrency or min(256, max(16, ceil(self.solana_rpc_rps / 2)))


def _is_http_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that don't match, a port that is no number
        return False
