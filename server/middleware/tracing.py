"""OpenTelemetry traces, where an endpoint for them is configured: a span a request, named by its route's template.

The SDK is the extra `tracing`, imported only then. Spans hold no path, no query, no header and no body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backends.request_context import CALLER
from server.middleware.route_labels import known_method, route_template
from server.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable


class Tracing:
    """Sends spans to one OTLP endpoint; `tracer` and `propagate` are OpenTelemetry's."""

    def __init__(self, tracer: Any, extract: Callable[[dict[str, str]], Any], shutdown: Callable[[], object]) -> None:
        self._tracer = tracer
        self._extract = extract
        self._shutdown = shutdown

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application, each request of which is a span, a child of the caller's if it names one."""

        async def traced(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            parents = {
                key.decode("latin-1"): value.decode("latin-1")
                for key, value in scope["headers"]
                if key in (b"traceparent", b"tracestate")
            }
            method = known_method(scope["method"], "_OTHER")
            with self._tracer.start_as_current_span(method, context=self._extract(parents)) as span:
                span.set_attribute("http.request.method", method)

                async def send_traced(message: Message) -> None:
                    if message["type"] == "http.response.start":
                        if template := route_template(scope):
                            span.update_name(f"{method} {template}")
                            span.set_attribute("http.route", template)
                        span.set_attribute("http.response.status_code", message["status"])
                        span.set_attribute("wallet.request_id", CALLER.get().request_id)
                    await send(message)

                await app(scope, receive, send_traced)

        return traced

    def close(self) -> None:
        """Send what is left, within a few seconds."""
        self._shutdown()


def build_tracing(settings: Settings) -> Tracing | None:
    """None where no endpoint is configured. Raises `SettingsError` if the SDK is not installed."""
    endpoint = settings.otel_exporter_otlp_endpoint
    if endpoint is None:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
    except ImportError as error:
        raise SettingsError(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: pip install "
            "'wallet-orchestrator[tracing]'"
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "wallet-orchestrator"}), shutdown_on_exit=False)
    address = endpoint.get_secret_value().rstrip("/")
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{address}/v1/traces", timeout=2)))
    return Tracing(provider.get_tracer("server"), TraceContextTextMapPropagator().extract, provider.shutdown)
