"""World descriptions: which wallets a mock starts with, and how its chain fails or delays.

A description, a seed and a moment make a world; nothing else is needed to make the same one again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml

from backends.orchestrator.timestamps import parse_timestamp
from generated_models.mock import FreshnessWeights, NamedWallet, ScheduleShares, WorldDescription, WorldName

from .fault_injector import Fault

_NEVER, _FAILING, _STALE = 8, 10, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFaults:
    """What happens to all answers of the API: `latency` in seconds, from and to; 503 for `fail_percent` of them."""

    latency: tuple[float, float] = (0, 0)
    fail_percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSpec:
    """A declarative world. Numbers ending in `_percent` are shares of the wallets, 0 to 100.

    The shares of freshness (`never_`, `failing_`, `stale_percent`) add up to at most 100; the rest is fresh.
    `whale_tokens` is how many holdings the first wallet has, besides those that its activity brings; 0 for no whale.
    `whale_changes` is how many changes the second wallet's history has, each found by a refresh; 0 for the usual past.
    `latency` is in seconds a JSON-RPC request.
    """

    name: str
    summary: str | None = None
    wallets: int = 50
    whale_tokens: int = 0
    whale_changes: int = 0
    never_percent: int = _NEVER
    failing_percent: int = _FAILING
    stale_percent: int = _STALE
    labelled_percent: int = 85
    noted_percent: int = 35
    overridden_percent: int = 8
    launching_percent: int = 30
    open_percent: int = 25
    overdue_percent: int = 10
    completed_percent: int = 20
    cancelled_percent: int = 10
    latency: float = 0
    faults: tuple[Fault, ...] = ()
    answers: AnswerFaults | None = None
    named: tuple[NamedWallet, ...] = field(default=(), hash=False)
    """Wallets beside the seeded ones."""


def spec_of(description: WorldDescription, *, name: str) -> WorldSpec:
    """The world that a description means; `name` unless it has one."""
    never, failing, stale = _shares(description.freshness)
    schedules = description.schedules or ScheduleShares()
    return WorldSpec(
        name=description.name or name,
        summary=description.summary,
        wallets=description.wallets,
        whale_tokens=description.whale_tokens,
        whale_changes=description.whale_changes,
        never_percent=never,
        failing_percent=failing,
        stale_percent=stale,
        labelled_percent=description.labelled_percent,
        noted_percent=description.noted_percent,
        overridden_percent=description.overridden_percent,
        launching_percent=description.launching_percent,
        open_percent=schedules.open,
        overdue_percent=schedules.overdue,
        completed_percent=schedules.completed,
        cancelled_percent=schedules.cancelled,
        latency=description.latency_ms / 1000,
        answers=_answer_faults(description),
        named=tuple(description.named or ()),
        faults=tuple(
            Fault(
                failure=fault.failure.value,
                percent=fault.percent,
                methods=frozenset(method.value for method in fault.methods or ()),
                lasting=fault.lasting,
                since=None if fault.since is None else parse_timestamp(fault.since),
                until=None if fault.until is None else parse_timestamp(fault.until),
            )
            for fault in description.faults or ()
        ),
    )


def world_text(description: WorldDescription) -> str:
    """A world's file: what is not said is left out."""
    said = description.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    return yaml.dump(said, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)


def _answer_faults(description: WorldDescription) -> AnswerFaults | None:
    said = description.answers
    if said is None:
        return None
    return AnswerFaults(latency=seconds_between(said.latency_ms, said.latency_max_ms), fail_percent=said.fail_percent)


def seconds_between(least_ms: int | None, most_ms: int | None) -> tuple[float, float]:
    """A range of milliseconds in seconds; the least is the most where that is less or not given."""
    least = (least_ms or 0) / 1000
    return least, max(least, (most_ms or 0) / 1000)


def _shares(weights: FreshnessWeights | None) -> tuple[int, int, int]:
    """Never, failing and stale, in per cent."""
    if weights is None:
        return _NEVER, _FAILING, _STALE
    never, failing, stale = weights.never or 0, weights.failing or 0, weights.stale or 0
    total = never + failing + stale + (weights.fresh or 0)
    if total == 0:
        return 0, 0, 0
    return never * 100 // total, failing * 100 // total, stale * 100 // total


@cache
def _built_in(name: str) -> WorldSpec:
    text = (files(__package__) / "worlds" / f"{name}.yaml").read_text("utf-8")
    return spec_of(WorldDescription.model_validate(yaml.load(text, yaml.CSafeLoader)), name=name)


class _BuiltIn(Mapping[str, WorldSpec]):
    """Reads a world's file at its first use."""

    def __getitem__(self, name: str) -> WorldSpec:
        if name not in self:
            raise KeyError(name)
        return _built_in(name)

    def __iter__(self) -> Iterator[str]:
        return iter(member.value for member in WorldName)

    def __len__(self) -> int:
        return len(WorldName)

    def __contains__(self, name: object) -> bool:
        return name in set(self)


WORLDS: Mapping[str, WorldSpec] = _BuiltIn()
"""The worlds that come with the mock, by name: the files in `worlds/`."""
