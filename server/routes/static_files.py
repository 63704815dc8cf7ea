"""A folder of built files, served as it was found at the start: literal paths only, so none leads out of the folder."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from starlette.types import Receive, Scope, Send

from backends.entity_tags import entity_tags
from server.content_coding import takes_gzip
from server.reply import Reply
from server.routes.router import PathRoute

_PAGE = "index.html"
_CONTENT_HASHED = "assets/"
"""The folder whose files are named after their content, as bundlers do: a changed file has another name."""
_TEXT = re.compile(r"text/|application/(javascript|json|manifest\+json)|image/svg\+xml")
_LEAST_COMPRESSED = 512  # bytes: below, gzip's own frame is most of what it saves

# Debian's and Python's tables disagree on scripts; browsers refuse a module that is served as anything else.
_MEDIA_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class StaticFile:
    """One file as an endpoint for GET and HEAD.

    It is read at the start, so that a later build does not mix with it, and packed once, at the first request for that.
    """

    def __init__(self, path: Path, *, cache_control: str, headers: Mapping[str, str]) -> None:
        self._plain = path.read_bytes()
        self._digest = hashlib.sha256(self._plain).hexdigest()[:24]
        guessed = _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self._worth_packing = len(self._plain) >= _LEAST_COMPRESSED and _TEXT.match(guessed) is not None
        self._media_type = f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed
        self._cache_control = cache_control
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 (an ASGI application)
        """Answer with the file, or with 304 to who has it."""
        asked = _headers(scope)
        pack = self._worth_packing and takes_gzip(asked.get(b"accept-encoding", b""))
        etag = f'"{self._digest}-gzip"' if pack else f'"{self._digest}"'
        known = _has(asked.get(b"if-none-match", b""), etag)
        reply = Reply(304) if known else Reply(200, self._packed if pack else self._plain, self._media_type)
        if pack and not known:
            reply.set("Content-Encoding", "gzip")
        reply.set("ETag", etag)
        reply.set("Cache-Control", self._cache_control)
        for name, value in self._headers.items():
            reply.set(name, value)
        await reply.send(send, head=scope["method"] == "HEAD" or known)

    @cached_property
    def _packed(self) -> bytes:
        return gzip.compress(self._plain, compresslevel=9, mtime=0)


def static_routes(folder: Path, at: str, headers: Mapping[str, str]) -> Iterator[PathRoute]:
    """A route for every file below `folder`, under the path `at` (`/console/`), each answer with `headers`.

    The folder's `index.html` is served at `at` itself and is checked with the server each time; files named after their
    content are kept for good.
    """
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        hashed = name.startswith(_CONTENT_HASHED)
        file = StaticFile(
            path,
            cache_control="public, max-age=31536000, immutable" if hashed else "no-cache",
            headers=headers,
        )
        yield PathRoute(at if name == _PAGE else at + name, {"GET": file})


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """By name; several of one name as the list that they mean."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        found[name] = f"{found[name].decode('latin-1')}, ".encode("latin-1") + value if name in found else value
    return found


def _has(condition: bytes, etag: str) -> bool:
    """Whether an `If-None-Match` names the tag; compared weakly (RFC 9110, 13.1.2)."""
    listed = condition.decode("latin-1")
    return listed.strip() == "*" or etag.strip('"') in {tag.opaque for tag in entity_tags(listed)}
