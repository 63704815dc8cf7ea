"""Counts and times every answer, whoever made it, by its route's template."""

from __future__ import annotations

import time
from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.middleware.route_labels import known_method, route_template
from server.telemetry.metrics import Metrics


class MetricsMiddleware:
    """Around everything that answers: a request is timed from its head to its answer's head, and counted as under way
    until it is over.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of any type."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        metrics = self._metrics

        def counting(message: Message) -> Awaitable[None]:  # no coroutine of its own: this is called for every answer
            if message["type"] == "http.response.start":
                method, route = known_method(scope["method"], "other"), route_template(scope)
                metrics.answered(method, route, message["status"], time.perf_counter() - began)
            return send(message)

        metrics.under_way += 1
        try:
            await self._app(scope, receive, counting)
        finally:
            metrics.under_way -= 1
