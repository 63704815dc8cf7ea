"""Drifts of rules that hold nearly always: all but at an edge, at a later moment, on a later page, for a rarer text.

All are valid by every schema.
"""

from __future__ import annotations

import importlib
import json
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from tests.contract_tools.drifts import Drift, _page, _query, _replace

Make = Callable[[Any], Any]
"""Gets what is honest, makes of it what is not."""


def _wrap(module: str, name: str, make: Make) -> Drift:
    """Something of a module is replaced."""

    def patch() -> None:
        found = importlib.import_module(f"backends.orchestrator.{module}")
        _replace(found, name, make(getattr(found, name)))

    return Drift(patch=patch)


def _method(module: str, cls: str, name: str, make: Make) -> Drift:
    """A method of a class is replaced."""

    def patch() -> None:
        kind = getattr(importlib.import_module(f"backends.orchestrator.{module}"), cls)
        setattr(kind, name, make(getattr(kind, name)))

    return Drift(patch=patch)


def _ties_on_later_pages(body: dict[str, Any], query: dict[str, str]) -> None:
    if "page_token" in query:
        items = body["items"]
        items.sort(key=lambda item: item["wallet"]["wallet_address"], reverse=True)
        items.sort(key=lambda item: item["wallet"]["created_at"], reverse=True)


def _no_accents(q: dict[str, str]) -> None:
    if "q" in q:
        q["q"] = "".join(c for c in unicodedata.normalize("NFD", q["q"]) if not unicodedata.combining(c))


def _unpinned_clock(honest: Any) -> Any:
    async def open_page(context: Any, *given: Any, **more: Any) -> Any:
        page = await honest(context, *given, **more)
        return replace(page, now=context.clock.now())

    return open_page


def _recounted(honest: Any) -> Any:
    async def open_page(context: Any, *given: Any, **more: Any) -> Any:
        return replace(await honest(context, *given, **more), total=None)

    return open_page


def _any_filters(honest: Any) -> Any:
    async def open_page(context: Any, name: Any, pins: Any, **more: Any) -> Any:
        if more["token"] is None:
            return await honest(context, name, pins, **more)
        from backends.orchestrator.storage import paging

        return paging._read(name, more["token"], await paging._signing_key(context))

    return open_page


def _one_newest_month(honest: Any) -> Any:
    async def months_of(store: Any, wallet: Any) -> Any:
        return (await honest(store, wallet))[-1:]

    return months_of


def _cancel_again_touches(honest: Any) -> Any:
    async def cancel(self: Any, schedule_id: str) -> Any:
        answer = await honest(self, schedule_id)
        from backends.orchestrator.ports import Put
        from backends.orchestrator.records import Schedule

        store, now = self._context.store, self._context.clock.now()
        stored = await store.get(Schedule, schedule_id)
        await store.commit([Put(replace(stored.record, updated_at=now), stored.version)])
        return answer

    return cancel


def _no_etag_replayed(honest: Any) -> Any:
    async def replay(*given: Any) -> Any:
        answer = await honest(*given)
        return replace(answer, etag=None, headers={})

    return replay


def _audit_without_notes(honest: Any) -> Any:
    return lambda wallet: {name: value for name, value in honest(wallet).items() if name != "notes"}


def _tags_once_whatever_case(honest: Any) -> Any:
    async def edit(self: Any, number: int, address: str, body: Any) -> Any:
        from backends.orchestrator.records import Wallet

        stored = await self._context.store.get(Wallet, address)
        has = {tag.lower() for tag in stored.record.tags} if stored else set()
        gone = {tag.lower() for tag in body.remove_tags}
        add = [tag for tag in body.add_tags if tag.lower() not in has - gone]
        return await honest(self, number, address, body.model_copy(update={"add_tags": add}))

    return edit


def _by_floats(honest: Any) -> Any:
    return lambda sol: round(float(sol) * 1e9)


def _truncated_floats(honest: Any) -> Any:
    return lambda sol: int(float(sol) * 1e9)


