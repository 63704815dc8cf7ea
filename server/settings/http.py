"""The server itself: where it listens, what it takes, and what it says."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from server.settings.base import SettingsGroup, items


class HttpSettings(SettingsGroup):
    """Where the server listens, what it takes, and what it says."""

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

    @field_validator("wallet_cors_origins", "wallet_allowed_hosts", mode="before")
    @classmethod
    def _split_names(cls, value: Any) -> Any:
        return items(value) if isinstance(value, str) else value

    @field_validator("wallet_cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for origin in value or ():
            parts = urlsplit(origin)
            if origin not in ("*", f"{parts.scheme}://{parts.netloc}"):
                raise ValueError(f"{origin!r} is not an origin such as https://example.com")
        return value

    @property
    def quiet(self) -> bool:
        """Whether a mock says nothing of single requests."""
        return not sys.stderr.isatty() if self.wallet_quiet is None else self.wallet_quiet
