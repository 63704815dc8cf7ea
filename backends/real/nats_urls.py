"""`WALLET_QUEUE_URL`: where the NATS servers are, and who we are to them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

_SCHEMES = {"nats", "tls"}


def parse_urls(text: str) -> tuple[list[str], dict[str, Any]]:
    """Addresses without credentials, and the credentials as the client takes them. Raises ValueError."""
    servers: list[str] = []
    login: dict[str, Any] = {}
    for each in text.split(","):
        try:
            url = urlsplit(each.strip())
            host, port = url.hostname, url.port or 4222
        except ValueError:
            host, port = None, 0
            url = urlsplit("")
        if url.scheme not in _SCHEMES or not host:
            raise ValueError("the queue's URL must look like nats://host:port")
        servers.append(f"{url.scheme}://{f'[{host}]' if ':' in host else host}:{port}")
        if not login and url.username:
            name = unquote(url.username)
            login = {"token": name} if url.password is None else {"user": name, "password": unquote(url.password)}
    return servers, login
