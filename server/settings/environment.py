"""The only reader of the environment."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from server.settings.base import items
from server.settings.settings import Settings, SettingsError

_OUR_PREFIXES = ("WALLET_", "SOLANA_RPC_")
_OF_CLIENTS = ("WALLET_API_KEY",)  # the `refresh` command's


def load_settings(options: Mapping[str, Any] | None = None) -> Settings:
    """The settings of this process; `options` (by field name, None for not given) go before the environment.

    Raises `SettingsError`.
    """
    _refuse_unknown(os.environ)
    given = {name: value for name, value in (options or {}).items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_first(error)) from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = [name.upper() for name in Settings.model_fields]
    for name in environment:
        if name.startswith(_OUR_PREFIXES) and name not in known and name not in _OF_CLIENTS:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.72)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise SettingsError(f"{name} is not a setting{hint}")


def _first(error: ValidationError) -> str:
    """The first mistake, without the value: it may be a secret."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    message = found["msg"].removeprefix("Value error, ")
    if not found["loc"]:
        return message
    name = str(found["loc"][0]).upper()
    return f"{name} {message}" if message.startswith("is ") else f"{name}: {message}"


def environment_keys_file() -> Path | None:
    """`WALLET_API_KEYS_FILE`, for commands that need no other setting."""
    name = os.environ.get("WALLET_API_KEYS_FILE")
    return Path(name) if name else None


def environment_list(name: str) -> tuple[str, ...] | None:
    """A setting that is a list, for commands that need no other; None where it is not set."""
    value = os.environ.get(name)
    return items(value) if value else None


def asks_for_telemetry() -> bool:
    """Whether any of OpenTelemetry's own variables is set; asking its library at every request takes a tenth of it."""
    return any(value and name.startswith("OTEL_") for name, value in os.environ.items())
