"""What a mock says in the terminal when it listens: where it is, what it serves, and with which keys."""

from __future__ import annotations

from server.access.api_keys import MOCK_KEYS
from server.settings import Settings

_KEYS = " or ".join(key.name for key in MOCK_KEYS.current())


def banner(url: str, settings: Settings, *, world: str, reloads: bool, console: str) -> str:
    """Lines for a person, or one of them if it is to be quiet. `world` names the world that sessions begin
    in; `console` is the path of the console.
    """
    first = f"The mock is running on {url}"
    if settings.wallet_quiet:
        return first
    rows = [
        ("API", f"{url}/api/wallets"),
        ("Docs", f"{url}/docs"),
        *([("Console", f"{url}{console}")] if settings.wallet_console else []),
        ("Control", f"{url}/__mock__/docs"),
        ("World", f"{world}, seed {settings.wallet_seed}"),
        ("Auth", f"on: X-API-Key {_KEYS}" if settings.auth else "off"),
        ("Reload", "when openapi.yaml or the world's file is saved" if reloads else "off"),
    ]
    return "\n".join(["", first, *(f"  {name:8} {value}" for name, value in rows), ""])
