"""One world for two servers: a faked chain on a port, and a clock that stands still for all of them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import base58
import yaml

from backends.clock_file import set_clock
from backends.mock.address_activity import ActivityLevel, AddressActivity, MoveKind, activity_of
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_names import FakeNames
from backends.mock.populate import wallet_address
from backends.mock.seed import Seed
from backends.mock.slots import block_time
from contract_tools.parity.chain_faults import FAULTS_BEGIN, MONTHS_END, chain_faults
from contract_tools.parity.named_wallets import named_wallets

BEGINNING = datetime(2026, 10, 26, tzinfo=UTC)
"""When it begins, for every seed: some days before a month ends. A server refuses a chain that is ahead of its
machine's clock.
"""

PAST_BEGINS = MONTHS_END - timedelta(hours=10)
"""When the readings through it begin."""

PAGE_ORIGIN = "https://console.example"
"""From where pages may call the servers: by default the modes differ in that on purpose."""

MOST_TRANSACTIONS = 40
"""Read of a wallet at a refresh: more than a result of a refresh-all lists."""
OFTEN_PAID_BY = FAULTS_BEGIN - timedelta(hours=1)
"""When a wallet is read that is often paid, for the first time."""
_LISTED = 20

_HOLDINGS = 10_000
_CROWD, _MINTS = range(14_000, 14_101), range(15_000, 15_600)
_DAYS = timedelta(days=3)
_AROUND_THE_END = timedelta(hours=9)
_FUNDED, _LOW = 250_000_000, 50_000_000  # lamports: the thresholds that the settings have by default
_SOL = 10**9


def address(number: int) -> str:
    """A valid address that nobody has the key of; the same number, the same address."""
    return base58.b58encode(hashlib.sha256(f"parity {number}".encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Payment:
    """An incoming transfer that is going to be made."""

    at: datetime
    lamports: int
    sender: str
    signature: str


@dataclass(frozen=True, slots=True)
class WorldAddresses:
    """The addresses of a world that a sequence of requests is about, by what each is for.

    `exact` hold what is said of them, by address in lamports: at each threshold, one below and one above, nothing,
    three times the same, and what no float holds. `moving` are paid now and then. `whale` has 10,000 holdings; None
    where that takes too long. `paid` is what one of `moving` receives at most in a transfer of the first eight hours,
    in lamports.
    """

    exact: dict[str, int]
    moving: tuple[str, ...]
    whale: str | None = None
    strangers: tuple[str, ...] = ()
    """Nobody registers them."""
    paid: dict[str, int] = field(default_factory=dict)
    receiver: str = ""
    """Is paid often, and registered when `scenarios` begin."""
    payments: tuple[Payment, ...] = ()
    """What the receiver is paid in the first days, oldest first."""
    unlucky: str = ""
    """The newest of its transactions has failed, when the readings through a month's end begin."""
    often_paid: str = ""
    """Is paid, in the transactions that are read of it by `OFTEN_PAID_BY`, more often than a result of a refresh-all
    lists.
    """
    unread_from: datetime = BEGINNING
    """The block time of the oldest of those: what is older is left unread."""
    crowd: tuple[str, ...] = ()
    """Hold the same, one more of them than a shard of a refresh-all has."""
    large: str = ""
    """Holds so many mints that they are not counted one by one."""
    dust: int = 0
    """Lamports: the setting that makes dust of half of what the receiver is paid, and of one payment, around a month's
    end, not quite.
    """


@dataclass(slots=True)
class Clock:
    """The time of all, which stands until it is moved."""

    path: Path
    now: datetime = BEGINNING

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        set_clock(self.path, self.now)


@dataclass(frozen=True, slots=True)
class SharedWorld:
    """A world that is there. `settings` make a server, mock or real, one of it."""

    chain: str
    clock: Clock
    addresses: WorldAddresses
    settings: dict[str, str] = field(default_factory=dict)


