"""Counts and sums by the tallies that SQLite keeps (`sqlite_tallies`)."""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

from backends.orchestrator.ports import Op, Query, Value, Where
from backends.orchestrator.queries import COUNTED
from backends.orchestrator.records import CacheClass, Record, Wallet
from backends.orchestrator.timestamps import format_timestamp
from backends.real.sqlite_tallies import BALANCE_BITS, BALANCES, LISTED, LOW, MINUTE, TALLIES, TEN_MINUTES, table_of
from generated_models import WalletStatus

Clause = tuple[str, tuple[Any, ...]]
"""A piece of SQL and what is bound in it."""


@dataclass(frozen=True, slots=True)
class _Range:
    """What a query by a range matches: the rows of whole groups of a tally (conditions on `value`), and those in the
    groups in which a bound lies (conditions on the fields), of which a group and a row meet one at most; without what
    another range matches of them. (Several conditions in one SELECT would cost the index.)
    """

    tally: str
    groups: tuple[Clause, ...]
    rests: tuple[Clause, ...]
    without: _Range | None = None

    def total(self, kind: type[Record], fields: str, columns: Sequence[tuple[str, str]]) -> Clause:
        """Totals, each a column of the tallies and the same over the fields."""
        selects = list(self.sources(kind, fields, columns))
        names = [f"total{number}" for number in range(len(columns))]
        totals = ", ".join(f"ifnull(sum({name}), 0)" for name in names)
        union = " UNION ALL ".join(select for select, _ in selects)
        # A common table names the columns of the union, which has no names of its own.
        found = f"WITH found ({', '.join(names)}) AS ({union}) SELECT {totals} FROM found"
        return found, tuple(value for _, values in selects for value in values)

    def sources(
        self, kind: type[Record], fields: str, columns: Sequence[tuple[str, str]], *, taken: bool = False
    ) -> Iterator[Clause]:
        """Statements whose rows add up to the totals, or are `taken` off them."""
        sign = "-" if taken else ""
        kept, own = (", ".join(f"{sign}{each[side]}" for each in columns) for side in (0, 1))
        for condition, bound in self.groups:
            yield f"SELECT {kept} FROM {table_of(kind)} WHERE name = '{self.tally}' AND {condition}", bound
        for condition, bound in self.rests:
            yield f"SELECT {own} FROM {fields} WHERE {condition}", bound
        if self.without is not None:
            yield from self.without.sources(kind, fields, columns, taken=not taken)


def needs_no_index(query: Query[Any]) -> bool:
    """Whether a query that is only counted and added up is told by tallies, and the indexes of others."""
    narrowed = {"status", "discover_after", "parts.sol_balance.as_of"} & {each.field for each in query.where}
    by_reading = {"oldest_as_of", "parts.sol_balance.as_of"} & {each.field for each in query.where}
    return query in COUNTED and bool(narrowed and by_reading) and count(query, "fields") is not None


def count(query: Query[Any], fields: str) -> Clause | None:
    """How many match; None for what no tally tells. `fields` is the table of the kind's fields."""
    if (ranged := _range_of(query)) is not None:
        return ranged.total(query.kind, fields, [("sum(rows)", "count(*)")])
    if (found := _tally_of(query)) is not None:
        table = table_of(query.kind)
        return f"SELECT ifnull((SELECT rows FROM {table} WHERE name = ? AND value = ?), 0)", found
    return None


def sums(query: Query[Any], names: list[str], fields: str) -> Clause | None:
    """High and low half of each field's sum; None for what no tally tells."""
    summed = {tally.name: tally.summed for tally in TALLIES.get(query.kind, ())}
    if (ranged := _range_of(query)) is not None and names == [field := summed[ranged.tally]]:
        halves = ("sum(high)", f'sum("{field}" >> 32)'), ("sum(low)", f'sum("{field}" & {LOW})')
        return ranged.total(query.kind, fields, halves)
    if (found := _tally_of(query)) is not None and names == [summed.get(found[0])]:
        one = f"FROM {table_of(query.kind)} WHERE name = ? AND value = ?"
        return f"SELECT ifnull((SELECT high {one}), 0), ifnull((SELECT low {one}), 0)", (*found, *found)
    return None


