"""A finished answer, on its way to the ASGI server."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class Reply:
    """Status, headers and bytes. `server.middleware.common_headers` adds on the way out what every answer carries."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, body: bytes = b"", media_type: str | None = None) -> None:
        self.status = status
        self.body = body
        self.headers: list[tuple[bytes, bytes]] = []
        if media_type is not None:
            self.headers.append((b"content-type", media_type.encode("latin-1")))

    def set(self, name: str, value: str) -> None:
        """Add a header."""
        self.headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))

    def get(self, name: str) -> str | None:
        """The value of a header set before."""
        key = name.lower().encode("latin-1")
        return next((value.decode("latin-1") for header, value in self.headers if header == key), None)

    async def send(self, send: Send, *, head: bool = False) -> None:
        """Send it; to a HEAD request without the body, but with its length."""
        headers = self.headers
        if self.status not in (204, 304):
            headers = [*headers, (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if head else self.body})


def fixed_endpoint(reply: Reply) -> ASGIApp:
    """An endpoint for GET and HEAD that always answers the same."""

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (an ASGI application)
        await reply.send(send, head=scope["method"] == "HEAD")

    return endpoint