def world_addresses(seed: int, *, whale: bool = True) -> WorldAddresses:
    """The addresses of the world of a seed."""
    root = Seed(seed)
    amounts = [
        *(edge + step for edge in (_FUNDED, _LOW) for step in (-1, 0, 1)),
        *(0, 1, 2 * _SOL + 5, 2 * _SOL + 5, 2 * _SOL + 5, 2**53 + 1),
    ]
    exact = {address(1000 + number): lamports for number, lamports in enumerate(amounts)}
    numbers = range(2000, 4000)
    levels = (ActivityLevel.LIVELY, ActivityLevel.LIVELY, ActivityLevel.BUSY, ActivityLevel.QUIET, ActivityLevel.EMPTY)
    moving: list[str] = []
    for level in (*levels, ActivityLevel.BUSY):
        moving.append(
            next(
                found
                for found in map(address, numbers)
                if found not in moving and activity_of(root, base58.b58decode(found)).level is level
            )
        )
    receiver = moving.pop()
    strangers = tuple(address(number) for number in range(3))
    chain = FakeChain(root, FakeNames())
    late = sorted(each.lamports for each in _payments(chain, receiver, MONTHS_END, around=_AROUND_THE_END))
    paid = {moving[2]: _largest_transfer(activity_of(root, base58.b58decode(moving[2])))}
    return WorldAddresses(
        exact,
        tuple(moving),
        wallet_address(root, 0) if whale else None,
        strangers,
        paid,
        receiver,
        tuple(_payments(chain, receiver, BEGINNING + _DAYS / 2, around=_DAYS / 2)),
        _unlucky(root, numbers),
        *_often_paid(root),
        tuple(map(address, _CROWD)),
        address(_MINTS.stop),
        late[len(late) // 2] if late else 0,
    )


def _unlucky(root: Seed, numbers: range) -> str:
    for found in map(address, numbers):
        activity = activity_of(root, base58.b58decode(found))
        last = activity.last(_milliseconds(PAST_BEGINS))
        if activity.level in (ActivityLevel.LIVELY, ActivityLevel.QUIET) and last > 0 and activity.fails(last):
            return found
    return address(numbers.start)


def _often_paid(root: Seed) -> tuple[str, datetime]:
    """An address that is often paid, and from when on its transactions are read."""
    for found in map(address, range(10_000, 20_000)):
        activity = activity_of(root, base58.b58decode(found))
        if activity.level is ActivityLevel.BUSY:
            last = activity.last(_milliseconds(OFTEN_PAID_BY))
            good = (index for index in range(last, -1, -1) if not activity.fails(index))
            read = [activity.move(index) for index in islice(good, MOST_TRANSACTIONS)]
            if sum(move.kind is MoveKind.INCOMING for move in read) > _LISTED + 1:
                return found, block_time(activity.moment(read[-1].index))
    raise AssertionError("no address is paid often")


def _payments(chain: FakeChain, receiver: str, moment: datetime, *, around: timedelta) -> Iterator[Payment]:
    """What one sender each pays it, from so long before a moment until so long after it."""
    activity = chain.activity(receiver)
    first, last = (activity.last(_milliseconds(edge)) for edge in (moment - around, moment + around))
    for index in range(first + 1, last + 1):
        move = activity.move(index)
        if move.kind is MoveKind.INCOMING:
            transfers = [each for each in chain.transactions.transfers_of(receiver, move) if each.recipient == receiver]
            at = datetime.fromtimestamp(activity.moment(index) / 1000, UTC)
            if len({each.sender for each in transfers}) > 1:
                continue
            yield Payment(
                at,
                sum(each.lamports for each in transfers),
                transfers[0].sender,
                chain.transactions.signature(receiver, index),
            )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _largest_transfer(activity: AddressActivity) -> int:
    """The lamports of the largest incoming one, from when all is registered until all is refreshed again."""
    first, last = (
        activity.last(_milliseconds(BEGINNING + after)) for after in (timedelta(minutes=1), timedelta(hours=8))
    )
    moves = [activity.move(index) for index in range(first + 1, last + 1)]
    return max(move.lamports for move in moves if move.kind is MoveKind.INCOMING)


@contextmanager
def shared_world(seed: int, *, whale: bool = True) -> Iterator[SharedWorld]:
    """The world of a seed, for as long as this block lives."""
    from emulators.run_real import faked_chain  # needs what real mode needs; recordings are replayed without

    addresses = world_addresses(seed, whale=whale)
    named = [*named_wallets(addresses.exact, addresses.crowd, addresses.large, map(address, _MINTS))]
    with tempfile.TemporaryDirectory(prefix="wallet-orchestrator-parity-") as folder:
        clock = Clock(Path(folder) / "clock")
        clock.move(0)
        world = Path(folder) / "parity.yaml"
        description = {
            "wallets": 0,
            "whale_tokens": _HOLDINGS if whale else 0,
            "faults": list(chain_faults()),
            "named": named,
        }
        world.write_text(yaml.safe_dump(description, sort_keys=False), encoding="utf-8")
        settings = {"WALLET_CLOCK_FILE": str(clock.path), "WALLET_SEED": str(seed), "WALLET_WORLD": str(world)}
        settings |= {"WALLET_DUST_LAMPORTS": str(addresses.dust), "WALLET_CORS_ORIGINS": PAGE_ORIGIN}
        settings["WALLET_HISTORY_TRANSACTIONS"] = str(MOST_TRANSACTIONS)
        options = ("--clock-file", str(clock.path), "--seed", str(seed), "--world", str(world))
        with faked_chain(*options) as chain:
            yield SharedWorld(chain, clock, addresses, settings)
