"""Counts and times requests, for Prometheus."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.middleware.route_labels import known_method, route_template
from server.telemetry.metrics import Metrics


class Measured:
    """Around the whole application: counts and times every request by its route's template."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of any type."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()

        async def send_measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = time.perf_counter() - started
                method = known_method(scope["method"], "other")
                self._metrics.answered(method, route_template(scope), message["status"], seconds)
            await send(message)

        self._metrics.began()
        try:
            await self._app(scope, receive, send_measured)
        finally:
            self._metrics.ended()
