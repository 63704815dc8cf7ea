"""Ways in which a server may drift from the contract or from the other mode, to be planted one at a time.

`SHAPES` break a schema, a status or a header. `VALUES` are valid by every schema: only comparing values, or relating
them to each other, shows them.
"""

from __future__ import annotations

import functools
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backends.answers import Answer, AnswerKind
from backends.base import WalletBackend

Headers = dict[str, str]
Edit = Callable[[Scope, int, Headers, Any], tuple[int, Any]]
"""Changes an answer: gets the request's scope, status, headers (to change in place) and JSON body."""


Request = Callable[[Scope], None]
"""Changes a request before the server sees it: its scope, in place."""


@dataclass(frozen=True)
class Drift:
    """What is wrong with a server: an answer or a request is edited, the contract that validates replaced, a method
    wrapped, or a function of the process replaced (`patch`, which is called before the server begins).
    """

    answer: Edit | None = None
    request: Request | None = None
    contract: Callable[[str], str] | None = None
    backend: Callable[[WalletBackend], Any] | None = None
    patch: Callable[[], None] | None = None


def _is(scope: Scope, method: str, path: str) -> bool:
    return scope["method"] == method and re.fullmatch(path, scope["path"]) is not None


def _missing_field(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and "wallet" in body:
        body["wallet"].pop("launch_count", None)
    return status, body


def _added_field(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and "schedule_id" in body:
        body["colour"] = "red"
    return status, body


def _wrong_status(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    return (200, body) if _is(scope, "POST", "/api/wallets") and status == 201 else (status, body)


def _other_error_status(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and body.get("code") == "unknown_wallet":
        return 404, {**body, "status": 404}
    return status, body


def _other_code(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and body.get("code") == "wallet_exists":
        body = {**body, "code": "launch_conflict", "type": "urn:problem-type:launch_conflict"}
    return status, body


def _other_title(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and body.get("code") == "wallet_not_found":
        body["title"] = "Not found."
    return status, body


def _without(name: str) -> Edit:
    def edit(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
        headers.pop(name, None)
        return status, body

    return edit


def _number_for_text(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and body.get("amount_sol"):
        body["amount_sol"] = float(body["amount_sol"])
    return status, body


def _zero_for_unknown(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and "wallet" in body and body["wallet"].get("last_balance_lamports") is None:
        body["wallet"].update(last_balance_lamports="0", last_balance_sol="0")
    return status, body


def _wrong_place(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if "location" in headers:
        headers["location"] = headers["location"].replace("/api/wallets", "/wallets")
    return status, body


class _Wrapped:
    """A backend with one method replaced; the others, and everything else, are its own."""

    def __init__(self, backend: WalletBackend, **methods: Any) -> None:
        self._backend = backend
        for name, method in methods.items():
            setattr(self, name, functools.wraps(getattr(backend, name))(method))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def _delete_nothing(backend: WalletBackend) -> _Wrapped:
    async def delete_wallet(**given: Any) -> Any:
        await backend.get_wallet(wallet_address=given["wallet_address"])
        return Answer(AnswerKind.EMPTY, None)

    return _Wrapped(backend, delete_wallet=delete_wallet)


def _forget_notes(backend: WalletBackend) -> _Wrapped:
    async def update_wallet(**given: Any) -> Any:
        given["body"] = given["body"].model_copy(update={"notes": None})
        return await backend.update_wallet(**given)

    return _Wrapped(backend, update_wallet=update_wallet)


def _ignore_versions(backend: WalletBackend) -> _Wrapped:
    async def update_wallet(**given: Any) -> Any:
        return await backend.update_wallet(**{**given, "if_match": None})

    return _Wrapped(backend, update_wallet=update_wallet)


def _replaced(pattern: str, by: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        changed, count = re.subn(pattern, by, text, count=1, flags=re.DOTALL)
        assert count == 1, pattern
        return changed

    return change


SHAPES: dict[str, Drift] = {
    "a missing field": Drift(answer=_missing_field),
    "a field that is not in the contract": Drift(answer=_added_field),
    "a wrong status": Drift(answer=_wrong_status),
    "another status for an error": Drift(answer=_other_error_status),
    "another code": Drift(answer=_other_code),
    "another title": Drift(answer=_other_title),
    "no ETag": Drift(answer=_without("etag")),
    "no Location": Drift(answer=_without("location")),
    "another Location": Drift(answer=_wrong_place),
    "no Allow": Drift(answer=_without("allow")),
    "no Cache-Control": Drift(answer=_without("cache-control")),
    "a number for a text": Drift(answer=_number_for_text),
    "zero for unknown": Drift(answer=_zero_for_unknown),
    "a looser pattern": Drift(contract=_replaced(r"(\n    RequestSolAmount:\n.*?pattern: )[^\n]*", r"\1'^.*$'")),
    "a longer text taken": Drift(contract=_replaced(r"(\n    Tag:\n.*?maxLength: )32", r"\g<1>64")),
    "a higher limit": Drift(contract=_replaced(r"(name: page_size.*?maximum: )200", r"\g<1>500")),
    "another default": Drift(contract=_replaced(r"(name: page_size.*?default: )50", r"\g<1>2")),
    "a delete that does nothing": Drift(backend=_delete_nothing),
    "a PUT that forgets a field": Drift(backend=_forget_notes),
    "versions not compared": Drift(backend=_ignore_versions),
}


# What the schemas can't see


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a body."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def _field(name: str, change: Callable[[Any, dict[str, Any]], Any]) -> Drift:
    """Every field of a name is changed, where it is not null; the change is told the object around it."""

    def edit(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
        for each in _objects(body):
            if each.get(name) is not None and status < 400:
                each[name] = change(each[name], each)
        return status, body

    return Drift(answer=edit)


def _page(path: str, change: Callable[[dict[str, Any], dict[str, str]], None]) -> Drift:
    """Each page of a list is changed; the change is told the query."""

    def edit(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
        if _is(scope, "GET", path) and status == 200:
            change(body, dict(parse_qsl(scope["query_string"].decode())))
        return status, body

    return Drift(answer=edit)


def _query(path: str, change: Callable[[dict[str, str]], None], method: str = "GET") -> Drift:
    """The query of each request of a path is changed."""

    def edit(scope: Scope) -> None:
        if _is(scope, method, path):
            query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
            change(query)
            scope["query_string"] = urlencode(query).encode()

    return Drift(request=edit)


def _without_header(name: bytes) -> Drift:
    """A request's header is not seen."""

    def edit(scope: Scope) -> None:
        scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != name]

    return Drift(request=edit)


def _shifted(text: str, **by: float) -> str:
    moment = datetime.fromisoformat(text) + timedelta(**by)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _tenth(text: str) -> str:
    """A display amount one place further down."""
    whole, _, fraction = text.partition(".")
    moved = f"{whole[:-1] or '0'}.{whole[-1]}{fraction}".rstrip("0").rstrip(".")
    return moved if len(moved.partition(".")[2]) <= 9 else text


def _six_places(text: str) -> str:
    whole, dot, fraction = text.partition(".")
    return (whole + dot + fraction[:6]).rstrip("0").rstrip(".") if dot else text


def _by_label(body: dict[str, Any], query: dict[str, str]) -> None:
    if query.get("sort") == "label" and "direction" not in query:
        body["items"].sort(key=lambda item: ((label := item["wallet"]["label"]) is None, (label or "").lower()))


def _ties_reversed(body: dict[str, Any], query: dict[str, str]) -> None:
    body["items"].sort(key=lambda item: item["wallet"]["wallet_address"])
    body["items"].sort(key=lambda item: item["wallet"]["created_at"], reverse=True)


def _schedule_ties_reversed(body: dict[str, Any], query: dict[str, str]) -> None:
    items = body["items"]
    items.sort(key=lambda item: item["schedule_id"], reverse=True)
    items.sort(key=lambda item: item["scheduled_for"])


def _one_too_many(body: dict[str, Any], query: dict[str, str]) -> None:
    if body["total_size"]:
        body["total_size"] += 1


def _total_of_the_page(body: dict[str, Any], query: dict[str, str]) -> None:
    if body["total_size"] is not None:
        body["total_size"] = len(body["items"])


def _ends_early(body: dict[str, Any], query: dict[str, str]) -> None:
    if "page_token" in query:
        body["next_page_token"] = None


def _drops_the_first(body: dict[str, Any], query: dict[str, str]) -> None:
    if "page_token" in query:
        body["items"] = body["items"][1:]


def _strict_threshold() -> None:
    from backends.orchestrator.wallets import state
    from generated_models import WalletStatus

    honest = state.status_of

    def status_of(override: Any, launch_count: Any, lamports: Any, policy: Any) -> Any:
        exactly = lamports == policy.funded_lamports
        found = honest(override, launch_count, lamports, policy)
        return WalletStatus.UNFUNDED if exactly and found is WalletStatus.FUNDED else found

    _replace(state, "status_of", status_of)


def _stale_too_late() -> None:
    from backends.orchestrator.wallets import state

    honest = state.part_states

    def part_states(wallet: Any, now: Any, policy: Any) -> Any:
        return honest(wallet, now, replace(policy, cache_ttl=policy.cache_ttl + timedelta(milliseconds=1)))

    _replace(state, "part_states", part_states)


def _cooldown_too_long() -> None:
    from backends.orchestrator.wallets import state

    honest = state.cooldown_after

    def cooldown_after(as_of: Any, now: Any, policy: Any) -> Any:
        found = honest(as_of, now, policy)
        return None if found is None else found + timedelta(milliseconds=1)

    _replace(state, "cooldown_after", cooldown_after)


def _readers_may_write() -> None:
    from server.access import guard

    everything = frozenset({"read", "operate"})
    _replace(guard, "_INCLUDES", {"read": everything, "operate": everything})


def _put_forgets_the_time() -> None:
    from backends.orchestrator.wallets import core

    honest: Any = vars(core)["revise_metadata"]

    def revise_metadata(wallet: Any, now: Any, policy: Any, **changes: Any) -> Any:
        return replace(honest(wallet, now, policy, **changes), updated_at=wallet.updated_at)

    _replace(core, "revise_metadata", revise_metadata)


def _exact_transfers_do_not_count() -> None:
    from backends.orchestrator.refresh import reconciliation

    honest: Any = vars(reconciliation)["_fits"]
    _replace(
        reconciliation,
        "_fits",
        lambda schedule, transfer: honest(schedule, transfer) and schedule.amount_lamports != transfer.lamports,
    )


def _fits_changed(change: Callable[[Any, Any, Any], Any]) -> Callable[[], None]:
    """`change` gets the honest rule, a schedule and a transfer."""

    def patch() -> None:
        from backends.orchestrator.refresh import reconciliation

        honest: Any = vars(reconciliation)["_fits"]
        _replace(reconciliation, "_fits", lambda schedule, transfer: change(honest, schedule, transfer))

    return patch


def _transfers_count_twice() -> None:
    from backends.orchestrator.refresh import reading_committer

    honest: Any = vars(reading_committer)["reconcile"]
    _replace(reading_committer, "reconcile", lambda paid, waiting, _matched, now: honest(paid, waiting, (), now))


def _twenty_one_tags() -> None:
    from backends.orchestrator.wallets import editing

    _replace(editing, "_MAX_TAGS", 21)


def _tags_removed_whatever_their_case(backend: WalletBackend) -> _Wrapped:
    async def edit_wallets(**given: Any) -> Any:
        tags = given["body"].remove_tags
        both = list(dict.fromkeys([*tags, *(tag.lower() for tag in tags)]))
        return await backend.edit_wallets(**{**given, "body": given["body"].model_copy(update={"remove_tags": both})})

    return _Wrapped(backend, edit_wallets=edit_wallets)


def _a_day_ahead_is_too_far() -> None:
    from backends.orchestrator import launches

    honest: Any = vars(launches)["_require_past"]
    _replace(launches, "_require_past", lambda at, now: honest(at + timedelta(milliseconds=1), now))


def _keys_for_any_request() -> None:
    from backends.orchestrator.storage import idempotency

    _replace(idempotency, "_fingerprint", lambda _request: "the same")


def _points_a_millisecond_late() -> None:
    from backends.orchestrator import portfolio_history

    _replace(portfolio_history, "_BETWEEN", timedelta(minutes=15, milliseconds=1))


def _cancelled_schedules_not_told() -> None:
    from backends.orchestrator.wallets import core

    honest: Any = vars(core)["audited"]

    def audited(*given: Any, **more: Any) -> Any:
        return honest(*given, **{**more, "related": ()})

    _replace(core, "audited", audited)


def _launches_not_counted_again() -> None:
    from backends.orchestrator.records import WalletTombstone

    honest: Any = WalletTombstone.__init__

    def forget(self: Any, **given: Any) -> None:
        honest(self, **{**given, "launch_count": 0})

    _replace(WalletTombstone, "__init__", forget)


def _formulas_in_csv() -> None:
    from backends.orchestrator.wallets import exporting

    _replace(exporting, "_FORMULAS", ("\0",))


def _no_etag_to_a_head(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if scope["method"] == "HEAD":
        headers.pop("etag", None)
    return status, body


def _other_vary(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if "vary" in headers:
        headers["vary"] = "Origin"
    return status, body


def _etag_of_the_metadata_alone(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if headers.get("etag", "W/").startswith('"'):
        metadata, _chain, states = headers["etag"].strip('"').split(".")
        headers["etag"] = f'"{metadata}.0.{states}"'
    return status, body


def _replace(module: Any, name: str, value: Any) -> None:
    """There and wherever else it was imported by its name."""
    honest = getattr(module, name)
    for each in (module, *sys.modules.values()):
        if getattr(each, "__dict__", {}).get(name) is honest:
            setattr(each, name, value)


def _lower_tag(query: dict[str, str]) -> None:
    if "tag" in query:
        query["tag"] = query["tag"].lower()


def _cancelled_for_completed(query: dict[str, str]) -> None:
    if query.get("status") == "COMPLETED":
        query["status"] = "CANCELLED"


def _without_direction(query: dict[str, str]) -> None:
    query.pop("direction", None)


def _below_a_quarter(query: dict[str, str]) -> None:
    if query.get("max_balance") == "0.25":
        query["max_balance"] = "0.249999999"


def _forced(query: dict[str, str]) -> None:
    query.setdefault("force", "true")


VALUES: dict[str, Drift] = {
    "a balance in another unit": _field("last_balance_sol", lambda text, _: _tenth(text)),
    "a total in another unit": _field("total_balance_sol", lambda text, _: _tenth(text)),
    "a transfer in thousandths": _field("amount_lamports", lambda text, _: text[:-3] or "0"),
    "a display amount cut to six places": _field("balance", lambda text, _: _six_places(text)),
    "decimals of another mint": _field("decimals", lambda places, _: (places + 1) % 10),
    "> for >= at a threshold": Drift(patch=_strict_threshold),
    "a reading stale a millisecond late": Drift(patch=_stale_too_late),
    "a cooldown a millisecond too long": Drift(patch=_cooldown_too_long),
    "< for <= at a maximum": _query("/api/wallets", _below_a_quarter),
    "a tag found whatever its case": _query(
        "/api/wallets", lambda q: q.update(tag=q["tag"].lower()) if "tag" in q else None
    ),
    "labels sorted whatever their case": _page("/api/wallets", _by_label),
    "ties of wallets the other way round": _page("/api/wallets", _ties_reversed),
    "ties of schedules the other way round": _page("/api/wallets/funding/scheduled", _schedule_ties_reversed),
    "a direction that is ignored": _query("/api/wallets", _without_direction),
    "a flag that is never true": _field("overdue", lambda _flag, _: False),
    "a schedule that is never completed": _field(
        "status", lambda text, _: "SCHEDULED" if text == "COMPLETED" else text
    ),
    "a completion without its signature": _field("matched_signature", lambda _text, _: None),
    "a read key that may write": Drift(patch=_readers_may_write),
    "one more in a total": _page("/api/wallets", _one_too_many),
    "a page's length for a total": _page("/api/wallets/launches", _total_of_the_page),
    "a list that ends after two pages": _page("/api/wallets/funding/scheduled", _ends_early),
    "an item lost between two pages": _page("/api/wallets", _drops_the_first),
    "an instant cut to seconds": _field("created_at", lambda text, _: f"{text[:19]}.000Z"),
    "stale an hour later": _field("stale_after", lambda text, _: _shifted(text, hours=1)),
    "the time of a PUT forgotten": Drift(patch=_put_forgets_the_time),
    "the first funding an hour off": _field("first_funded_at", lambda text, _: _shifted(text, hours=1)),
    "a launch counted twice": _field("launch_count", lambda count, _: count + (count > 0)),
    "holdings in another order": _field(
        "token_holdings", lambda items, _: items[::-1] if isinstance(items, list) else items
    ),
    "transfers oldest first": _field("recent_funding", lambda items, _: items[::-1]),
    "tags sorted": _field("tags", lambda tags, _: sorted(tags)),
    "texts in another Unicode form": _field("label", lambda text, _: unicodedata.normalize("NFD", text)),
    "a fee forgotten": _field("fee_lamports", lambda _text, _: "0"),
    "a changed balance called unchanged": _field("outcome", lambda text, _: "unchanged" if text == "updated" else text),
    "the past without what was before": _field("before", lambda _values, _: None),
    "conditional reads answered in full": _without_header(b"if-none-match"),
    "preconditions ignored": _without_header(b"if-match"),
    "idempotency keys ignored": _without_header(b"idempotency-key"),
    "a deletion that cancels unasked": _query("/api/wallets/[1-9A-HJ-NP-Za-km-z]{32,44}", _forced, "DELETE"),
    "cancelled schedules listed as open": _query(
        "/api/wallets/funding/scheduled",
        lambda q: q.update(status="CANCELLED") if q.get("status") == "COMPLETED" else None,
    ),
    "a summary one wallet short": _field("total_wallets", lambda count, _: max(0, count - 1)),
    "a sum by binary fractions": _field("scheduled_sol", lambda text, _: f"{float(text):.6f}".rstrip("0").rstrip(".")),
    "a transfer of exactly the amount does not count": Drift(patch=_exact_transfers_do_not_count),
    "a formula left in a CSV": Drift(patch=_formulas_in_csv),
    "no ETag to a HEAD": Drift(answer=_no_etag_to_a_head),
    "another Vary": Drift(answer=_other_vary),
    "an ETag that a refresh leaves alone": Drift(answer=_etag_of_the_metadata_alone),
    "a source that does not count": Drift(
        patch=_fits_changed(lambda fits, schedule, paid: fits(replace(schedule, source_address=None), paid))
    ),
    "a transfer in the schedule's second does not count": Drift(
        patch=_fits_changed(
            lambda fits, schedule, paid: fits(schedule, paid) and schedule.created_at <= paid.block_time
        )
    ),
    "a transfer that completes two schedules": Drift(patch=_transfers_count_twice),
    "twenty-one tags by a bulk edit": Drift(patch=_twenty_one_tags),
    "tags removed whatever their case": Drift(backend=_tags_removed_whatever_their_case),
    "< for <= at a day ahead": Drift(patch=_a_day_ahead_is_too_far),
    "an idempotency key for any request": Drift(patch=_keys_for_any_request),
    "points of the portfolio a millisecond late": Drift(patch=_points_a_millisecond_late),
    "a deletion that does not tell what it cancelled": Drift(patch=_cancelled_schedules_not_told),
    "launches forgotten with their wallet": Drift(patch=_launches_not_counted_again),
    "counterparties forgotten": _field("counterparty", lambda _text, _: None),
    "an id of another resource": _field("schedule_id", lambda text, _: text[:-1] + ("0" if text[-1] != "0" else "1")),
}

DRIFTS = {**SHAPES, **VALUES}


_JSON = ("application/json", "application/problem+json")


class Edited:
    """An application whose requests, and whose finished answers that are JSON or have no body, are edited."""

    def __init__(self, app: ASGIApp, drift: Drift) -> None:
        self._app = app
        self._edit = drift.answer
        self._request = drift.request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._request is not None:
            self._request(scope)
        if scope["type"] != "http" or self._edit is None or scope["path"].endswith("/events"):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, collect)
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        is_json = headers.get("content-type", "").partition(";")[0] in _JSON and body
        status, value = self._edit(scope, start["status"], headers, json.loads(body) if is_json else None)
        if is_json:
            body = json.dumps(value).encode()
        if "content-length" in headers:
            headers["content-length"] = str(len(body))
        raw = [(name.encode(), text.encode()) for name, text in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})
