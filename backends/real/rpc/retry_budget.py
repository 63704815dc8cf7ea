"""How many of the requests may be repeats."""

from __future__ import annotations

# Ten tenths do not add up to one exactly.
_ROUNDING = 1e-9


class RetryBudget:
    """How many requests may be repeats: `share` of all calls, after an advance of `advance` that the first
    calls pay back.
    """

    def __init__(self, share: float, advance: int, reserve: int) -> None:
        self._share = share
        self._left = float(advance)
        self._owed = float(advance)
        self._reserve = max(reserve, advance)

    def deposit(self) -> None:
        """A call begins."""
        if self._owed > _ROUNDING:
            self._owed -= self._share
        else:
            self._left = min(self._left + self._share, self._reserve)

    def withdraw(self) -> bool:
        """Whether one retry is affordable; if so it is paid for."""
        if self._left < 1 - _ROUNDING:
            return False
        self._left -= 1
        return True
