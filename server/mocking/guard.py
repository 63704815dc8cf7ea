"""Who may control the mock: no page of a foreign origin, also not by reading, and nobody under a foreign host name."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from server.loopback import is_loopback
from server.middleware.origin_guard import check_host, check_origin
from server.problems import RequestRejected, problem_reply
from server.settings import Settings


def mock_guard(settings: Settings) -> Callable[[ASGIApp], ASGIApp]:
    """Puts a guard before an operation. It answers 403 to origins that `WALLET_CORS_ORIGINS` does not list (unset: that
    are not on this machine), and to foreign host names where the server listens on the loopback alone.
    """
    origins, hosts = settings.wallet_cors_origins, settings.wallet_allowed_hosts
    only_loopback = is_loopback(settings.host)

    def around(operation: ASGIApp) -> ASGIApp:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                for name, value in scope["headers"]:
                    if name == b"origin":
                        check_origin(value, origins, hosts)
                    elif name == b"host" and only_loopback:
                        check_host(value, hosts)
            except RequestRejected as error:
                await problem_reply(error, scope["request_id"]).send(send, head=scope["method"] == "HEAD")
            else:
                await operation(scope, receive, send)

        return guarded

    return around
