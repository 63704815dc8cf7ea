"""Where nobody shows credentials, a browser must not lend its own place: who asks is told by `Host` and `Origin`.

A page on the Internet can make its visitor's browser call `http://127.0.0.1:8000`. Its `Origin` gives it away; and when
its own name is made to point here (DNS rebinding), the `Host` does. A picture or frame in it comes without an `Origin`;
such requests browsers mark by `Sec-Fetch-Site`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from generated_models import ProblemCode
from server.loopback import is_loopback
from server.problems import RequestRejected, problem_reply, show

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class OriginGuard:
    """Around an application without authentication. It answers 403 to host names that are not this machine's, to
    pages of foreign origins that want more than read, and to what a foreign page embeds.

    Args:
        hosts: further names that the server has; `*` for all.
        origins: those whose pages may do everything; `*` for all, None for those on this machine.
        effects: request headers, in lower case, with which reading changes something, too.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str],
        origins: Collection[str] | None,
        effects: Collection[bytes] = (),
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = origins
        self._effects = effects
        self._known_host: bytes | None = None  # the latest that was let in: most requests name the same

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one connection of any type."""
        if scope["type"] == "http":
            try:
                self._check(scope)
            except RequestRejected as error:
                reply = problem_reply(error, scope["request_id"])
                reply.set("Connection", "close")  # a body, if there is one, is not read
                return reply.send(send, head=scope["method"] == "HEAD")
        return self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        origin: bytes | None = None
        changes = scope["method"] not in _SAFE
        embedded = False
        for name, value in scope["headers"]:
            if name == b"host":
                if value != self._known_host:
                    check_host(value, self._hosts)
                    self._known_host = value
            elif name == b"origin":
                origin = value
            elif name == b"sec-fetch-site":
                embedded = value == b"cross-site" and not _is_navigation(scope)
            elif name in self._effects:
                changes = True
        if origin is not None:
            if changes:
                check_origin(origin, self._origins, self._hosts)
        elif embedded:
            raise _forbidden(
                "Without authentication nothing here is served into pages of other sites.",
                "/header/Sec-Fetch-Site",
                "same-origin, same-site or none",
                "cross-site",
            )


def _is_navigation(scope: Scope) -> bool:
    """Whether a person went there by a link: not a frame, whose destination has a name of its own."""
    return (b"sec-fetch-dest", b"document") in scope["headers"]


def check_host(raw: bytes, hosts: Collection[str]) -> None:
    """Return if a `Host` can't be the name of somebody else's page: it is a name of this machine, or an address, or one
    of `hosts`.

    Raises:
        RequestRejected: (403).
    """
    value = raw.decode("latin-1")
    host = _host(f"//{value}")
    if is_loopback(host) or _is_address(host) or "*" in hosts or host in hosts:
        return
    raise _forbidden(
        "Without authentication this server has no such name; WALLET_ALLOWED_HOSTS lists those that it has.",
        "/header/Host",
        ", ".join(["localhost", "an IP address", *sorted(hosts)]),
        value,
    )


def check_origin(raw: bytes, origins: Collection[str] | None, hosts: Collection[str] = ()) -> None:
    """Return if pages of an origin may do everything.

    Raises:
        RequestRejected: (403).
    """
    value = raw.decode("latin-1")
    if origins is None:
        host = _host(value)
        fits = is_loopback(host) or host in hosts
    else:
        fits = "*" in origins or value in origins
    if not fits:
        raise _forbidden(
            "Pages of this origin may not do this; WALLET_CORS_ORIGINS lists those that may.",
            "/header/Origin",
            ", ".join(origins) if origins else "an origin on this machine, such as http://localhost:5173",
            value,
        )


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _is_address(host: str | None) -> bool:
    try:
        ip_address(host or "")
    except ValueError:
        return False
    return True


def _forbidden(detail: str, where: str, expected: str, got: str) -> RequestRejected:
    return RequestRejected(
        ProblemCode.forbidden,
        detail,
        errors=[{"where": where, "rule": "not_allowed", "expected": expected[:500], "got": show(got)}],
    )
