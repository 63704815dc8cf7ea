"""Where Prometheus scrapes: beside the contract, for it is no part of the API."""

from __future__ import annotations

import time

from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import Receive, Scope, Send

from generated_models import ProblemCode
from server.access.guard import Guard, Identity
from server.problems import RequestRejected, problem_reply
from server.reply import Reply
from server.routes.router import PathRoute
from server.telemetry.metrics import Metrics

KEPT_SECONDS = 1.0
"""How long a page is given again: it costs tens of milliseconds once all operations have been asked."""


def metrics_route(metrics: Metrics, guard: Guard | None) -> PathRoute:
    """`GET /metrics`, for whoever has a role: `read` is enough."""
    kept, until = b"", 0.0

    def text() -> bytes:
        nonlocal kept, until
        if time.monotonic() >= until:
            kept, until = metrics.text(), time.monotonic() + KEPT_SECONDS
        return kept

    async def page(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (an ASGI application)
        head = scope["method"] == "HEAD"
        identity: Identity | None = scope.get("identity")
        if identity is not None and identity.role is None:
            error = RequestRejected(ProblemCode.forbidden, "Metrics need the role read.")
            await problem_reply(error, scope["request_id"]).send(send, head=head)
            return
        reply = Reply(200, text(), CONTENT_TYPE_LATEST)
        reply.set("Cache-Control", "no-store")
        await reply.send(send, head=head)

    return PathRoute("/metrics", {"GET": page}, guard)