def _range_of(query: Query[Any]) -> _Range | None:
    if query.kind is not Wallet or not query.where:
        return None
    match query.where:
        case (
            *equal,
            Where(field="oldest_as_of", op=Op.GT, value=after),
            Where(field="oldest_as_of", op=Op.LT, value=before),
        ):
            return _read_within(_stamp(after), _stamp(before), equal)
        case (*equal, Where(field="oldest_as_of", op=Op.OUTSIDE) as by_reading):
            return _read_outside(by_reading, equal)
        case (
            *equal,
            Where(field="oldest_as_of", op=Op.OUTSIDE) as by_reading,
            Where(field="discover_after", op=Op.GT) as due,
        ):
            return _discoveries_of_read_outside(by_reading, due, equal)
        case (Where(field="last_balance_lamports", op=Op.LT, value=int(bound)),):
            group = min(bound >> BALANCE_BITS, BALANCES)
            rest = '"last_balance_lamports" >= ? AND "last_balance_lamports" < ?'
            return _Range("balance", (("value < ?", (group,)),), ((rest, (group << BALANCE_BITS, bound)),))
        case (*equal, Where(field="discover_after", op=Op.GT, value=bound)):
            return _discoveries_after(_stamp(bound), equal)
        case _:
            return None


def _read(text: str, op: Op, equal: Sequence[Where]) -> _Range | None:
    """Those without an error whose oldest reading is from before or after a moment, or the archived ones of them."""
    if (wanted := _only(equal, {"status", "cache_class"})) is None or wanted.get("cache_class") != "ok":
        return None
    minute, archived = text[:MINUTE], _archived(wanted)
    within = f'{_by_reading(wanted)}"oldest_as_of" >= ? AND "oldest_as_of" < ? AND "oldest_as_of" {op.value} ?'
    ranges = [
        (is_archived, f"{is_archived}{minute}")
        if op in (Op.LT, Op.LE)
        else (f"{is_archived}{minute}~", f"{is_archived}~")
        for is_archived in archived
    ]
    return _Range("read", _within(ranges), ((within, (*wanted.values(), minute, f"{minute}~", text)),))


def _read_outside(by_reading: Where, equal: Sequence[Where]) -> _Range | None:
    """The same, up to a moment or from another one on."""
    low, high = map(_stamp, by_reading.outside)
    before, after = _read(low, Op.LE, equal), _read(high, Op.GE, equal)
    return before and after and replace(before, groups=before.groups + after.groups, rests=before.rests + after.rests)


def _read_within(low: str, high: str, equal: Sequence[Where]) -> _Range | None:
    """The same, between two moments."""
    since = _read(low, Op.GT, equal)
    return since and replace(since, without=_read(high, Op.GE, equal))


def _discoveries_after(text: str, equal: Sequence[Where]) -> _Range | None:
    """Those whose token accounts are looked for after a moment, of a status and a class, or of all of them."""
    if (wanted := _only(equal, {"status", "cache_class"})) is None:
        return None
    minutes = text[:TEN_MINUTES]
    classes = [wanted["cache_class"]] if "cache_class" in wanted else get_args(CacheClass)
    groups = [f"{is_archived}{cache_class}" for is_archived in _archived(wanted) for cache_class in classes]
    rest = f'{_conditions(wanted)}"discover_after" > ? AND "discover_after" < ?'
    return _Range(
        "discovery",
        _within([(f"{group}{minutes}~", f"{group}~") for group in groups]),
        ((rest, (*wanted.values(), text, f"{minutes}~")),),
    )


