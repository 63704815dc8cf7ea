"""Drifts of one line of the code: as somebody writes who builds it anew, or tidies it up.

All are valid by every schema, and most came through `parity` once: which reason to refuse a request is told first; what
a key, a name or a header stands for; what is left of a deleted wallet; how much of a past an export has.
"""

from __future__ import annotations

import importlib
import inspect
import textwrap
from typing import Any

from tests.contract_tools.drifts import Drift, _replace


def _line(module: str, name: str, *changes: tuple[str, str]) -> Drift:
    """A function, or a method (`Class.method`), is compiled again with a piece of its source replaced by another."""

    def patch() -> None:
        found = importlib.import_module(module)
        owner, _, function = name.rpartition(".")
        holder: Any = vars(found)[owner] if owner else found
        source = textwrap.dedent(inspect.getsource(vars(holder)[function]))
        for old, new in changes:
            assert source.count(old) == 1, old
            source = source.replace(old, new)
        made: dict[str, Any] = {}
        future = "from __future__ import annotations\n"
        exec(compile(future + source, str(found.__file__), "exec"), vars(found), made)  # noqa: S102 (it is our own)
        if owner:
            setattr(holder, function, made[function])
        else:
            _replace(found, function, made[function])

    return Drift(patch=patch)


_O = "backends.orchestrator"
_FUTURE_FIRST = "_require_past(parse_timestamp(body.launched_at), context.clock.now())\n    "

LINES: dict[str, Drift] = {
    # which of two reasons is told
    "open schedules told before another version": _line(
        f"{_O}.wallets.core",
        "Wallets.delete",
        ("_require_match(stored, if_match)\n", "pass\n"),
        (
            "cancellations = await",
            "_require_match(stored, if_match)\n        cancellations = await",
        ),
    ),
    "a launch too far ahead told before its wallet": _line(
        f"{_O}.launches",
        "Launches._record",
        ("stored = await", _FUTURE_FIRST + "stored = await"),
    ),
    "the first error alone": _line(
        "server.operations.validation_errors", "explain", ("list(found.values())", "list(found.values())[:1]")
    ),
    "404 before 401": _line(
        "server.access.guard",
        "Guard.admits",
        (
            "await _refuse(error,",
            (
                "if '/api/wallets' not in scope['path']:\n"
                "            error = RequestRejected(ProblemCode.route_not_found, 'There is nothing here.')\n"
                "        await _refuse(error,"
            ),
        ),
    ),
    # what a key, a name or a header stands for
    "an idempotency key that all callers share": _line(
        f"{_O}.storage.idempotency", "_reserve", ("CALLER.get().actor, ", "")
    ),
    "an idempotency key for a dry run and for what it tried": _line(
        f"{_O}.wallets.editing",
        "BulkEdit.run",
        (", [body],", ', [body.model_copy(update={"dry_run": False})],'),
    ),
    "an idempotency key used up by what was refused": _line(
        f"{_O}.storage.idempotency", "idempotent", ("await _release(context, record)", "pass")
    ),
    "null and nothing told apart under a key": _line(
        f"{_O}.storage.idempotency", "_fingerprint", ("model_dump_json()", "model_dump_json(exclude_unset=True)")
    ),
    "a charset that is not taken": _line(
        "server.operations.request_reader",
        "_check_media_type",
        ('charset not in ("", "charset=utf-8")', 'charset != ""'),
    ),
    "a preference in quotes not seen": _line(
        f"{_O}.refresh_operations.lifecycle",
        "_seconds_to_wait",
        (r"\"?(\d{1,2})\"?", r"(\d{1,2})"),
    ),
    # which of several comes first
    "transfers to the schedule that is due first": _line(
        f"{_O}.refresh.reconciliation",
        "reconcile",
        ("list(open_schedules)", "sorted(open_schedules, key=lambda each: each.scheduled_for)"),
    ),
    "a cooldown until that of the last part ends": _line(
        f"{_O}.refresh.refresher", "Refresher._check_cooldown", ("min(allowed)", "max(allowed)")
    ),
    # texts
    "tags stripped by a bulk edit": _line(
        f"{_O}.wallets.editing",
        "BulkEdit._edit",
        ("*(tag for tag in body.add_tags", "*(tag.strip() for tag in body.add_tags"),
    ),
    "a label of no characters kept by a PUT": _line(
        f"{_O}.wallets.core", "Wallets.update", ("label=body.label or None", "label=body.label")
    ),
    # filters together
    "a status that is ignored beside a freshness": _line(
        f"{_O}.wallets.filters",
        "WalletFilters.tests",
        ("and found_by.status is None", "and found_by.status is None and found_by.freshness is None"),
    ),
    "an audit by two filters from its beginning on": _line(
        f"{_O}.audit",
        "AuditTrail.page",
        ('since=_moment(page.pins["since"])', 'since=None if len(equal) > 1 else _moment(page.pins["since"])'),
    ),
    "an address found by its last three characters": _line(
        f"{_O}.wallets.search", "Search.matches", ("endswith(self._end)", "endswith(self._end[-3:])")
    ),
    # what is left, and how much of it
    "an ETag that a schedule leaves alone": _line(
        f"{_O}.wallets.state",
        "revise",
        ("wallet.chain_version + 1", "wallet.chain_version + ('open_schedules' not in changes)"),
    ),
    "a failed transaction that is no activity": _line(
        f"{_O}.refresh.transaction_history",
        "read_history",
        ("for entry in new if entry.block_time)", "for entry in new if entry.block_time and not entry.failed)"),
    ),
    "a launch of a deleted wallet counted again": _line(
        f"{_O}.launches",
        "Launches.delete",
        ("max(tombstone.record.launch_count - 1, 0)", "tombstone.record.launch_count"),
    ),
    "an export with the newest changes alone": _line(
        f"{_O}.wallets.exporting",
        "WalletExport._with_extras",
        ("await months_of(store, wallet)", "[]"),
    ),
    "a transfer of the least that is no dust taken for dust": _line(
        f"{_O}.refresh.transaction_history",
        "merged_history",
        ("funding.lamports < policy", "funding.lamports <= policy"),
    ),
}
