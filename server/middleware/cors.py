"""Cross-origin requests: from everywhere (mock), or from a list of origins (real).

No credential of ours is one that a browser adds by itself. Where everybody may ask, a page that says `credentials:
"include"` may too: it gets its answer instead of an error that tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from server.reply import Reply

EXPOSED = "ETag, Location, Retry-After, Allow, X-Request-Id, X-Backend, Preference-Applied, X-Mock-Source"

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
"""PATCH too, so that a page sees the 405 and its `Allow`, not an error of its browser's."""
_ALWAYS = ("Authorization", "Content-Type", "X-API-Key", "X-Request-Id")
_NAMES = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,1000}")
_VARY = (b"vary", b"Origin")


class Cors:
    """Decides what an origin may do.

    Args:
        origins: those that are allowed; `*` among them allows all.
        headers: the request headers that the contract declares, which pages may send.
    """

    def __init__(self, origins: Iterable[str], headers: Sequence[str]) -> None:
        allowed = {origin.encode() for origin in origins}
        self._open = b"*" in allowed
        self._allowed = allowed
        self.of_no_origin: Sequence[tuple[bytes, bytes]] = () if self._open else (_VARY,)
        """What an answer says where no browser names an origin."""
        self._request_headers = ", ".join(sorted({*_ALWAYS, *headers}))

    def headers(self, origin: bytes) -> Sequence[tuple[bytes, bytes]]:
        """What an answer says to a browser on `origin`."""
        if self._open:
            return [
                _VARY,
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-credentials", b"true"),
                (b"access-control-expose-headers", EXPOSED.encode()),
            ]
        if origin not in self._allowed:
            return [_VARY]
        return [
            _VARY,
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", EXPOSED.encode()),
        ]

    def preflight(self, request_headers: Iterable[tuple[bytes, bytes]], origin: bytes) -> Reply:
        """The answer to a preflight. `headers` adds the origin's own header; without that one a browser stops here."""
        reply = Reply(204)
        if self._open or origin in self._allowed:
            reply.set("Access-Control-Allow-Methods", _METHODS)
            reply.set("Access-Control-Allow-Headers", self._headers_for(request_headers))
            reply.set("Access-Control-Max-Age", "600")
        return reply

    def _headers_for(self, request_headers: Iterable[tuple[bytes, bytes]]) -> str:
        asked = [value for key, value in request_headers if key == b"access-control-request-headers"]
        if self._open and len(asked) == 1 and _NAMES.fullmatch(asked[0]):
            return asked[0].decode()
        return self._request_headers