def _holders_as_text(honest: Any) -> Any:
    async def build(self: Any) -> Any:
        built = await honest(self)
        rows = [json.loads(each) for each in built.holders]
        out: list[Any] = []
        at = 0
        for token in built.tokens:
            count = json.loads(token)[1]
            out += sorted(sorted(rows[at : at + count]), key=lambda row: row[1], reverse=True)
            at += count
        return replace(built, holders=[json.dumps(each) for each in out])

    return build


def _lower_words(honest: Any) -> Any:
    from backends.orchestrator.wallets import search

    return lambda text: search._WORD.findall(text.lower())


def _utf16(body: dict[str, Any], query: dict[str, str]) -> None:
    if query.get("sort") == "label" and query.get("direction") in (None, "asc"):
        body["items"].sort(
            key=lambda item: ((label := item["wallet"]["label"]) is None, (label or "").encode("utf-16-be"))
        )


def _overdue_at(honest: Any) -> Any:
    def made(schedule: Any, now: Any, owner: Any) -> Any:
        return honest(schedule, now + timedelta(milliseconds=1), owner)

    return made


def _keys_for_ever() -> None:
    from backends.orchestrator.storage import idempotency

    honest: Any = vars(idempotency)["_reserve"]

    async def reserve(context: Any, *given: Any) -> Any:
        class Clock:
            def now(self) -> Any:
                return context.clock.now() - timedelta(hours=1)

        return await honest(replace(context, clock=Clock()), *given)

    _replace(idempotency, "_reserve", reserve)


def _first_tag_only(honest: Any) -> Any:
    return lambda stored, if_match: honest(stored, if_match and if_match.split(",")[0])


def _days_shifted(honest: Any) -> Any:
    def launch_of(name: str) -> Any:
        wallet, moment = honest(name)
        return wallet, moment + timedelta(hours=1)

    return launch_of


def _event_skipped(honest: Any) -> Any:
    def parse(cls: Any, text: Any) -> Any:
        found = honest.__func__(cls, text)
        found.counts = {index: count + 1 for index, count in found.counts.items()}
        return found

    return classmethod(parse)


def _stripped(name: str) -> Any:
    def make(honest: Any) -> Any:
        async def update(self: Any, wallet_address: str, body: Any, if_match: Any) -> Any:
            value = getattr(body, name)
            body = body.model_copy(update={name: value.strip() if value else value})
            return await honest(self, wallet_address, body, if_match)

        return update

    return make


def _newlines_in_csv(honest: Any) -> Any:
    return lambda value: honest(value).replace("\r\n", "\n").replace("\n", " ")


def _formulas(honest: Any) -> Any:
    return ("=", "+", "-", "@", "\t", "\r", "\n")


def _short_content_tag(honest: Any) -> Any:
    def tag(body: bytes, now: float) -> str:
        return str(honest(re.sub(rb'"(label|total_size|note)":("[^"]*"|\d+)', b"", body), now))

    return tag


def _short_content_tags() -> None:
    from server.operations import entity_tags

    _replace(entity_tags, "content_tag", _short_content_tag(entity_tags.content_tag))


def _archived_counted(honest: Any) -> Any:
    async def low(context: Any) -> Any:
        from backends.orchestrator import queries

        found = await honest(context)
        return found.model_copy(
            update={"total": await context.store.count(queries.wallets_below(context.policy.low_lamports))}
        )

    return low


def _never_counted(honest: Any) -> Any:
    async def never(context: Any, now: Any) -> Any:
        from backends.orchestrator import queries
        from generated_models import RefreshScope

        found = await honest(context, now)
        query = queries.wallets_in_scope(RefreshScope.never, context.policy.fresh_window(now))
        return found.model_copy(update={"total": await context.store.count(query)})

    return never


def _estimate_forgets(honest: Any) -> Any:
    async def count(store: Any, scope: Any, fresh: Any) -> int:
        from backends.orchestrator import queries

        return int(await store.count(queries.wallets_in_scope(scope, fresh)))

    return count


