"""The activity of an address on the faked chain: when it moves, and what each move does to its balance.

An activity is a sequence of moves, one a period, each at its own seeded moment inside the period. The balance
after a move is not added up: it is a seeded level, and the move's amount is the difference to the level
before. So the balance at any moment costs a hash or two, it is never negative, and the history adds up to it
exactly, however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from hashlib import blake2b

from .seed import Seed

FEE = 5_000
"""Lamports that an outgoing transaction costs its sender."""

STEP = 100_000
"""Lamports; levels are whole steps plus the address's dust."""

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_FIRST_BEGINNING = 1_704_067_200_000  # 2024-01-01, in milliseconds since the Unix epoch
_BEGINNINGS = 700 * _DAY
_RICH = 1_000_000
"""Steps (100 SOL) from which a balance swings by a fifth of what others do: such wallets make most of any total."""
_SWING = 24  # moves for which the slower half of the level stays
_PAIR, _APART = 8, 5
"""Of so many moves of an address without an end, two come so few milliseconds apart: nearly always in one slot."""


class ActivityLevel(Enum):
    """How often an address moves."""

    EMPTY = auto()
    DORMANT = auto()
    QUIET = auto()
    LIVELY = auto()
    BUSY = auto()


_ACTIVITY_LEVELS = (
    *(ActivityLevel.EMPTY,) * 2,
    *(ActivityLevel.DORMANT,) * 5,
    *(ActivityLevel.QUIET,) * 4,
    *(ActivityLevel.LIVELY,) * 4,
    ActivityLevel.BUSY,
)
_PERIODS = {
    ActivityLevel.DORMANT: (3 * _HOUR, 9 * _DAY),
    ActivityLevel.QUIET: (6 * _DAY, 30 * _DAY),
    ActivityLevel.LIVELY: (90 * _MINUTE, 180 * _MINUTE),
    ActivityLevel.BUSY: (20 * _MINUTE, 30 * _MINUTE),
}


class MoveKind(Enum):
    """What a move is."""

    INCOMING = auto()
    OUTGOING = auto()
    BUY = auto()
    SELL = auto()
    NOTHING = auto()
    """The transaction names the address and moves no lamports of it."""
    FAILED = auto()
    """A failed transaction that somebody else paid for."""


@dataclass(frozen=True, slots=True)
class Move:
    """One entry of an address's history. `lamports` is the change of the balance, fee included."""

    index: int
    kind: MoveKind
    lamports: int


