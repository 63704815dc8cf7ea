"""Garbage collection of a process that has begun."""

from __future__ import annotations

import gc


def freeze_garbage() -> None:
    """What there is now stays: collections of garbage need not go through it any more, which would hold answers up."""
    gc.freeze()
    gc.enable()
