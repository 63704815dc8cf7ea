"""Whether every text that one pattern accepts is accepted by another: exactly, by their automata.

For patterns as contracts have them, anchored or not: classes, groups, alternatives, repeats. What looks around, refers
back or depends on words is `Unknown`.
"""

from __future__ import annotations

import re
from collections import deque
from itertools import pairwise
from typing import Any, TypeAlias

_parser: Any = getattr(re, "_parser")  # noqa: B009  # the standard library's own; no other parser knows its syntax
_constants: Any = getattr(re, "_constants")  # noqa: B009

_TOP = 0x110000
_MOST_STATES = 20_000
Ranges: TypeAlias = tuple[tuple[int, int], ...]
_ANYTHING: Ranges = ((0, _TOP),)
_CATEGORIES: dict[str, Ranges] = {
    "CATEGORY_DIGIT": ((48, 58),),
    "CATEGORY_SPACE": ((9, 14), (32, 33)),
    "CATEGORY_WORD": ((48, 58), (65, 91), (95, 96), (97, 123)),
}


class Unknown(Exception):
    """A pattern uses what automata don't have, or needs too many states."""


class _Automaton:
    """States with steps by ranges of characters, and without any (`free`)."""

    def __init__(self, pattern: str | None) -> None:
        """None is the pattern of any text. Raises `Unknown`."""
        self.steps: list[list[tuple[Ranges, int]]] = []
        self.free: list[list[int]] = []
        self.start = self._state()
        if pattern is None:
            self.end = self.start
            self._step(self.start, _ANYTHING, self.start)
            return
        try:
            parsed = list(_parser.parse(pattern))
        except re.error as error:
            raise Unknown(str(error)) from None
        first, last = (_constants.AT, _constants.AT_BEGINNING), (_constants.AT, _constants.AT_END)
        before, after = parsed[:1] == [first], parsed[-1:] == [last]
        parsed = parsed[1:] if before else parsed
        parsed = parsed[:-1] if after else parsed
        if not before:
            self._step(self.start, _ANYTHING, self.start)
        self.end = self._sequence(parsed, self._free_from(self.start))
        if not after:
            self._step(self.end, _ANYTHING, self.end)

    def closure(self, states: frozenset[int]) -> frozenset[int]:
        """The states that are reached from these without a character."""
        found, waiting = set(states), list(states)
        while waiting:
            for target in self.free[waiting.pop()]:
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)

    def after(self, states: frozenset[int], character: int) -> frozenset[int]:
        """The states after one more character."""
        reached = {
            target
            for state in states
            for ranges, target in self.steps[state]
            if any(low <= character < high for low, high in ranges)
        }
        return self.closure(frozenset(reached))

    def cuts(self, states: frozenset[int]) -> set[int]:
        """Where the ranges of the next steps begin and end."""
        return {cut for state in states for ranges, _ in self.steps[state] for pair in ranges for cut in pair}

    def _state(self) -> int:
        if len(self.steps) >= _MOST_STATES:
            raise Unknown("too many states")
        self.steps.append([])
        self.free.append([])
        return len(self.steps) - 1

    def _step(self, start: int, ranges: Ranges, end: int) -> None:
        self.steps[start].append((ranges, end))

    def _free_from(self, start: int) -> int:
        state = self._state()
        self.free[start].append(state)
        return state

    def _sequence(self, parts: Any, at: int) -> int:
        for part in parts:
            at = self._part(part, at)
        return at

    def _part(self, part: Any, at: int) -> int:
        kind, value = part
        match str(kind):
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                end = self._state()
                self._step(at, _ranges(str(kind), value), end)
                return end
            case "SUBPATTERN":
                return self._sequence(value[-1], at)
            case "BRANCH":
                end = self._state()
                for branch in value[1]:
                    self.free[self._sequence(branch, self._free_from(at))].append(end)
                return end
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, parts = value
                return self._repeat(least, most, parts, at)
        raise Unknown(str(kind))

    def _repeat(self, least: int, most: Any, parts: Any, at: int) -> int:
        for _ in range(least):
            at = self._sequence(parts, at)
        if most is _constants.MAXREPEAT:
            loop = self._free_from(at)
            self.free[self._sequence(parts, loop)].append(loop)
            return loop
        end = self._state()
        self.free[at].append(end)
        for _ in range(most - least):
            at = self._sequence(parts, at)
            self.free[at].append(end)
        return end


def includes(wide: str | None, narrow: str | None) -> bool:
    """Whether `wide` accepts all that `narrow` accepts. None accepts everything. Raises `Unknown`."""
    one, two = _Automaton(narrow), _Automaton(wide)
    start = one.closure(frozenset([one.start])), two.closure(frozenset([two.start]))
    seen, waiting = {start}, deque([start])
    while waiting:
        here, there = waiting.popleft()
        if one.end in here and two.end not in there:
            return False
        cuts = sorted({0, _TOP, *one.cuts(here), *two.cuts(there)})
        for low, _ in pairwise(cuts):
            following = one.after(here, low), two.after(there, low)
            if following[0] and following not in seen:
                if len(seen) >= _MOST_STATES:
                    raise Unknown("too many states")
                seen.add(following)
                waiting.append(following)
    return True


def _ranges(kind: str, value: Any) -> Ranges:
    match kind:
        case "LITERAL":
            return ((value, value + 1),)
        case "NOT_LITERAL":
            return _without(((value, value + 1),))
        case "ANY":
            return _without(((10, 11),))
    negated = bool(value) and str(value[0][0]) == "NEGATE"
    found: list[tuple[int, int]] = []
    for name, one in value[1:] if negated else value:
        match str(name):
            case "LITERAL":
                found.append((one, one + 1))
            case "RANGE":
                found.append((one[0], one[1] + 1))
            case "CATEGORY" if str(one) in _CATEGORIES:
                found += _CATEGORIES[str(one)]
            case "CATEGORY" if str(one).replace("_NOT", "") in _CATEGORIES:
                found += _without(_CATEGORIES[str(one).replace("_NOT", "")])
            case _:
                raise Unknown(str(name))
    return _without(tuple(found)) if negated else tuple(found)


def _without(ranges: Ranges) -> Ranges:
    found, at = [], 0
    for low, high in sorted(ranges):
        if at < low:
            found.append((at, low))
        at = max(at, high)
    return (*found, *([(at, _TOP)] if at < _TOP else []))
