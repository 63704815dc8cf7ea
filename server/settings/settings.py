"""All settings together: what they mean beside each other. docs/settings.md has the same table; a test keeps it so."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.loopback import is_loopback
from server.settings.access import AccessSettings
from server.settings.chain import ChainSettings
from server.settings.http import HttpSettings
from server.settings.rules import RuleSettings
from server.settings.store import StoreSettings
from server.settings.world import WorldSettings


class SettingsError(ValueError):
    """A setting is missing, misspelt or contradicts another. The message is one sentence that names the variable."""


# In the reverse order of the table: fields of what is inherited last come first.
class Settings(BaseSettings, HttpSettings, RuleSettings, ChainSettings, AccessSettings, StoreSettings, WorldSettings):
    """What the environment says, or a command line option in its place."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True, defer_build=False
    )

    @model_validator(mode="after")
    def _agree(self) -> Settings:
        self._check_clock()
        if self.wallet_backend == "real":
            self._check_real()
            if self.wallet_reload:
                raise ValueError("WALLET_RELOAD is for mock mode; a real server keeps the contract it began with")
        return self

    def _check_clock(self) -> None:
        if self.wallet_clock_file is None:
            return
        if not is_loopback(self.host):
            raise ValueError("WALLET_CLOCK_FILE is for tests: HOST has to be a loopback address")
        if self.wallet_queue_url is not None:
            raise ValueError("WALLET_CLOCK_FILE and WALLET_QUEUE_URL exclude each other: ids would be given twice")

    def _check_real(self) -> None:
        if self.solana_rpc_url is None:
            raise ValueError("SOLANA_RPC_URL is missing: WALLET_BACKEND=real reads the chain through it")
        if self.wallet_store == "firestore":
            if self.firestore_emulator_host is None and self.google_cloud_project is None:
                raise ValueError(
                    "GOOGLE_CLOUD_PROJECT is missing: WALLET_STORE=firestore needs it (with Google credentials), or "
                    "FIRESTORE_EMULATOR_HOST; WALLET_STORE=sqlite needs neither"
                )
            if "wallet_sqlite_path" in self.model_fields_set:
                raise ValueError("WALLET_SQLITE_PATH is set, but WALLET_STORE=firestore has no use for it")
        elif not self.wallet_sqlite_path.absolute().parent.is_dir():
            raise ValueError("WALLET_SQLITE_PATH names a file in a directory that does not exist")
        if "*" in self.cors_origins:
            raise ValueError("WALLET_CORS_ORIGINS is a list of origins in real mode; * is for the mock")

    def check_access(self) -> None:
        """What must be true of a server before it listens (a worker does not). Raises `SettingsError`."""
        real, here = self.wallet_backend == "real", is_loopback(self.host)
        if real and not here and not self.auth:
            raise SettingsError("WALLET_AUTH=off is accepted on a loopback address only: HOST is another one")
        if real and self.auth and self.wallet_api_keys_file is None and self.firebase_project is None:
            raise SettingsError(
                "WALLET_API_KEYS_FILE is missing: make one with `wallet-orchestrator keys new --name me --role operate "
                "--file FILE`; or set WALLET_FIREBASE_PROJECT, or on a loopback address WALLET_AUTH=off"
            )
        if not real or self.wallet_development:
            return
        if self.firebase_auth_emulator_host is not None:
            raise SettingsError("FIREBASE_AUTH_EMULATOR_HOST turns signatures off: it needs WALLET_DEVELOPMENT=1")
        if self.firestore_emulator_host is not None and not here:
            raise SettingsError(
                "FIRESTORE_EMULATOR_HOST is set, but HOST is no loopback address: say WALLET_DEVELOPMENT=1 to mean it"
            )

    @property
    def auth(self) -> bool:
        """Whether callers need credentials."""
        if self.wallet_auth is not None:
            return self.wallet_auth == "on"
        return self.wallet_backend == "real" or not is_loopback(self.host)

    @property
    def firebase_project(self) -> str | None:
        """The project whose users' tokens are accepted; none in mock mode."""
        if self.wallet_backend == "mock":
            return None
        return self.wallet_firebase_project or self.google_cloud_project

    @property
    def firebase_sign_in(self) -> dict[str, str] | None:
        """The web key, and the base URLs of Google's services for accounts and for tokens; None without sign-in."""
        if self.firebase_project is None or self.wallet_firebase_web_key is None:
            return None
        emulator = self.firebase_auth_emulator_host
        base = "https://" if emulator is None else f"http://{emulator}/"
        hosts = {"accounts": "identitytoolkit.googleapis.com", "tokens": "securetoken.googleapis.com"}
        return {"key": self.wallet_firebase_web_key, **{name: f"{base}{host}" for name, host in hosts.items()}}

    @property
    def cors_origins(self) -> tuple[str, ...]:
        """Origins that may call the server; `*` for all."""
        if self.wallet_cors_origins is not None:
            return self.wallet_cors_origins
        return ("*",) if self.wallet_backend == "mock" else ()

    @property
    def checks_responses(self) -> bool:
        """Whether answers are compared with the contract."""
        if self.wallet_check_responses is not None:
            return self.wallet_check_responses
        return self.wallet_backend == "mock"

    @property
    def drain_seconds(self) -> float:
        """Seconds between a signal to stop and the end of listening."""
        if self.wallet_drain_seconds is not None:
            return self.wallet_drain_seconds
        return 0.5 if self.wallet_backend == "real" else 0.0

    @property
    def log_format(self) -> Literal["console", "json"]:
        """How log lines are written."""
        return self.wallet_log_format or ("json" if self.wallet_backend == "real" else "console")

    @property
    def refresh_cooldown(self) -> float:
        """Seconds a wallet rests after a successful refresh."""
        if self.wallet_refresh_cooldown is not None:
            return self.wallet_refresh_cooldown
        return 10.0 if self.wallet_backend == "real" else 0.0
