"""What a commit changes about the counters, as the increments that it takes along. Pure."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from backends.orchestrator.counters.values import (
    LARGE,
    LARGE_WALLETS,
    holding_counts,
    label_years,
    launch_counts,
    token_info,
    wallet_counts,
)
from backends.orchestrator.ports import Increment
from backends.orchestrator.records import Launch, Wallet
from backends.orchestrator.storage.commit_rules import MAX_COUNTERS
from generated_models import TokenHolding

SHARDS: Mapping[str, int] = {"wallets": 4, "tokens": 8, "launches": 2}
"""Documents that share a family of counters. More of them bear more commits a second, and cost each reader more."""


class TooManyCounters(Exception):
    """A commit changes more counters than its increments can name."""


def shard_keys(family: str, epoch: int, year: int | None = None) -> list[str]:
    """The keys of all documents of a family; that of the launches has some for each year."""
    part = f"{family}:{epoch}" if year is None else f"{family}:{epoch}:{year}"
    return [f"{part}:{shard}" for shard in range(SHARDS[family])]


class CounterChanges:
    """Collects the changes of one commit."""

    def __init__(self) -> None:
        self._free: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        self._info: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
        self._corrected: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
        self._placed: dict[str, tuple[Counter[str], dict[str, str | None]]] = {}
        self._subject = ""

    def wallet(self, before: Wallet | None, after: Wallet | None, now: datetime) -> None:
        """A wallet created, changed or (`after` is None) deleted; its holdings aside. What is counted in no epoch
        changes nothing.
        """
        either, epoch = before or after, _epoch(before, after)
        if either is None or not epoch:
            return
        no_longer, now_counted = (({} if wallet is None else wallet_counts(wallet)) for wallet in (before, after))
        if no_longer != now_counted:
            self._subject = self._subject or either.wallet_address
            self._free["wallets", epoch].subtract(no_longer)
            self._free["wallets", epoch].update(now_counted)
        self._label(epoch, before, after, now)

    def _label(self, epoch: int, before: Wallet | None, after: Wallet | None, now: datetime) -> None:
        """Launch analytics shows the labels of wallets; of those alone that have launches."""
        either = after or before
        if either is None or not either.launch_count:
            return
        label = after.label if after else None
        if before is not None and before.label == label:
            return
        for year in label_years(now):
            self._launch_shard(epoch, year, either.wallet_address)[1][either.wallet_address] = label

    def holdings(
        self,
        epoch: int,
        wallet_address: str,
        before: Sequence[TokenHolding] | None,
        after: Sequence[TokenHolding] | None,
    ) -> None:
        """A wallet counted in `epoch` holds something else; None is nothing."""
        if not epoch:
            return
        counts, info = self._free["tokens", epoch], self._info["tokens", epoch]
        self._subject = self._subject or wallet_address
        known = {holding.mint_address: holding for holding in before or () if len(before or ()) <= LARGE}
        for holdings, sign in ((before or (), -1), (after or (), 1)):
            if len(holdings) > LARGE:
                counts[f"{LARGE_WALLETS}{wallet_address}"] += sign
                continue
            for holding in holdings:
                for name, number in holding_counts(holding).items():
                    counts[name] += sign * number
                earlier = known.get(holding.mint_address)
                if sign > 0 and earlier != holding:
                    info[holding.mint_address] = token_info(holding)
                    if earlier is not None and earlier.decimals != holding.decimals:
                        # What was said of the mint before, by whatever wallet, is not true.
                        self._corrected["tokens", epoch][holding.mint_address] = token_info(holding)

    def launch(self, before: Launch | None, after: Launch | None, label: str | None = None) -> None:
        """A launch recorded, corrected or (`after` is None) removed; `label` is its wallet's."""
        epoch = _epoch(before, after)
        if not epoch:
            return
        self._free["wallets", epoch]["launches"] += (after is not None) - (before is not None)
        for launch, sign in ((before, -1), (after, 1)):
            if launch is None:
                continue
            self._subject = self._subject or launch.wallet_address
            counts, texts = self._launch_shard(epoch, launch.launched_at.year, launch.wallet_address)
            for name, number in launch_counts(launch).items():
                counts[name] += sign * number
            if sign > 0:
                texts[launch.wallet_address] = label

    def _launch_shard(self, epoch: int, year: int, wallet_address: str) -> tuple[Counter[str], dict[str, str | None]]:
        """A wallet's own document: later texts replace earlier ones, so they lie together."""
        keys = shard_keys("launches", epoch, year)
        key = keys[zlib.crc32(wallet_address.encode()) % len(keys)]
        return self._placed.setdefault(key, (Counter(), {}))

    def writes(self) -> list[Increment]:
        """The increments. Raises `TooManyCounters`."""
        increments = [increment for family in self._free for increment in self._spread(*family)]
        for key, (counts, texts) in self._placed.items():
            changed = {name: number for name, number in counts.items() if number}
            if len(changed) > MAX_COUNTERS:
                raise TooManyCounters
            if changed or texts:
                increments.append(Increment(key, changed, texts))
        return increments

    def _spread(self, family: str, epoch: int) -> Iterator[Increment]:
        """In one document if they fit; which one, the first wallet's address decides. What is corrected, in all."""
        changed = [(name, number) for name, number in self._free[family, epoch].items() if number]
        info = self._info.get((family, epoch), {})
        keys = shard_keys(family, epoch)
        if len(changed) > MAX_COUNTERS * len(keys):
            raise TooManyCounters
        first = zlib.crc32(self._subject.encode()) % len(keys)
        corrected = self._corrected.get((family, epoch), {})
        for number in range(len(keys)):
            key = keys[(first + number) % len(keys)]
            counts = dict(changed[number * MAX_COUNTERS : (number + 1) * MAX_COUNTERS])
            texts = dict(info if number == 0 else corrected)
            if counts or texts:
                yield Increment(key, counts, texts)


def counted(before: Wallet | None, after: Wallet | None, now: datetime) -> list[Increment]:
    """The increments of a commit that creates, changes or deletes one wallet, and leaves its holdings alone."""
    changes = CounterChanges()
    changes.wallet(before, after, now)
    return changes.writes()


def _epoch(before: Wallet | Launch | None, after: Wallet | Launch | None) -> int:
    """The epoch in which a record is counted: a change never moves it to another one."""
    either = before or after
    return either.counted_in if either is not None else 0
