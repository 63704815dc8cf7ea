"""Drifts of what lies beside the values: how a body is written, what a header, a coding or a credential is taken for;
and of values where nobody had looked: behind a twelfth letter, on a page of nobody's choice, in another year.

All came through `parity` once, as it was when they were planted for the first time.
"""

from __future__ import annotations

import re
from typing import Any

from tests.contract_tools.drifts import Drift
from tests.contract_tools.line_drifts import _O, _line

_ESCAPED = """body = answer.json()
    import json
    body = json.dumps(json.loads(body), separators=(',', ':')).encode() if body else body"""
_NEWEST = """current = await self._context.store.get(NamedValue, self._name)
    found = await self._context.store.get(TokenTotals, current.record.value)"""
_CUT = """if changes.get('label'):
        label = changes['label'].encode('utf-16-le')[:200].decode('utf-16-le', 'ignore')
        changes = {**changes, 'label': label}
    at = max("""


def _set(module: str, name: str, value: Any) -> Drift:
    """Something of a module is another."""

    def patch() -> None:
        import importlib

        found = importlib.import_module(module)
        setattr(found, name, value)

    return Drift(patch=patch)


def _lines_as_in_windows() -> None:
    from backends.orchestrator.wallets import exporting
    from generated_models import ExportFormat

    honest = exporting._lines
    kind, begin, _ = exporting._FORMS[ExportFormat.jsonl]
    of_windows = kind, begin, lambda items: honest(items).replace(b"\n", b"\r\n")
    exporting._FORMS = {**exporting._FORMS, ExportFormat.jsonl: of_windows}


def _no_retry_after_for_pages() -> None:
    from server.middleware import cors

    cors.EXPOSED = cors.EXPOSED.replace("Retry-After, ", "")


def _keys_of_refreshes_for_any_wallet() -> None:
    from backends.orchestrator import orchestrator

    honest: Any = vars(orchestrator)["idempotent"]

    async def idempotent(context: Any, operation: str, key: Any, request: Any, *more: Any) -> Any:
        return await honest(context, operation, key, request[1:] if operation == "refreshWallet" else request, *more)

    vars(orchestrator)["idempotent"] = idempotent


def _balances_by_floats() -> None:
    from backends.orchestrator.refresh import account_requests

    honest: Any = vars(account_requests)["Balance"]
    vars(account_requests)["Balance"] = lambda lamports, slot: honest(int(float(lamports)), slot)


def _heads_never_unchanged() -> None:
    from server.operations import endpoint

    kind: Any = endpoint.ValidatingEndpoint
    honest = kind.__call__

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "HEAD":
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]
        await honest(self, scope, receive, send)

    kind.__call__ = call


def _forty_a_page(module: str, name: str) -> Drift:
    return _line(module, name, ("size=page_size,", "size=40 if page_size == 50 else page_size,"))


