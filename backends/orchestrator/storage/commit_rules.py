"""What every store checks before it writes, so that a mistake fails alike everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import Record

MAX_WRITES = 450
"""In one commit; Firestore takes 500."""

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
        ValueError: more than `MAX_WRITES` writes, two writes to one record, or a key that is none.
    """
    if len(writes) > MAX_WRITES:
        raise ValueError(f"A commit takes at most {MAX_WRITES} writes, not {len(writes)}.")
    targets = [target(write) for write in writes]
    if len(set(targets)) < len(targets):
        raise ValueError("A commit names one record twice.")
    for kind, key in targets:
        if not is_key(key):
            raise ValueError(f"Not a key for {kind.COLLECTION}: {key[:50]!r}")
