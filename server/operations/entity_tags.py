"""Entity tags of answers that bring none of their own, and what `If-None-Match` says about a tag (RFC 9110, 8.8 and
13.1.2).
"""

from __future__ import annotations

import hashlib

from backends.entity_tags import entity_tags
from server.content_coding import compressed_tag

_VOLATILE_MEMBERS = (b'"computed_at":"', b'"next_page_token":"')
"""What differs each time although nothing has changed: when an answer was made, and the token of the next page, which
pins that moment (by which freshness is judged, and the snapshot that is paged through). Earlier ones are as good for
`_WINDOW_SECONDS`, which is why the tag is a weak one. (Inside of texts quotes are escaped.)
"""
_WINDOW_SECONDS = 300
"""A snapshot can be paged through for an hour, and freshness is a matter of an hour unless set otherwise."""


def content_tag(body: bytes, now: float) -> str:
    """The weak tag of a JSON body made at `now` (Unix time in seconds): the same for bodies that differ in volatile
    members alone and were made in the same window.
    """
    is_volatile = False
    for name in _VOLATILE_MEMBERS:
        start = body.find(name)
        while start >= 0:
            is_volatile = True
            end = body.index(b'"', start + len(name))
            body = body[:start] + body[end:]
            start = body.find(name, start)
    if is_volatile:
        body += b"%d" % (now // _WINDOW_SECONDS)
    return f'W/"{hashlib.blake2b(body, digest_size=16, usedforsecurity=False).hexdigest()}"'


def matched(etag: str, condition: str) -> str | None:
    """The tag by which an `If-None-Match` names an answer, if it does: its own, or that of the answer compressed. The
    comparison is the weak one.
    """
    if condition.strip() == "*":
        return etag
    named = {tag.opaque for tag in entity_tags(condition)}
    return next((one for one in (etag, compressed_tag(etag)) if one.removeprefix("W/").strip('"') in named), None)