@dataclass(frozen=True, slots=True)
class AddressActivity:
    """Everything that stays the same about one address. Times are milliseconds since the Unix epoch.

    `key` is the entropy of all that is particular to it. `moves` is how many there will ever be, None for one
    without an end; a `swept` address ends with nothing. `traded` is how many mints it trades in, `scale` the size of
    its balance in steps.
    """

    address: bytes
    key: bytes
    level: ActivityLevel
    begins: int
    period: int
    moves: int | None
    swept: bool
    scale: int
    dust: int
    traded: int

    def moment(self, index: int) -> int:
        """When a move happens: a tenth of a period after the one before, or more, up to two periods; of a pair the
        later milliseconds after the earlier.
        """
        jitter = self.entropy(index) % 900
        if self.moves is None and index % _PAIR in (5, 6):
            return self.begins + (index // _PAIR * _PAIR + 6) * self.period - _APART * (index % _PAIR == 5)
        return self.begins + index * self.period + self.period * jitter // 1000

    def last(self, at: int) -> int:
        """The index of the newest move up to a moment; -1 before the first."""
        if self.moves == 0 or at < self.begins:
            return -1
        index = (at - self.begins) // self.period
        if self.moves is not None and index >= self.moves:
            return self.moves - 1
        return index if self.moment(index) <= at else index - 1

    def balance(self, index: int) -> int:
        """Lamports after a move."""
        if index < 0 or (self.swept and self.moves is not None and index == self.moves - 1):
            return 0
        if self.fails(index):
            return self._level(index - 1)
        if self.is_trade(index):
            return self._level(index - 1) + self._proceeds(index)
        return self._level(index)

    def move(self, index: int) -> Move:
        """What a move did."""
        return self._move(index, self.balance(index) - self.balance(index - 1))

    def history(self, last: int) -> Iterator[Move]:
        """The moves from one backwards, each balance worked out once."""
        after = self.balance(last)
        for index in range(last, -1, -1):
            before = self.balance(index - 1)
            yield self._move(index, after - before)
            after = before

    def _move(self, index: int, change: int) -> Move:
        if self.fails(index):
            return Move(index, MoveKind.FAILED, 0)
        if self.is_trade(index):
            return Move(index, MoveKind.BUY if change < 0 else MoveKind.SELL, change)
        if change == 0:
            return Move(index, MoveKind.NOTHING, 0)
        return Move(index, MoveKind.INCOMING if change > 0 else MoveKind.OUTGOING, change)

    def is_trade(self, index: int) -> bool:
        """Every fourth move of an address that trades at all."""
        return index % 4 == 3 and self.traded > 0

    def mint_of(self, index: int) -> int:
        """Which of its mints a trade is about: they take turns."""
        return index // 4 % self.traded

    def trades(self, index: int, mint: int) -> int:
        """How many trades in one of its mints happened up to a move."""
        total = (index + 1) // 4
        return (total - mint + self.traded - 1) // self.traded

    def stake(self, mint: int, trades: int) -> int:
        """What it holds of a mint after so many trades in it, in thousandths of its usual position.

        Now and then nothing, until the next trade.
        """
        if trades == 0:
            return 0
        entropy = self._roll(b"stake", mint << 32 | trades)
        return 0 if trades % 2 == 0 and entropy % 4 == 0 else 1 + entropy // 4 % 100_000

    def _proceeds(self, index: int) -> int:
        """What a trade adds to the balance: less than nothing for a buy."""
        mint = self.mint_of(index)
        trades = self.trades(index, mint)
        before = self._level(index - 1) // STEP
        percent = 3 + (self.entropy(index) >> 24) % 20
        lamports = max(1, before * percent // 100) * STEP
        return lamports if self.stake(mint, trades) < self.stake(mint, trades - 1) else -lamports

    def fails(self, index: int) -> bool:
        """Whether a move is a failed transaction. Its neighbours never are."""
        return index % 4 == 1 and (self.entropy(index) >> 16) % 12 == 0

    def entropy(self, index: int) -> int:
        """The entropy of a move: 64 bits."""
        return self._roll(b"move", index)

    def _level(self, index: int) -> int:
        slow = self._roll(b"swing", index // _SWING) % 1000
        fast = (self.entropy(index) >> 32) % 1000
        swing = slow + fast // 2
        if self.scale >= _RICH:
            swing = 400 + swing // 5
        return self.scale * (400 + swing) // 1000 * STEP + self.dust

    def _roll(self, purpose: bytes, number: int) -> int:
        return _rolled(self.key, purpose, number)


@lru_cache(maxsize=2048)
def _rolled(key: bytes, purpose: bytes, number: int) -> int:
    """64 bits. One keyed hash, without `Seed`'s packing: a world of 10,000 wallets asks for a million of these, and for
    most of a move's several times in a row.
    """
    return int.from_bytes(blake2b(number.to_bytes(8), key=key, digest_size=8, person=purpose).digest())


def activity_of(seed: Seed, address: bytes, *, level: ActivityLevel | None = None) -> AddressActivity:
    """The activity of an address (32 bytes), of the level that its hash says unless one is given."""
    key = seed.derive(b"life", address)
    draws = _Draws(int.from_bytes(key))
    if level is None:
        level = _ACTIVITY_LEVELS[draws.below(16)]
    begins = _FIRST_BEGINNING + draws.below(_BEGINNINGS)
    shortest, longest = _PERIODS.get(level, (1, 2))
    period = shortest + draws.below(longest - shortest)
    swept = draws.below(6) == 0 and level is ActivityLevel.DORMANT
    moves = {ActivityLevel.EMPTY: 0, ActivityLevel.DORMANT: 1 + draws.below(24)}.get(level)
    if swept and moves is not None:
        moves += moves % 2 + 1  # the last move empties the address, so it is neither a trade nor a failure
    return AddressActivity(
        address=address,
        key=key,
        level=level,
        begins=begins,
        period=period,
        moves=moves,
        swept=swept,
        scale=(1 + draws.below(99)) * 10 ** (2 + draws.below(3) + (draws.below(16) == 0)),
        dust=890_880 + draws.below(STEP),
        traded=draws.below(3) * draws.below(5),
    )


class _Draws:
    """Small numbers out of one large one."""

    def __init__(self, entropy: int) -> None:
        self._entropy = entropy

    def below(self, limit: int) -> int:
        """0 to `limit` - 1."""
        self._entropy, value = divmod(self._entropy, limit)
        return value
