"""HTTP as bytes on a socket: what no client library would send."""

from __future__ import annotations

import contextlib
import json
import socket
from dataclasses import dataclass
from typing import Any


@dataclass
class RawResponse:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json", self
        parsed: dict[str, Any] = json.loads(self.body)
        assert parsed["status"] == self.status
        assert self.headers["x-request-id"] == parsed["request_id"]
        assert "x-backend" in self.headers
        return parsed


def exchange_all(port: int, request: bytes, *, seconds: float = 5) -> bytes:
    """Send bytes, read everything to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(request)
        received = b""
        with contextlib.suppress(ConnectionResetError):  # it hung up with bytes of ours unread
            while chunk := connection.recv(65_536):
                received += chunk
    return received


def exchange(port: int, request: bytes, *, seconds: float = 5) -> RawResponse:
    """Send bytes, read one answer to the end of the connection."""
    received = exchange_all(port, request, seconds=seconds)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return RawResponse(int(status.split()[1]), headers, body)


def request(
    method: str, path: str, body: bytes | None = None, media_type: str | None = "application/json", more: str = ""
) -> bytes:
    """One request on a connection that ends with it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
        if media_type is not None:
            lines.append(f"Content-Type: {media_type}")
    head = "\r\n".join(lines) + "\r\n" + more
    return head.encode("latin-1") + b"\r\n" + (body or b"")
