"""The ids of requests: 128 random bits each, of which the system is asked for many at once."""

from __future__ import annotations

import secrets

_AT_ONCE = 256
_HEX_DIGITS = 32


class RequestIds:
    """Ids that nobody can foresee. One call of the system for each would be a tenth of a kept answer's time."""

    def __init__(self) -> None:
        self._drawn = ""
        self._used = 0

    def new(self) -> str:
        """An id that was never given before."""
        if self._used == len(self._drawn):
            self._drawn, self._used = secrets.token_hex(_AT_ONCE * _HEX_DIGITS // 2), 0
        start = self._used
        self._used = start + _HEX_DIGITS
        return f"req_{self._drawn[start : self._used]}"
