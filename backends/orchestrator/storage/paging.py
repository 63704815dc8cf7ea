"""Opaque page tokens. A token pins what the first page decided: filters, sort, size, the clock and the total.

Tokens are signed, with a key that the store has one of, so that every server over it reads the tokens of the others and
nobody makes one up.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from backends.errors import InvalidRequest, StoreUnavailable
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Cursor, OrderBy, Put, Query, Stored, Test, Value, narrowed
from backends.orchestrator.records import NamedValue, Record
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.timestamps import format_timestamp, parse_timestamp
from backends.request_context import GIVEN_ARGUMENTS
from generated_models import ProblemCode

R = TypeVar("R", bound=Record)

DEFAULT_PAGE_SIZE = 50
_SIGNATURE_BYTES = 16
_KEY_NAME = "page_token_key"


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


async def open_page(
    context: Context,
    name: str,
    pins: Mapping[str, str | None],
    *,
    defaults: Mapping[str, str | None],
    size: int,
    token: str | None,
) -> Page:
    """The page that a request asks for.

    With a token, the token's own filters hold; what the request gives beside it has to be the same.

    Args:
        context: of the list.
        name: the list's.
        pins: the request's filters and sort, by the names of its parameters.
        defaults: what those are that were not given.
        size: items a page has.
        token: the request's.

    Raises:
        InvalidRequest: (invalid_page_token) for a token that no page of this list with these filters has given.
    """
    if token is None:
        return Page(pins, size, context.clock.now())
    page = _read(name, token, await _signing_key(context))
    given = GIVEN_ARGUMENTS.get()
    if given is None:
        fits = all(pins[key] in (page.pins.get(key), defaults.get(key)) for key in pins)
        fits = fits and size in (page.size, DEFAULT_PAGE_SIZE)
    else:
        fits = all(pins[key] == page.pins.get(key) for key in pins if key in given or key not in defaults)
        fits = fits and ("page_size" not in given or size == page.size)
    if not fits:
        raise invalid_page_token(
            "The page token belongs to a list with other filters, another sort or another page size."
        )
    return page


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """One page of records. `now` is the list's pinned clock."""

    found: list[Stored[R]]
    next_page_token: str | None
    total_size: int
    now: datetime

    @property
    def records(self) -> list[R]:
        """The records without their versions."""
        return [stored.record for stored in self.found]


async def list_records(context: Context, name: str, page: Page, query: Query[R]) -> Listing[R]:
    """The page's records; the first page also counts all of them."""
    total = page.total if page.total is not None else await context.store.count(query)
    found = await context.store.query(query, limit=page.size + 1, after=page.cursor)
    shown = found[: page.size]
    more = len(found) > page.size
    token = await next_token(context, name, page, total, cursor_of(shown[-1].record, query.order)) if more else None
    return Listing(shown, token, total, page.now)


async def list_matching(
    context: Context, name: str, page: Page, query: Query[R], tests: Sequence[Test]
) -> tuple[list[Stored[R]], str | None]:
    """The page's records among those of a query that pass all tests, and the next page's token.

    Looks at as many records as the read budget allows (at least one more than a page has): then the page ends, full or
    not.
    """
    budget = max(context.policy.read_budget, page.size + 1)
    query, tests = narrowed(query, tests)
    matches = await context.store.query_filtered(query, tests, limit=page.size + 1, most=budget, after=page.cursor)
    shown, end = matches.found[: page.size], matches.end
    if len(matches.found) > page.size:
        end = cursor_of(shown[-1].record, query.order)
    return shown, None if end is None else await next_token(context, name, page, None, end)


async def next_token(context: Context, name: str, page: Page, total: int | None, cursor: Cursor) -> str:
    """The token of the page behind `cursor`; `total` is how many items the list has, None where it is not known."""
    content = {
        "name": name,
        "pins": dict(page.pins),
        "size": page.size,
        "now": format_timestamp(page.now),
        "total": total,
        "cursor": [_plain(value) for value in cursor],
    }
    raw = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    key = await _signing_key(context, make=True)
    return base64.urlsafe_b64encode(_signature(key, raw) + raw).rstrip(b"=").decode()


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


async def _signing_key(context: Context, *, make: bool = False) -> bytes:
    """The store's key. Where there is none yet, no token is genuine: none is made to find that out."""
    holder = context.page_token_key
    if holder.value is None:
        try:
            holder.value = await retry_on_conflict(lambda: _stored_key(context, make=make))
        except StoreUnavailable:
            if not make:
                raise
            # The page itself was read: it is not to be refused for want of the key to the next one.
            holder.unstored = holder.unstored or _new_key(context).encode()
    return holder.value or holder.unstored or b""


async def _stored_key(context: Context, *, make: bool) -> bytes | None:
    found = await context.store.get(NamedValue, _KEY_NAME)
    if found is not None and found.record.value:
        return found.record.value.encode()
    if not make:
        return None
    now, key = context.clock.now(), _new_key(context)
    version = ABSENT if found is None else found.version
    await context.store.commit([Put(NamedValue(name=_KEY_NAME, value=key, updated_at=now), version)])
    return key.encode()


def _new_key(context: Context) -> str:
    return context.ids.new("key", _KEY_NAME, context.clock.now())  # 128 random bits


def _signature(key: bytes, raw: bytes) -> bytes:
    return hashlib.blake2b(raw, key=key, digest_size=_SIGNATURE_BYTES, person=b"page-token").digest()


class _Content(BaseModel):
    """What a token says."""

    model_config = ConfigDict(strict=True, extra="forbid")

    name: str
    pins: dict[str, str | None]
    size: Annotated[int, Field(ge=1)]
    now: str
    total: Annotated[int, Field(ge=0)] | None
    cursor: list[str | int | dict[Literal["t"], str] | None]


def _read(name: str, token: str, key: bytes) -> Page:
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        decoded = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise invalid_page_token() from None
    signature, raw = decoded[:_SIGNATURE_BYTES], decoded[_SIGNATURE_BYTES:]
    canonical = base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() == token
    if not (key and canonical and hmac.compare_digest(signature, _signature(key, raw))):
        raise invalid_page_token()
    try:
        content = _Content.model_validate_json(raw)
        page = Page(
            pins=content.pins,
            size=content.size,
            now=parse_timestamp(content.now),
            total=content.total,
            cursor=_cursor(content.cursor),
        )
    except ValueError:  # of another version of this server
        raise invalid_page_token() from None
    if content.name != name:
        raise invalid_page_token("The page token belongs to another list.")
    return page


def invalid_page_token(detail: str = "The page token was not given by this list.") -> InvalidRequest:
    """The error for a page token that does not fit."""
    return InvalidRequest(ProblemCode.invalid_page_token, detail)
