"""Traces: nothing is imported without an endpoint; with one, a span a request that holds no input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from server.settings import Settings, SettingsError
from server.tracing import Tracing, build_tracing

ADDRESS = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"


class _Tracer:
    """What OpenTelemetry's tracer looks like from here."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.attributes: dict[str, Any] = {}
        self.context: Any = None

    @contextmanager
    def start_as_current_span(self, name: str, *, context: Any) -> Iterator[_Tracer]:
        self.names.append(name)
        self.context = context
        yield self

    def update_name(self, name: str) -> None:
        self.names.append(name)

    def set_attribute(self, name: str, value: Any) -> None:
        self.attributes[name] = value


async def test_a_span_a_request(app: FastAPI) -> None:
    tracer = _Tracer()
    traced = Tracing(tracer, dict, lambda: None).around(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(traced), base_url="http://test") as client:
        headers = {"traceparent": "00-a-b-01", "X-Request-Id": "req-7", "X-Secret": "canary"}
        await client.get(f"/api/wallets/{ADDRESS}?canary=1", headers=headers)
    assert tracer.context == {"traceparent": "00-a-b-01"}
    assert tracer.names[-1] == "GET /api/wallets/{wallet_address}"
    assert tracer.attributes == {
        "http.request.method": "GET",
        "http.route": "/api/wallets/{wallet_address}",
        "http.response.status_code": 422,
        "wallet.request_id": "req-7",
    }


def test_without_an_endpoint_there_are_none() -> None:
    assert build_tracing(Settings()) is None


def test_a_missing_sdk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        build_tracing(Settings(otel_exporter_otlp_endpoint=SecretStr("http://collector:4318")))
