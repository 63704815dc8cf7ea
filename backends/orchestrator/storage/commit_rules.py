"""What every store checks before it writes, so that a mistake fails alike everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backends.orchestrator.ports import Increment, Put, Write
from backends.orchestrator.records import Record

MAX_WRITES = 450
"""In one commit; Firestore takes 500."""

MAX_COUNTERS = 450
"""That one increment names; Firestore takes 500."""

MAX_WALLETS = 20
"""In one commit, where several are changed alike."""

MAX_HOLDINGS = 1_500
"""Of all wallets in one commit: well below its 3 MiB."""

# The port's alphabet without the names that Firestore reserves: `.`, `..` and `__anything__`. None of its
# characters has a meaning in a path, so a key can't name another place than its own.
_KEY = re.compile(r"(?!\.{1,2}\Z)(?!__.*__\Z)[A-Za-z0-9_.:-]{1,200}\Z")


def is_key(text: str) -> bool:
    """Whether `text` may be a record's key."""
    return _KEY.match(text) is not None


def target(write: Write) -> tuple[type[Record], str]:
    """The kind and the key that a write is about."""
    return (type(write.record), write.record.key) if isinstance(write, Put) else (write.kind, write.key)


def check(writes: Sequence[Write]) -> None:
    """Check a commit before it is sent.

    Raises:
        ValueError: more than `MAX_WRITES` writes, two writes to one record, an increment of more than `MAX_COUNTERS`
            counters, or a key that is none.
    """
    if len(writes) > MAX_WRITES:
        raise ValueError(f"A commit takes at most {MAX_WRITES} writes, not {len(writes)}.")
    targets = [target(write) for write in writes]
    if len(set(targets)) < len(targets):
        raise ValueError("A commit names one record twice.")
    if any(isinstance(write, Increment) and len(write.counts) > MAX_COUNTERS for write in writes):
        raise ValueError(f"An increment names at most {MAX_COUNTERS} counters.")
    for kind, key in targets:
        if not is_key(key):
            raise ValueError(f"Not a key for {kind.COLLECTION}: {key[:50]!r}")
