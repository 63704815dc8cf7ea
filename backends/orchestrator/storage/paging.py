"""Opaque page tokens. A token pins what the first page decided: filters, sort, size, the clock and the total."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from backends.errors import InvalidRequest
from backends.orchestrator.ports import Cursor, OrderBy, Query, Value, WalletsDataService
from backends.orchestrator.records import Record
from backends.orchestrator.timestamps import format_timestamp, parse_timestamp
from generated_models import ProblemCode

R = TypeVar("R", bound=Record)

DEFAULT_PAGE_SIZE = 50
_CHECK_BYTES = 6
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list under way. `cursor` is None on the first page, `total` until it has been counted."""

    pins: Mapping[str, str | None]
    size: int
    now: datetime
    total: int | None = None
    cursor: Cursor | None = None

    def pinned(self, name: str) -> str:
        """A choice that no page of the list goes without."""
        return self.pins[name] or ""


def open_page(
    name: str,
    pins: Mapping[str, str | None],
    *,
    defaults: Mapping[str, str | None],
    size: int,
    now: datetime,
    token: str | None,
) -> Page:
    """The page that a request asks for; `name` is the list's.

    With a token, the token's own filters hold; the request may repeat them or leave them at their `defaults`. Raises
    `InvalidRequest` (invalid_page_token) for anything that no page of this list with these filters has given.
    """
    if token is None:
        return Page(pins, size, now)
    page = _read(name, token)
    repeated = all(pins[key] in (page.pins.get(key), defaults.get(key)) for key in pins)
    if not repeated or size not in (page.size, DEFAULT_PAGE_SIZE):
        raise invalid_page_token(
            "The page token belongs to a list with other filters, another sort or another page size."
        )
    return page


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """One page of records. `now` is the list's pinned clock."""

    records: list[R]
    next_page_token: str | None
    total_size: int
    now: datetime


async def list_records(store: WalletsDataService, name: str, page: Page, query: Query[R]) -> Listing[R]:
    """The page's records; the first page also counts all of them."""
    total = page.total if page.total is not None else await store.count(query)
    try:
        found = await store.query(query, limit=page.size + 1, after=page.cursor)
    except (TypeError, ValueError):
        if page.cursor is None:
            raise
        raise invalid_page_token() from None  # forged: its check is right, its cursor is not one of this order
    shown = [stored.record for stored in found[: page.size]]
    more = len(found) > page.size
    token = next_token(name, page, total, cursor_of(shown[-1], query.order)) if more else None
    return Listing(shown, token, total, page.now)


async def list_matching(
    store: WalletsDataService,
    name: str,
    page: Page,
    query: Query[R],
    accepts: Callable[[R], bool],
    *,
    budget: int,
) -> tuple[list[R], str | None]:
    """The page's records among those of a query that are accepted, and the next page's token.

    Looks at `budget` records, at most (at least one more than a page has): then the page ends, full or not.
    """
    shown: list[R] = []
    cursor, looked_at = page.cursor, 0
    while looked_at < budget:
        asked = min(max(page.size + 1, looked_at), budget - looked_at, _MOST_AT_ONCE)
        try:
            found = await store.query(query, limit=asked, after=cursor)
        except (TypeError, ValueError):
            if cursor is None or cursor is not page.cursor:
                raise
            raise invalid_page_token() from None  # forged: its check is right, its cursor is not one of this order
        for stored in found:
            if accepts(stored.record):
                if len(shown) == page.size:
                    return shown, next_token(name, page, None, cursor_of(shown[-1], query.order))
                shown.append(stored.record)
        if len(found) < asked:
            return shown, None
        looked_at += asked
        cursor = cursor_of(found[-1].record, query.order)
    return shown, next_token(name, page, None, cursor) if cursor is not None else None


def next_token(name: str, page: Page, total: int | None, cursor: Cursor) -> str:
    """The token of the page behind `cursor`."""
    content = {
        "list": name,
        "pins": dict(page.pins),
        "size": page.size,
        "now": format_timestamp(page.now),
        "total": total,
        "cursor": [_plain(value) for value in cursor],
    }
    raw = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(_check(raw) + raw).rstrip(b"=").decode()


def cursor_of(record: Record, order: tuple[OrderBy, ...]) -> Cursor:
    """The cursor behind a record in an order."""
    return (*(_field(record, by.field) for by in order), record.key)


def cursor_text(cursor: Cursor) -> str:
    """A cursor as text that `cursor_from_text` reads."""
    return json.dumps([_plain(value) for value in cursor], separators=(",", ":"))


def cursor_from_text(text: str | None) -> Cursor | None:
    """The cursor that `cursor_text` wrote; None stays None."""
    if text is None:
        return None
    return _cursor(json.loads(text))


def _cursor(values: list[Any]) -> Cursor:
    return tuple(parse_timestamp(value["t"]) if isinstance(value, dict) else value for value in values)


def _field(record: Any, path: str) -> Value:
    for name in path.split("."):
        record = getattr(record, name)
    value: Value = record
    return value


def _plain(value: Value) -> Any:
    return {"t": format_timestamp(value)} if isinstance(value, datetime) else value


def _check(raw: bytes) -> bytes:
    # Against mistakes, not malice: a token only picks a place in a list that its holder may read anyway.
    return hashlib.blake2b(raw, digest_size=_CHECK_BYTES, person=b"page-token").digest()


def _read(name: str, token: str) -> Page:
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        content = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise invalid_page_token() from None
    check, raw = content[:_CHECK_BYTES], content[_CHECK_BYTES:]
    canonical = base64.urlsafe_b64encode(content).rstrip(b"=").decode() == token
    if not canonical or check != _check(raw):
        raise invalid_page_token()
    fields = json.loads(raw)
    if fields["list"] != name:
        raise invalid_page_token("The page token belongs to another list.")
    return Page(
        pins=fields["pins"],
        size=fields["size"],
        now=parse_timestamp(fields["now"]),
        total=fields["total"],
        cursor=_cursor(fields["cursor"]),
    )


def invalid_page_token(detail: str = "The page token was not given by this list.") -> InvalidRequest:
    return InvalidRequest(ProblemCode.invalid_page_token, detail)
