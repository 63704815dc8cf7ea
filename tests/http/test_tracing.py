"""Traces: nothing is imported without an endpoint; with one, a collector gets a span a request, without any input."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from fastapi import FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from pydantic import SecretStr

from server.middleware.tracing import Tracing, build_tracing
from server.settings import Settings, SettingsError
from tests.support.client import app_client
from tests.support.load import LOAD_SECONDS

ADDRESS = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector:
    """An OTLP collector on loopback."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.paths: list[str] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.paths.append(self.path)
                collector.bodies.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def requests(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(body) for body in self.bodies]

    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests()
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join(LOAD_SECONDS)
    found.server.server_close()


def _tracing(url: str) -> Tracing:
    found = build_tracing(Settings(otel_exporter_otlp_endpoint=SecretStr(f"{url}/")))
    assert found is not None
    return found


async def _ask(app: FastAPI, tracing: Tracing, path: str, **headers: str) -> None:
    async with app_client(tracing.around(app), headers=headers) as client:
        await client.get(path)
    tracing.close()


async def test_a_span_a_request(app: FastAPI, collector: Collector) -> None:
    await _ask(
        app,
        _tracing(collector.url),
        f"/api/wallets/{ADDRESS}?canary=1",
        **{"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-Id": "req-7", "X-Secret": "canary"},
    )
    assert collector.paths == ["/v1/traces"]
    (span,) = collector.spans()
    assert (span.name, span.trace_id.hex(), span.parent_span_id.hex()) == (
        "GET /api/wallets/{wallet_address}",
        TRACE,
        PARENT,
    )
    values = {each.key: each.value.string_value or each.value.int_value for each in span.attributes}
    assert values == {
        "http.request.method": "GET",
        "http.route": "/api/wallets/{wallet_address}",
        "http.response.status_code": 422,
        "wallet.request_id": "req-7",
    }
    resource = collector.requests()[0].resource_spans[0].resource
    assert {each.key: each.value.string_value for each in resource.attributes}["service.name"] == "wallet-orchestrator"
    assert ADDRESS.encode() not in collector.bodies[0]
    assert b"canary" not in collector.bodies[0]


async def test_a_request_alone_is_a_trace_of_its_own(app: FastAPI, collector: Collector) -> None:
    await _ask(app, _tracing(collector.url), "/nowhere", traceparent="nonsense")
    (span,) = collector.spans()
    assert (span.name, span.parent_span_id) == ("GET", b"")


async def test_a_collector_that_is_gone_holds_nothing_up(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    await _ask(app, _tracing("http://canary-user:canary-key@127.0.0.1:9"), "/healthz")
    assert "canary" not in caplog.text


def test_without_an_endpoint_there_are_none() -> None:
    assert build_tracing(Settings()) is None


def test_without_an_endpoint_nothing_is_imported() -> None:
    program = "import sys, server.main; print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_missing_sdk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        build_tracing(Settings(otel_exporter_otlp_endpoint=SecretStr("http://collector:4318")))
