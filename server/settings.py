"""Every setting, and the only reader of the environment. docs/settings.md has the same table; a test keeps it so."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.loopback import is_loopback

MockGroup = Literal["refresh", "funding", "launch", "portfolio"]

_OUR_PREFIXES = ("WALLET_", "SOLANA_RPC_")
_OF_CLIENTS = ("WALLET_API_KEY",)  # the `refresh` command's


def _is_http_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that don't match, a port that is no number
        return False


class SettingsError(ValueError):
    """A setting is missing, misspelt or contradicts another. The message is one sentence that names the variable."""


class Settings(BaseSettings):
    """What the environment says, or a command line option in its place. Units are in the descriptions."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True)

    # Which world
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
        "and from what they are for.",
    )

    # The store
    wallet_store: Literal["firestore", "sqlite"] = Field(
        "firestore", description="The store of real mode: `firestore`, or `sqlite` for a laptop or one machine."
    )
    wallet_sqlite_path: Path = Field(Path("wallets.sqlite3"), description="The file of `WALLET_STORE=sqlite`.")
    google_cloud_project: str | None = Field(
        None, description="The project of Firestore; credentials are found as Google's libraries do."
    )
    firestore_emulator_host: str | None = Field(
        None, description="`host:port` of a Firestore emulator, used instead of the cloud."
    )

    # Who may do what
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
    firebase_auth_emulator_host: str | None = Field(
        None,
        description="`host:port` of a Firebase Auth emulator, whose unsigned tokens are then accepted; needs "
        "`WALLET_DEVELOPMENT`.",
    )
    wallet_development: bool = Field(
        False,
        description="Says that this is no production: emulators may be used on other addresses than the loopback.",
    )

    # The chain
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

    # Rules
    wallet_cache_ttl: float = Field(3600, gt=0, description="Seconds until a reading turns from fresh to stale.")
    wallet_funded_lamports: int = Field(
        250_000_000, ge=1, lt=2**63, description="Lamports from which a wallet counts as FUNDED."
    )
    wallet_low_lamports: int = Field(
        50_000_000, ge=0, lt=2**63, description="Lamports below which `/attention` names a wallet."
    )
    wallet_refresh_cooldown: float | None = Field(
        None,
        ge=0,
        le=86_400,
        description="Seconds a wallet rests after a successful refresh. Unset: 10 in real mode, 0 in mock mode.",
    )
    wallet_refresh_seconds: float = Field(
        25,
        gt=0,
        le=300,
        description="Seconds a refresh of one wallet may take in all; what is missing then has failed.",
    )
    wallet_portfolio_ttl: float = Field(
        60, ge=0, description="Seconds for which a snapshot of the token totals is used again."
    )
    wallet_history_limit: int = Field(
        5_000,
        ge=1,
        le=1_000_000,
        description="Entries of a wallet's history listed at a refresh, at most; a request brings 1,000.",
    )
    wallet_history_transactions: int = Field(
        25,
        ge=1,
        le=1000,
        description="Transactions of a wallet read at a refresh, at most; the next refreshes read the rest.",
    )
    wallet_dust_lamports: int = Field(
        10_000,
        ge=0,
        le=10**18,
        description="Incoming transfers below this never push others out of a wallet's recent funding.",
    )
    wallet_history_sweep: float = Field(
        86_400, ge=0, description="Seconds after which the history is read even if the balance did not move."
    )
    wallet_discovery_seconds: float = Field(
        86_400,
        ge=0,
        le=10**9,
        description="Seconds after which a refresh-all looks for a wallet's token accounts anew.",
    )
    wallet_read_budget: int = Field(
        400,
        ge=200,
        le=100_000,
        description="Wallets that a page of a list with several filters looks at, at most; then it ends.",
    )
    wallet_history_months: int = Field(
        13,
        ge=1,
        le=120,
        description="Calendar months, beside the current one, for which balance history and activity are kept.",
    )
    wallet_audit_days: int = Field(
        400, ge=1, le=36_500, description="Days for which an entry of the audit trail is kept."
    )
    wallet_refresh_workers: int | None = Field(
        None,
        ge=1,
        le=64,
        description="Shards of a refresh-all that this process has open at once. Unset: 10 in a server that works for "
        "itself, 2 in a worker.",
    )
    wallet_worker_port: int | None = Field(
        None,
        ge=0,
        le=65_535,
        description="The port at which a worker answers `/healthz`, `/readyz` and `/metrics`, at `HOST`. Unset: none.",
    )
    wallet_queue_url: SecretStr | None = Field(
        None,
        description="`nats://host:port` of the NATS JetStream server that spreads refresh-all over processes of "
        "`wallet-orchestrator worker`; servers then only send. Unset: every server works for itself.",
    )

    # The server
    host: str = Field("127.0.0.1", description="The address to listen at.")
    port: int = Field(8000, ge=0, le=65_535, description="The port to listen at; 0 picks a free one.")
    wallet_body_limit: int = Field(
        65_536,
        ge=1024,
        le=16_777_216,
        description="Bytes a request body may have; an operation of the contract may take more (`x-body-limit`).",
    )
    wallet_request_seconds: float = Field(
        10, gt=0, le=300, description="Seconds a client may take to send a request's head, and again for its body."
    )
    wallet_connections: int = Field(
        1000, ge=1, le=100_000, description="Connections open at once; more are answered 503 and closed."
    )
    wallet_drain_seconds: float | None = Field(
        None,
        ge=0,
        le=2,
        description="Seconds after SIGTERM in which requests are still taken while `/readyz` answers 503. Unset: 0.5 "
        "in real mode, 0 in mock mode.",
    )
    wallet_console: bool = Field(
        True, description="Serve the operations console at `/console/`; `/` leads there, else to `/docs`."
    )
    wallet_metrics: bool = Field(
        True, description="Serve Prometheus metrics at `/metrics`, to whoever may read wallets."
    )
    otel_exporter_otlp_endpoint: SecretStr | None = Field(
        None,
        description="Where OpenTelemetry traces are sent (OTLP over HTTP), such as `http://collector:4318`; needs the "
        "extra `tracing`. Unset: none are made.",
    )
    wallet_log_format: Literal["console", "json"] | None = Field(
        None, description="Lines for people or for machines. Unset: `json` in real mode, `console` in mock mode."
    )
    wallet_quiet: bool | None = Field(
        None,
        description="Mock: no line for each request, and one at the start. Unset: no lines where standard error "
        "is not a terminal.",
    )
    wallet_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What is logged, from this level on."
    )
    wallet_stream_seconds: float = Field(
        900, gt=0, le=86_400, description="Seconds after which an event stream is closed; clients then reconnect."
    )
    wallet_cors_origins: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        None,
        description="Origins whose pages may call the server, separated by commas. Unset: none in real mode; in mock "
        "mode those on this machine, and all others to read what needs no session.",
    )
    wallet_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Host names under which a server without authentication answers, beside `localhost` and addresses, "
        "separated by commas; `*` for all. Others may be those of a page that was made to point here.",
    )
    wallet_check_responses: bool | None = Field(
        None, description="Compare every answer with the contract before it is sent. Unset: in mock mode only."
    )
    wallet_reload: bool | None = Field(
        None,
        description="Mock mode: take over `openapi.yaml` and the world's file whenever they are saved, keeping all "
        "state. Unset: on in a checkout, off where the server is installed as a package.",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _not_blank(cls, value: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            raise ValueError("is set but blank; give it a value or unset it")
        return value

    @field_validator("wallet_mock_groups", "wallet_cors_origins", "wallet_allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return _listed(value) if isinstance(value, str) else value

    @field_validator("solana_rpc_method_rps", mode="before")
    @classmethod
    def _by_method(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pairs = [item.partition("=") for item in value.split(",")]
        if not all(equals for _, equals, _ in pairs):
            raise ValueError("is a list such as getTransaction=4,getBalance=2")
        return {method.strip(): rate for method, _, rate in pairs}

    @field_validator("wallet_cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for origin in value or ():
            parts = urlsplit(origin)
            if origin not in ("*", f"{parts.scheme}://{parts.netloc}"):
                raise ValueError(f"{origin!r} is not an origin such as https://example.com")
        return value

    @field_validator("firestore_emulator_host", "firebase_auth_emulator_host")
    @classmethod
    def _is_host_and_port(cls, value: str | None) -> str | None:
        if value is not None and ("/" in value or not value.rpartition(":")[2].isdecimal()):
            raise ValueError("is host:port, without a scheme")
        return value

    @field_validator("solana_rpc_url")
    @classmethod
    def _is_http(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_http_url(value.get_secret_value()):
            raise ValueError("is an http:// or https:// URL with a host and, if any, a port up to 65535")
        return value

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
    def firestore_project(self) -> str | None:
        """The Firestore project. An emulator takes any name."""
        if self.google_cloud_project is None and self.firestore_emulator_host is not None:
            return "wallet-orchestrator"
        return self.google_cloud_project

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
    def quiet(self) -> bool:
        """Whether a mock says nothing of single requests."""
        return not sys.stderr.isatty() if self.wallet_quiet is None else self.wallet_quiet

    @property
    def rpc_concurrency(self) -> int:
        """RPC requests under way at once."""
        return self.solana_rpc_concurrency or min(256, max(16, ceil(self.solana_rpc_rps / 2)))

    @property
    def refresh_cooldown(self) -> float:
        """Seconds a wallet rests after a successful refresh."""
        if self.wallet_refresh_cooldown is not None:
            return self.wallet_refresh_cooldown
        return 10.0 if self.wallet_backend == "real" else 0.0


def environment_keys_file() -> Path | None:
    """`WALLET_API_KEYS_FILE`, for commands that need no other setting."""
    name = os.environ.get("WALLET_API_KEYS_FILE")
    return Path(name) if name else None


def environment_list(name: str) -> tuple[str, ...] | None:
    """A setting that is a list, for commands that need no other; None where it is not set."""
    value = os.environ.get(name)
    return _listed(value) if value else None


def _listed(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(","))


def asks_for_telemetry() -> bool:
    """Whether any of OpenTelemetry's own variables is set; asking its library at every request takes a tenth of it."""
    return any(value and name.startswith("OTEL_") for name, value in os.environ.items())


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
            close = difflib.get_close_matches(name, known, n=1)
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
