"""Walks through a wallet's transaction history, newest first, as far as a budget allows; what is left is a gap."""

from __future__ import annotations

from collections.abc import Sequence

from backends.errors import ChainUnavailable
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import SignatureInfo, SolanaDataService
from backends.orchestrator.records import HistoryGap

_A_REQUEST = 1_000
"""Entries of a history that one request brings."""
_OF_A_GAP = 100
"""Entries that one request brings where no more are needed than can be read."""
_MOST_ENTRIES = 1_000
"""Entries that one reading takes in: failed transactions cost no request, but room in the store."""


class HistoryWalk:
    """One walk through a history: what it may still ask for, and the entries that it has `taken` in. `oldest` is the
    first transaction that ever succeeded, if this walk has met it.
    """

    def __init__(self, chain: SolanaDataService, address: str, policy: Policy) -> None:
        self._chain = chain
        self._address = address
        self._listable = policy.history_limit
        self._readable = policy.history_transactions
        self.taken: list[SignatureInfo] = []
        self.oldest: str | None = None

    async def into(self, gap: HistoryGap, left: list[HistoryGap]) -> list[SignatureInfo]:
        """Take in what the budget allows of a gap, newest first; what stays unread goes to `left`. What was listed."""
        if self._readable < 1 or self._listable < 1:
            left.append(gap)
            return []
        whole = gap.before is None and gap.until is None
        entries, ended = await self._list(gap, whole=whole)
        if not entries and gap.listed:
            left.append(gap)  # the node has lost its place in the history, not the history
            return []
        end, until = len(entries), (gap.until, gap.until_slot)
        count = self._affordable(entries, self._readable)
        first = _first_success(entries) if whole and ended else None
        if first is not None:
            self.oldest = entries[first].signature
            if count <= first and self._readable > 1:
                count = self._affordable(entries, self._readable - 1)
                end, until = first, (entries[first].signature, entries[first].slot)
        self._take([*entries[:count], *entries[end:]])
        if count < end or not ended:
            last = entries[count - 1] if count else None
            left.append(
                HistoryGap(
                    before=last.signature if last else gap.before,
                    before_slot=last.slot if last else gap.before_slot,
                    before_time=(last.block_time if last else None) or gap.before_time,
                    until=until[0],
                    until_slot=until[1],
                    listed=count < end,
                )
            )
        return entries

    async def _list(self, gap: HistoryGap, *, whole: bool) -> tuple[list[SignatureInfo], bool]:
        """The newest entries of a gap, and whether they are all: as many as can be afforded, but of a `whole` history
        all that may be listed, for where it begins is worth knowing.
        """
        entries: list[SignatureInfo] = []
        before, before_slot = gap.before, gap.before_slot
        while self._listable > 0:
            limit = min(_A_REQUEST if gap.before is None else max(_OF_A_GAP, self._readable), self._listable)
            page = await self._chain.signatures(self._address, before=before, until=gap.until, limit=limit)
            self._listable -= max(1, len(page))
            if before_slot is not None and page and page[0].slot > before_slot:
                raise ChainUnavailable("The Solana RPC listed newer transactions than it was asked for.")
            # A node that doesn't know `until` any more answers as if it were not given.
            new = [entry for entry in page if entry.signature != gap.until and entry.slot >= gap.until_slot]
            entries += new
            if len(page) < limit or len(new) < len(page):
                return entries, True
            if not whole and self._affordable(entries, self._readable) < len(entries):
                return entries, False
            before, before_slot = page[-1].signature, page[-1].slot
        return entries, False

    def _affordable(self, entries: Sequence[SignatureInfo], readable: int) -> int:
        """How many of the first entries can be taken in, when `readable` transactions may be asked for."""
        for count, entry in enumerate(entries):
            readable -= not entry.failed
            if readable < 0 or len(self.taken) + count >= _MOST_ENTRIES:
                return count
        return len(entries)

    def _take(self, entries: Sequence[SignatureInfo]) -> None:
        self.taken += entries
        self._readable -= sum(not entry.failed for entry in entries)


def _first_success(entries: Sequence[SignatureInfo]) -> int | None:
    return next((at for at in reversed(range(len(entries))) if not entries[at].failed), None)
