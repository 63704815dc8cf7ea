"""Plans scenarios: seeded lists of the requests that were made about a wallet before the mock was started."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from backends.errors import ChainRateLimited, ChainTimeout, ChainUnavailable
from generated_models import WalletPart, WalletStatus

from .address_activity import ActivityLevel, MoveKind
from .fake_chain import FakeChain
from .fake_names import FakeNames
from .scenario import Action, Failures, Launched, Metadata, Refreshed, Scheduled
from .world import WorldSpec

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_PAST = 97 * _DAY
"""How long ago the first refreshes were made: after a week of them, what they add up to is known for three months."""
_BETWEEN = {ActivityLevel.BUSY: _DAY, ActivityLevel.LIVELY: 3 * _DAY}
_SELDOM = 7 * _DAY
"""Between two refreshes of a wallet, on average."""
_YOUNG = {ActivityLevel.BUSY: 3, ActivityLevel.LIVELY: 28}
"""Days within which wallets that move often were created: all that they did since then is in their past."""
MOST_WALLETS_WITH_PAST = 500
"""Above it a world has no past but the last refresh of each wallet: it would take too long to make."""
_WHOLE = 40
"""Transactions up to which the first refresh reads all of a history."""
_MILLI_SOL = 1_000_000  # lamports
_ARCHIVED, _OTHERS = WalletStatus.ARCHIVED, tuple(WalletStatus)

_FAILURES: tuple[Failures, ...] = (
    dict.fromkeys(WalletPart, ChainUnavailable),
    dict.fromkeys(WalletPart, ChainTimeout),
    {WalletPart.token_holdings: ChainTimeout},
    {WalletPart.token_holdings: ChainRateLimited, WalletPart.funding_transactions: ChainRateLimited},
    {WalletPart.funding_transactions: ChainUnavailable},
)


class ScenarioPlanner:
    """Makes the scenario of any wallet.

    All moments are milliseconds since the Unix epoch; no request was made after `now`.
    """

    def __init__(self, chain: FakeChain, names: FakeNames, spec: WorldSpec, now: int, cache_ttl: timedelta) -> None:
        self._chain = chain
        self._names = names
        self._spec = spec
        self._now = now
        self._ttl = cache_ttl // timedelta(milliseconds=1)

    def created_at(self, address: str) -> int:
        """When the wallet was created: two days to half a year ago, the same moment all through a day."""
        if address in self._chain.recorded_changes:
            return self._now - self._now % _DAY - _PAST
        days = 3 + self._roll("created", address, _YOUNG.get(self._chain.activity(address).level, 180))
        return self._now - self._now % _DAY - days * _DAY + self._roll("hour", address, _DAY)

    def metadata(self, address: str) -> Metadata:
        """The label and the rest."""
        spec = self._spec
        number = self._chain.seed.number(b"words", address)
        archived = self._roll("archived", address, 3) > 0
        override = _ARCHIVED if archived else _OTHERS[self._roll("override", address, len(_OTHERS))]
        return Metadata(
            label=self._names.label(number) if self._happens("label", address, spec.labelled_percent) else None,
            notes=self._names.note(number) if self._happens("note", address, spec.noted_percent) else None,
            tags=self._names.tags(number),
            status_override=override if self._happens("status", address, spec.overridden_percent) else None,
        )

    def actions(self, address: str, created_at: int) -> list[Action]:
        """The requests about the wallet, in the order in which they were made."""
        refreshes = list(self._refreshes(address, created_at))
        many = self._chain.recorded_changes.get(address)
        if many is not None:
            return list(self._after_each_change(address, many))
        read_at = refreshes[0].at if refreshes else None
        if read_at is not None and self._spec.wallets <= MOST_WALLETS_WITH_PAST:
            refreshes = self._with_budgets(address, [*self._earlier(address, created_at, read_at), *refreshes])
        found: list[Action] = [
            *refreshes,
            *self._schedules(address, created_at, read_at),
            *self._launches(address, created_at),
        ]
        return sorted(found, key=lambda action: action.at)

    def _after_each_change(self, address: str, many: int) -> Iterator[Refreshed]:
        """A refresh of the balance just before, and just after each of, the newest moves that changed it. Only the last
        one is of all parts: a start has no time for more.
        """
        activity = self._chain.activity(address)
        moments: list[int] = []
        for move in activity.history(activity.last(self._now - 1)):
            if len(moments) > many:
                break
            if move.lamports:
                moments.append(activity.moment(move.index) + 1)
        for at in reversed(moments):
            yield Refreshed(at, {}, only_balance=at != moments[0])

    def _earlier(self, address: str, created_at: int, before: int) -> list[Refreshed]:
        """The refreshes of the last months, some days apart: what a balance history is made of.

        Of those between which nothing happened the first and the last are enough.
        """
        start = max(created_at, self._now - _PAST)
        between = _BETWEEN.get(self._chain.activity(address).level, _SELDOM)
        moments = [
            start + number * between + self._roll(f"refresh {number}", address, between * 3 // 4)
            for number in range((before - start) // between)
        ]
        seen = [None, *(self._chain.seen(address, at) for at in moments), self._chain.seen(address, before)]
        return [
            Refreshed(at, {})
            for at, (earlier, now, later) in zip(moments, zip(seen, seen[1:], seen[2:], strict=False), strict=True)
            if earlier != now or now != later
        ]

    def _with_budgets(self, address: str, refreshes: list[Refreshed]) -> list[Refreshed]:
        known: int | None = None
        found = []
        for each in refreshes:
            moves, _ = self._chain.seen(address, each.at)
            if known is not None:
                found.append(replace(each, listed=moves - known + 1, read=max(1, moves - known)))
            elif moves <= _WHOLE:
                found.append(replace(each, listed=_WHOLE + 1, read=_WHOLE))
            else:
                found.append(each)
            if WalletPart.funding_transactions not in each.failures and not each.only_failures:
                known = moves
        return found

    def _refreshes(self, address: str, created_at: int) -> Iterator[Refreshed]:
        spec = self._spec
        freshness = self._roll("freshness", address, 100)
        permille = self._roll("age", address, 1000)
        failures = _FAILURES[self._roll("failures", address, len(_FAILURES))]
        if freshness < spec.never_percent:
            return
        if freshness < spec.never_percent + spec.failing_percent:
            tried_at = self._ago(created_at, self._ttl * (10 + permille // 5) // 1000)
            if permille % 5:
                yield Refreshed(self._ago(created_at, self._ttl * (300 + permille * 10) // 1000), {})
            yield Refreshed(tried_at, failures, only_failures=bool(permille % 5))
        elif freshness < spec.never_percent + spec.failing_percent + spec.stale_percent:
            yield Refreshed(self._ago(created_at, self._ttl * (1100 + permille * 30) // 1000), {})
        else:
            yield Refreshed(self._ago(created_at, self._ttl * (20 + permille // 2) // 1000), {})

    def _schedules(self, address: str, created_at: int, read_at: int | None) -> Iterator[Scheduled]:
        spec = self._spec
        much = (self._chain.balance(address, self._now) * 5 // _MILLI_SOL + 1000) * _MILLI_SOL
        if self._happens("open", address, spec.open_percent):
            for number in range(1 + self._roll("how many open", address, 3)):
                at = self._ago(created_at, self._roll(f"open {number}", address, 2 * _DAY))
                due = self._now + _HOUR + self._roll(f"due {number}", address, 14 * _DAY)
                yield Scheduled(at, much * (number + 1), due, self._note(address, number))
        if self._happens("overdue", address, spec.overdue_percent):
            at = self._ago(created_at, _DAY + self._roll("overdue at", address, _DAY))
            due = min(self._now - 1, at + _HOUR + self._roll("overdue for", address, 20 * _HOUR))
            yield Scheduled(at, much * 2, due, self._note(address, 3))
        if self._happens("cancelled", address, spec.cancelled_percent):
            at = self._ago(created_at, _DAY + self._roll("cancelled at", address, _DAY))
            given_up = min(self._now, at + self._roll("given up", address, 10 * _HOUR))
            yield Scheduled(at, much, given_up + _DAY, self._note(address, 4), cancelled_at=given_up)
        if read_at is not None and self._happens("completed", address, spec.completed_percent):
            yield from self._completed(address, created_at, read_at)

    def _completed(self, address: str, created_at: int, read_at: int) -> Iterator[Scheduled]:
        """A schedule that the reading at `read_at` finds completed by one of the newest transfers."""
        activity = self._chain.activity(address)
        last = activity.last(read_at)
        for index in range(last, max(-1, last - 12), -1):
            at = activity.moment(index)
            move = activity.move(index)
            if move.kind is MoveKind.INCOMING and at > created_at:
                before = _MINUTE + self._roll("before", address, min(12 * _HOUR, 40 * activity.period))
                percent = 50 + self._roll("percent", address, 51)
                lamports = move.lamports * percent // 100 // _MILLI_SOL * _MILLI_SOL or move.lamports
                scheduled_at = max(created_at, at - before)
                yield Scheduled(scheduled_at, lamports, at + _HOUR, self._note(address, 5))
                return

    def _launches(self, address: str, created_at: int) -> Iterator[Launched]:
        if not self._happens("launches", address, self._spec.launching_percent):
            return
        chain = self._chain
        activity = chain.activity(address)
        many = 1 + self._roll("how many launches", address, 4)
        mints = [held.mint_address for held in chain.holdings(address, self._now)]
        own = [mint for mint in mints if mint not in chain.tokens.popular][:many]
        own += [chain.seed.address(b"launched mint", address, number) for number in range(len(own), many)]
        for number, mint in enumerate(own):
            span = self._now - created_at
            launched_at = created_at + span * self._roll(f"launch {number}", address, 1000) // 1000
            at = min(self._now, launched_at + _MINUTE + self._roll(f"recorded {number}", address, _HOUR))
            index = activity.last(launched_at)
            named = chain.tokens.facts(mint).named
            token = self._names.token(chain.seed.number(b"launch words", mint))
            yield Launched(
                at=at,
                mint=mint,
                name=named.name or token[0],
                ticker=named.ticker or token[1],
                launched_at=launched_at,
                signature=chain.transactions.signature(address, index) if index >= 0 else None,
            )

    def _note(self, address: str, number: int) -> str | None:
        if self._happens(f"schedule note {number}", address, 60):
            return self._names.note(self._chain.seed.number(b"schedule words", address, number))
        return None

    def _ago(self, created_at: int, age: int) -> int:
        return max(created_at, self._now - age)

    def _happens(self, what: str, address: str, percent: int) -> bool:
        return self._roll(what, address, 100) < percent

    def _roll(self, what: str, address: str, sides: int) -> int:
        return self._chain.seed.number(b"plan", what, address) % sides
