"""Drifts that show where something is rare: a chain that fails in two ways, a refresh-all that others come into, more
than a list holds, two of a kind where there is one nearly always.

All are valid by every schema, and each came through `parity` once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.contract_tools.drifts import Drift
from tests.contract_tools.line_drifts import _O, _line


def _told_as_unavailable(name: str) -> Drift:
    """A failure of the chain has the code of another one."""

    def patch() -> None:
        from backends import errors
        from generated_models import ProblemCode

        kind = getattr(errors, name)
        honest: Any = kind.__init__

        def init(self: Any, *given: Any, **more: Any) -> None:
            honest(self, *given, **more)
            self.code = ProblemCode.chain_unavailable

        kind.__init__ = init

    return Drift(patch=patch)


def _import_without_launches() -> None:
    """What was launched is forgotten, but not where a wallet is registered by itself."""
    from backends.orchestrator.wallets import importing

    honest: Any = vars(importing)["registration"]

    def registration(context: Any, body: Any, tombstone: Any, *more: Any) -> Any:
        if tombstone is not None:
            tombstone = replace(tombstone, record=replace(tombstone.record, launch_count=0))
        return honest(context, body, tombstone, *more)

    vars(importing)["registration"] = registration


RARE: dict[str, Drift] = {
    # a chain that fails
    "of causes of as many failures another one first": _line(
        f"{_O}.refresh_operations.attention",
        "_failing",
        ("key=lambda each: (-each[0], each[1])", "key=lambda each: -each[0]"),
    ),
    "no answer told before a refusal": _line(
        f"{_O}.refresh.refresher",
        "Refresher._failure",
        ("next((error for error in errors if not isinstance(error, ChainTimeout)), errors[0])", "errors[0]"),
    ),
    "no answer told as a refusal": _told_as_unavailable("ChainTimeout"),
    "too many requests told as a refusal": _told_as_unavailable("ChainRateLimited"),
    "a failure worse than no reading": _line(
        f"{_O}.wallets.state",
        "worst_of",
        ("in _WORST_FIRST if", "in (_WORST_FIRST[1], _WORST_FIRST[0], *_WORST_FIRST[2:]) if"),
    ),
    "a refresh-all of nothing but failures that is completed": _line(
        f"{_O}.refresh_operations.state", "end_operation", ('counts["failed"] and not', "False and not")
    ),
    "a cooldown after a failure": _line(
        f"{_O}.refresh.refresher", "Refresher._check_cooldown", (" or state.last_error is not None", "")
    ),
    "seconds of as many calls as last time by the least": _line(
        f"{_O}.refresh_operations.estimate", "estimate", ("ceil(as_last / budget)", "ceil(least / budget)")
    ),
    # a refresh-all under way
    "a cancelled refresh-all that is completed": _line(
        f"{_O}.refresh_operations.lifecycle",
        "RefreshOperations._cancel",
        ("OperationState.CANCELLED)", "OperationState.COMPLETED)"),
    ),
    "a wallet that is gone told as one that has failed": _line(
        f"{_O}.refresh.reading_committer",
        "ReadingCommitter.skipped",
        ("RefreshItemOutcome.skipped", "RefreshItemOutcome.failed"),
    ),
    "ids of events that name the one before": _line(
        f"{_O}.refresh_operations.events",
        "_new_results",
        ("                position.advance(shard.index)\n", ""),
        ("str(position))\n", "str(position))\n                position.advance(shard.index)\n"),
    ),
    "largest changes with their signs": _line(
        f"{_O}.refresh_operations.attention", "_largest_changes", ("-abs(each[0])", "-each[0]")
    ),
    "the same wallets in another order are another refresh-all": _line(
        f"{_O}.refresh_operations.lifecycle",
        "RefreshOperations._new_operation",
        ("{sorted(request.addresses or ())}", "{list(request.addresses or ())}"),
    ),
    "a preference to wait for no time that is ignored": _line(
        f"{_O}.refresh_operations.lifecycle",
        "_seconds_to_wait",
        ("return int(match[1])", "return int(match[1]) or None"),
    ),
    # more than there is room for, and two where there is one
    "a sum that ends at 64 bits": _line(
        f"{_O}.portfolio",
        "Portfolio.summary",
        ('sol_text(scheduled["amount_lamports"])', 'sol_text(min(scheduled["amount_lamports"], 2**63 - 1))'),
    ),
    "lists cut and not called so": _line(
        f"{_O}.refresh.result_changes", "stored_changes", ("truncated=cut != lists", "truncated=False")
    ),
    "a counterparty of several": _line(
        f"{_O}.history.activity",
        "activity_of",
        ("others.pop() if len(others) == 1 else None", "min(others, default=None)"),
    ),
    "a sender of several": _line(
        f"{_O}.refresh.transaction_history",
        "_funding",
        ("senders.pop() if len(senders) == 1 else None", "min(senders)"),
    ),
    "of points that are level the last one left": _line(
        f"{_O}.history.thinning", "thinned", ("min(known)[1]", "min(known, key=lambda each: (each[0], -each[1]))[1]")
    ),
    "transactions of one slot as they come": _line(
        f"{_O}.history.activity",
        "newest_first",
        ("(-entry.slot, entry.signature)", "-entry.slot"),
    ),
    "a page that ends within a slot": _line(
        f"{_O}.wallets.history_reader",
        "_behind",
        ("(-entry.slot, entry.signature) > (-slot, signature)", "entry.slot < slot"),
    ),
    "holders of as much in the order of letters": _line(
        f"{_O}.token_holders", "TokenHolders._build", ("(-each[0], each[1])", "(-each[0], each[1].lower())")
    ),
    "a body of a byte too many": _line(
        "server.operations.request_reader",
        "RequestReader.__init__",
        ("self.body_limit = max(", "self.body_limit = 1 + max("),
    ),
    # moments
    "totals as old as they may be": _line(
        f"{_O}.snapshots", "Snapshots._is_recent", ("timedelta(0) <= age < max(", "timedelta(0) <= age <= max(")
    ),
    "a history read up to the second of a schedule": _line(
        f"{_O}.history.coverage", "unread_before", ("moment >= since.replace(microsecond=0)", "moment >= since")
    ),
    "a reading of an older slot that counts": _line(
        f"{_O}.refresh.applying", "_is_older", ("stored - A_DAY_OF_SLOTS <= slot < stored", "False")
    ),
    # corrections
    "a source that a correction can't take away": _line(
        f"{_O}.funding_corrections",
        "FundingCorrections.update",
        ("source_address=body.source_address,", "source_address=body.source_address or stored.record.source_address,"),
    ),
    "a note of no characters kept with a schedule": _line(
        f"{_O}.funding", "ScheduledFunding._schedule", ("note=body.note or None", "note=body.note")
    ),
    "a corrected launch without its wallet's label": _line(
        f"{_O}.launches", "Launches.update", ("owner.record.label if owner else None", "None")
    ),
    "a launch recorded again with another signature": _line(f"{_O}.launches", "_content", (", launch.signature", "")),
    "launches in the audit without their signatures": _line(
        f"{_O}.launches", "launch_values", ('"signature": launch.signature,', "")
    ),
    "launches forgotten by an import": Drift(patch=_import_without_launches),
    # texts
    "words that go on over underscores": _line(
        f"{_O}.wallets.search", "words_of", ("_WORD.findall(text.casefold())", r"re.findall(r'\w+', text.casefold())")
    ),
    "a label found by its first word alone": _line(
        f"{_O}.wallets.search", "search_terms", ("words_of(_searched(text))}", "words_of(text)[:1]}")
    ),
}