def _discoveries_of_read_outside(by_reading: Where, due: Where, equal: Sequence[Where]) -> _Range | None:
    """Those of the former that were last read up to a moment or from another one on: all of them but those that were
    read between, which are as many as were read in a time to live at most.
    """
    low, high = map(_stamp, by_reading.outside)
    after = _stamp(due.value)
    every = _discoveries_after(after, equal)
    if (
        every is None
        or (wanted := _only(equal, {"status", "cache_class"})) is None
        or wanted.get("cache_class") != "ok"
    ):
        return None
    unread = f'{_by_reading(wanted)}"oldest_as_of" IS NULL AND +"discover_after" > ?', (*wanted.values(), after)
    since = _discoveries_of_read_since(low, Op.GT, after, wanted)
    between = replace(since, without=_discoveries_of_read_since(high, Op.GE, after, wanted))
    return replace(every, without=replace(between, rests=(*between.rests, unread)))


def _discoveries_of_read_since(text: str, op: Op, after: str, wanted: Mapping[str, Value]) -> _Range:
    """Those whose token accounts are looked for after a moment, and that were last read since a moment."""
    minute, minutes = text[:MINUTE], after[:TEN_MINUTES]
    groups = _within([(f"{is_archived}{minute}~", f"{is_archived}~") for is_archived in _archived(wanted)])
    return _Range(
        "read_and_discovery",
        tuple((f"{group} AND substr(value, {MINUTE + 2}) > ?", (*ends, minutes)) for group, ends in groups),
        (
            (
                f'{_by_reading(wanted)}"oldest_as_of" {op.value} ? AND "oldest_as_of" < ? AND +"discover_after" > ?',
                (*wanted.values(), text, f"{minute}~", after),
            ),
            (
                f'{_conditions(wanted)}"discover_after" > ? AND "discover_after" < ? AND +"oldest_as_of" >= ?',
                (*wanted.values(), after, f"{minutes}~", f"{minute}~"),
            ),
        ),
    )


def _only(equal: Sequence[Where], fields: set[str]) -> dict[str, Value] | None:
    """The values that some fields have to have; None for other conditions."""
    wanted = {each.field: each.value for each in equal if each.op is Op.EQ and not isinstance(each.value, tuple)}
    archived = WalletStatus.ARCHIVED.value
    if len(wanted) < len(equal) or wanted.keys() - fields or wanted.get("status", archived) != archived:
        return None
    return wanted


def _archived(wanted: Mapping[str, Value]) -> str:
    """How the groups begin: with whether a wallet is archived."""
    return "1" if "status" in wanted else "01"


def _conditions(wanted: Mapping[str, Value]) -> str:
    return "".join(f'"{field}" = ? AND ' for field in wanted)


def _by_reading(wanted: Mapping[str, Value]) -> str:
    """The same for a search by the reading: the status is in no index beside it."""
    return _conditions(wanted).replace('"status"', '+"status"')


def _within(ranges: Sequence[tuple[str, str]]) -> tuple[Clause, ...]:
    """The groups from one text to before another, for each pair of them."""
    return tuple(("value >= ? AND value < ?", ends) for ends in ranges)


def _tally_of(query: Query[Any]) -> tuple[str, Any] | None:
    """The tally's name and the group that a query's conditions are."""
    names = {*(tally.name for tally in TALLIES.get(query.kind, ())), *LISTED.get(query.kind, ())}
    found: tuple[str, Any] | None = None
    match query.where:
        case ():
            found = "all", ""
        case (Where(field="parts.sol_balance.as_of", op=Op.EQ, value=None),):
            found = "unread", 1
        case (Where(field="status", op=Op.EQ, value="ARCHIVED"), Where(field="parts.sol_balance.as_of", value=None)):
            found = "archived_unread", 1
        case (Where(field=field, op=Op.EQ, value=value),):
            found = field, "" if value is None else value
        case (Where(field=field, op=Op.CONTAINS, value=value),):
            found = field, value
        case (Where(field="status", op=Op.EQ, value="FUNDED"), Where(field="launch_count", op=Op.EQ, value=0)):
            found = "idle", 1
    return found if found is not None and found[0] in names else None


def _stamp(value: Value | tuple[datetime, datetime]) -> str:
    if not isinstance(value, datetime):
        raise TypeError("a reading is compared with a moment")
    return format_timestamp(value)