def _fewer_points(honest: Any) -> Any:
    return lambda rows, most: honest(rows, most - 1) if len(rows) == most else honest(rows, most)


def _open_end(honest: Any) -> Any:
    def moment(text: Any) -> Any:
        found = honest(text)
        return found and found + timedelta(milliseconds=1)

    return moment


def _history_end(honest: Any) -> Any:
    async def history(self: Any, wallet_address: str, since: Any, until: Any, max_points: int) -> Any:
        from backends.orchestrator.timestamps import format_timestamp, parse_timestamp

        if until:
            until = format_timestamp(parse_timestamp(until) - timedelta(milliseconds=1))
        return await honest(self, wallet_address, since, until, max_points)

    return history


def _retry_after_rounded_down() -> None:
    from backends.orchestrator.refresh import refresher

    vars(refresher)["math"] = SimpleNamespace(ceil=math.floor)


RULES: dict[str, Drift] = {
    "ties the other way round on later pages": _page("/api/wallets", _ties_on_later_pages),
    "a search that ignores accents": _query("/api/wallets", _no_accents),
    "a page token that does not pin the clock": _wrap("storage.paging", "open_page", _unpinned_clock),
    "a total counted anew on each page": _wrap("storage.paging", "open_page", _recounted),
    "a page token with any filters": _wrap("storage.paging", "open_page", _any_filters),
    "a past of the newest month": _wrap("history.months", "months_of", _one_newest_month),
    "a cancellation again that is a change": _method("funding", "ScheduledFunding", "cancel", _cancel_again_touches),
    "a replay without its headers": _wrap("storage.idempotency", "_replay", _no_etag_replayed),
    "an audit without notes": _wrap("wallets.state", "metadata_values", _audit_without_notes),
    "tags added once whatever their case": _method("wallets.editing", "BulkEdit", "_edit", _tags_once_whatever_case),
    "amounts by rounded floats": _wrap("amounts", "lamports_of", _by_floats),
    "amounts by truncated floats": _wrap("amounts", "lamports_of", _truncated_floats),
    "holders ordered by amounts as text": _method("token_holders", "TokenHolders", "_build", _holders_as_text),
    "a search by lower for casefold": _wrap("wallets.search", "words_of", _lower_words),
    "labels ordered as UTF-16": _page("/api/wallets", _utf16),
    "overdue at its very moment": _wrap("wallets.mappers", "scheduled_funding", _overdue_at),
    "idempotency keys kept an hour longer": Drift(patch=_keys_for_ever),
    "the first tag of an If-Match alone": _wrap("wallets.core", "_require_match", _first_tag_only),
    "days of another time zone": _wrap("counters.values", "launch_of", _days_shifted),
    "an event skipped after a resume": _method("refresh_operations.events", "_StreamPosition", "parse", _event_skipped),
    "notes stripped by a PUT": _method("wallets.core", "Wallets", "update", _stripped("notes")),
    "newlines lost in a CSV": _wrap("wallets.exporting", "_cell", _newlines_in_csv),
    "a full-width formula left in a CSV": _wrap("wallets.exporting", "_FORMULAS", _formulas),
    "304 for a list with another label": Drift(patch=_short_content_tags),
    "low balances with archived ones": _wrap("refresh_operations.attention", "_low", _archived_counted),
    "never read with archived ones": _wrap("refresh_operations.attention", "_never_read", _never_counted),
    "an estimate with archived ones": _wrap("refresh_operations.state", "count_in_scope", _estimate_forgets),
    "thinned at as many points as asked for": _wrap("history.thinning", "at_most", _fewer_points),
    "audit entries from a moment on without it": _wrap("audit", "_moment", _open_end),
    "a history without its last moment": _method(
        "wallets.history_reader", "WalletHistoryReader", "history", _history_end
    ),
    "Retry-After a second short": Drift(patch=_retry_after_rounded_down),
}
