"""Why a service of the real world can't even start."""

from __future__ import annotations


class UnusableStore(Exception):
    """The store is configured so that waiting won't help; the message names the setting. Raised by `connect` alone."""
