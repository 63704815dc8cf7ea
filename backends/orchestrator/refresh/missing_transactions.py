"""Transactions that a wallet's history lists and that the node does not have. It may lag behind, or be one of several
behind one address of which another has them, so they are asked for again; or nobody has them any more, so not for ever:
one of them is not to keep everything else of the history from being read. Pure functions.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from backends.orchestrator.ports import SignatureInfo, Transaction
from backends.orchestrator.records import MOST_MISSING, HistoryCursor, MissingTransaction

_TRIES, _PATIENCE = 3, timedelta(hours=1)
"""A transaction is given up that so many readings have asked for, over so long a time."""
_AT_ONCE = 10
"""Transactions that one reading asks for again."""

_log = logging.getLogger(__name__)


def asked_again(known: HistoryCursor | None) -> list[SignatureInfo]:
    """What a reading asks for besides what is new: those that were asked for least often."""
    first = sorted(known.missing if known else (), key=lambda each: (each.tries, -each.slot))[:_AT_ONCE]
    return [SignatureInfo(each.signature, each.slot, each.block_time, failed=False) for each in first]


def still_missing(
    known: HistoryCursor | None,
    asked: Sequence[SignatureInfo],
    read: Mapping[str, Transaction | None],
    now: datetime,
) -> tuple[MissingTransaction, ...]:
    """What the next readings ask for again, the newest first. `read` are the answers for `asked`."""
    before = {each.signature: each for each in (known.missing if known else ())}
    missing = {signature: each for signature, each in before.items() if signature not in read}
    given_up = []
    for entry in asked:
        if entry.signature not in read or read[entry.signature] is not None:
            continue
        earlier = before.get(entry.signature)
        each = MissingTransaction(
            signature=entry.signature,
            slot=entry.slot,
            block_time=entry.block_time,
            since=earlier.since if earlier else now,
            tries=earlier.tries + 1 if earlier else 1,
        )
        if each.tries >= _TRIES and not timedelta(0) <= now - each.since < _PATIENCE:
            given_up.append(each)
        else:
            missing[each.signature] = each
    newest_first = sorted(missing.values(), key=lambda each: (-each.slot, each.signature))
    for each in [*given_up, *newest_first[MOST_MISSING:]]:
        _log.warning(
            "the Solana RPC lists transaction %s and does not have it: what it did is not read", each.signature
        )
    return tuple(newest_first[:MOST_MISSING])
