"""The armed answers of a session: what requests get in the backend's place, and how often they got it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from backends.session_control import ArmedAnswer

from .seed import Seed
from .world import AnswerFaults

MOST_ANSWERS = 100
_WORLD_LATENCY = "world-latency"
_WORLD_FAILURE = "world-failure"


class ArmedAnswers:
    """Those of one session. The ones of its world (`AnswerFaults`) come after those that were armed."""

    def __init__(self) -> None:
        self._armed: dict[str, ArmedAnswer] = {}
        self._number = 0
        self._met: Counter[str] = Counter()
        """How many requests fitted each."""
        self._given: Counter[str] = Counter()

    def arm(self, answer: ArmedAnswer) -> ArmedAnswer:
        """Add one, which gets its id."""
        self._number += 1
        answer = replace(answer, answer_id=f"answer-{self._number}")
        self._armed[answer.answer_id] = answer
        if len(self._armed) > MOST_ANSWERS:
            self.remove(next(iter(self._armed)))
        return answer

    def all(self) -> list[tuple[ArmedAnswer, int]]:
        """Each with how often it was given, in the order in which they were armed."""
        return [(answer, self._given[name]) for name, answer in self._armed.items()]

    def remove(self, name: str) -> None:
        """Remove one, if it is there."""
        self._armed.pop(name, None)

    def clear(self) -> None:
        """Remove all."""
        self._armed.clear()
        self._met.clear()
        self._given.clear()

    def of(self, operation: str, faults: AnswerFaults | None) -> Sequence[ArmedAnswer]:
        """Those for an operation, the ones armed last first."""
        if not self._armed and faults is None:
            return ()
        found = [each for each in reversed(self._armed.values()) if each.operation in (None, operation)]
        return found if faults is None else [*found, *_of_world(faults)]

    def given(self, answer: ArmedAnswer, seed: Seed) -> float | None:
        """See `backends.session_control.SessionControl.given`."""
        name = answer.answer_id
        self._met[name] += 1
        entropy = seed.number(b"armed answer", name, self._met[name])
        if entropy % 100 >= answer.percent:
            return None
        self._given[name] += 1
        if answer.count is not None and self._given[name] >= answer.count:
            self.remove(name)
        return entropy // 100 % 1000 / 999


def _of_world(faults: AnswerFaults) -> list[ArmedAnswer]:
    found = []
    if faults.fail_percent:
        found.append(ArmedAnswer(answer_id=_WORLD_FAILURE, status=503, percent=faults.fail_percent))
    if faults.latency != (0, 0):
        found.append(ArmedAnswer(answer_id=_WORLD_LATENCY, latency=faults.latency))
    return found