FORMS: dict[str, Drift] = {
    # how it is written
    "lines of an export that end as in Windows": Drift(patch=_lines_as_in_windows),
    "all but ASCII escaped": _line("server.operations.answers", "Answers.reply", ("body = answer.json()", _ESCAPED)),
    "a length of 0 to a HEAD": _line(
        "server.reply", "Reply.send", ('b"%d" % len(self.body)', 'b"%d" % (0 if head else len(self.body))')
    ),
    # what HTTP has
    "a compressed answer under the tag of the plain one": _set(
        "server.middleware.compression", "compressed_tag", lambda etag: etag
    ),
    "a tag of a compressed answer that is not known": _line(
        "server.operations.entity_tags", "matched", ("(etag, compressed_tag(etag))", "(etag,)")
    ),
    "an export that is not compressed": _set(
        "server.middleware.compression",
        "_TEXT",
        re.compile(rb"text/(?!event-stream|csv)|application/([\w.+-]*json|yaml|javascript)\b"),
    ),
    "no Retry-After for pages": Drift(patch=_no_retry_after_for_pages),
    "no DELETE for pages": _set("server.middleware.cors", "_METHODS", "GET, HEAD, POST, PUT"),
    "a body of a GET that is ignored": _line(
        "server.operations.request_reader",
        "RequestReader._raw_body",
        (
            "if raw and self._operation.body is None:",
            "if raw and self._operation.body is None and self._operation.method != 'GET':",
        ),
    ),
    "the first of two credentials": _line(
        "server.access.guard", "Access.identify", ("if len(keys) + len(authorizations) > 1:", "if False:")
    ),
    "the last of two preferences": _line(
        f"{_O}.refresh_operations.lifecycle", "_seconds_to_wait", ('or "").split(",")', 'or "").split(",")[::-1]')
    ),
    "an audit without the names that clients give": _line(
        f"{_O}.audit",
        "audited",
        ("=caller.request_id", "=caller.request_id if caller.request_id.startswith('req_') else ''"),
    ),
    # what JSON and its numbers have
    "integers with zeros before them": _set(
        "server.operations.parameters", "_INTEGER", re.compile(r"[+-]?[0-9]{1,19}")
    ),
    "bytes replaced that are no text": _line(
        "server.operations.json_body", "parse_json", ("raw.decode()", "raw.decode(errors='replace')")
    ),
    "a level less of a body": _set("server.operations.json_body", "MAX_DEPTH", 31),
    "phrases of 24 words taken": _set("server.operations.secret_detection", "_PHRASES", (12, 15, 18, 21)),
    "keypairs in hex taken": _set("server.operations.secret_detection", "_HEX_64", re.compile(r"(?!x)x(.)")),
    "a tenth of a second taken for a millisecond": _line(
        f"{_O}.timestamps",
        "parse_timestamp",
        ("fromisoformat(text)", "fromisoformat(text if len(text) != 22 else f'{text[:20]}00{text[20:]}')"),
    ),
    "balances by floats": Drift(patch=_balances_by_floats),
    # what keys and tokens stand for
    "a refresh's key for any wallet": Drift(patch=_keys_of_refreshes_for_any_wallet),
    "a completion's key for any signature": _line(
        f"{_O}.funding_corrections", "FundingCorrections.complete", ("[schedule_id, body]", "[schedule_id]")
    ),
    "a cancellation's key for any operation": _line(
        f"{_O}.refresh_operations.lifecycle", "RefreshOperations.cancel", ("key, [operation_id],", "key, [],")
    ),
    "later pages of the newest snapshot": _line(
        f"{_O}.snapshots",
        "Snapshots.place",
        ("found = await self._context.store.get(TokenTotals, str(snapshot_id))", _NEWEST),
    ),
    "a resumed stream that begins anew": _line(
        f"{_O}.refresh_operations.events",
        "_new_results",
        ("view.printed(shard, at)", "view.printed(shard, at - start)"),
        ("    for shard in shards:\n", "    for shard in shards:\n            start = position.seen(shard.index)\n"),
    ),
    # rarely met
    "transfers of one slot as they are listed": _line(
        f"{_O}.refresh.reconciliation", "reconcile", ("(each.slot, each.signature)", "each.slot")
    ),
    "launches of this year alone": _line(
        f"{_O}.launch_analytics",
        "launch_analytics",
        ("range(first.year, today.year + 1)", "range(today.year, today.year + 1)"),
    ),
    "a range that ends before it begins turned round": _line(
        f"{_O}.wallets.history_reader",
        "WalletHistoryReader.history",
        ("known = await", "start, end = min(start, end), max(start, end)\n    known = await"),
    ),
    "labels of 100 UTF-16 units": _line(
        f"{_O}.wallets.state",
        "revise_metadata",
        ("at = max(", _CUT),
    ),
    "words of twelve letters": _line(
        f"{_O}.wallets.search",
        "words_of",
        ("return _WORD.findall(text.casefold())", "return [word[:12] for word in _WORD.findall(text.casefold())]"),
    ),
    "a tag that does not wait for archived wallets": _line(
        f"{_O}.counters.values",
        "wallet_counts",
        ('f"tag_unread:{tag}": int(lamports is None)', 'f"tag_unread:{tag}": int(lamports is None and not archived)'),
    ),
    "forty launches a page": _line(
        f"{_O}.launches", "Launches.page", ("size=page_size,", "size=40 if page_size == 50 else page_size,")
    ),
    "forty tags a page": _forty_a_page(f"{_O}.tags", "tags"),
    "forty holders a page": _forty_a_page(f"{_O}.token_holders", "TokenHolders.page"),
    "results of a second shard that begin where those of the first were left": _line(
        f"{_O}.refresh_operations.results",
        "RefreshResults.page",
        ("shard_index, offset = shard_index + 1, 0", "shard_index = shard_index + 1"),
    ),
    "a wallet of many holdings that always has new ones": _line(
        f"{_O}.refresh.applying",
        "apply_reading",
        ("is_new = holdings_lost or", "is_new = len(answer.holdings) > 500 or holdings_lost or"),
    ),
    "a row that is kept until the next part turns stale": _line(
        f"{_O}.wallets.row_cache",
        "RowCache._span",
        (
            "*(as_of + self._policy.cache_ttl for as_of in read)]",
            "*(as_of + self._policy.cache_ttl for as_of in read[:1])]",
        ),
    ),
    "missing wallets at the end of an edit": _line(
        f"{_O}.wallets.editing",
        "BulkEdit._edit_all",
        ("items=items,", "items=sorted(items, key=lambda item: item.outcome is EditOutcome.missing),"),
    ),
    "a HEAD that is never unchanged": Drift(patch=_heads_never_unchanged),
    "changed before it was created": _line(
        f"{_O}.wallets.state", "revise_metadata", ("at = max(now, wallet.created_at)", "at = now")
    ),
}
