"""Counts and sums by the tallies that SQLite keeps (`sqlite_tallies`)."""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from backends.orchestrator.ports import Op, Query, Value, Where
from backends.orchestrator.records import CacheClass, Record, Wallet
from backends.orchestrator.timestamps import format_timestamp
from backends.real.sqlite_tallies import BALANCE_BITS, BALANCES, LISTED, LOW, MINUTE, TALLIES, TEN_MINUTES, table_of
from generated_models import WalletStatus

Clause = tuple[str, tuple[Any, ...]]
"""A piece of SQL and what is bound in it."""


@dataclass(frozen=True, slots=True)
class _Range:
    """What a query by a range matches: the rows of whole groups of a tally (a condition on `value`), and those in the
    groups in which the bound lies (a condition on the fields).
    """

    tally: str
    groups: Clause
    rest: Clause

    def total(self, kind: type[Record], fields: str, columns: Sequence[tuple[str, str]]) -> Clause:
        """Totals, each a column of the tallies and the same over the fields."""
        (groups, bound), (rest, also) = self.groups, self.rest
        totals = [
            f"ifnull((SELECT sum({kept}) FROM {table_of(kind)} WHERE name = '{self.tally}' AND ({groups})), 0) "
            f"+ ifnull((SELECT {own} FROM {fields} WHERE {rest}), 0)"
            for kept, own in columns
        ]
        return f"SELECT {', '.join(totals)}", (*bound, *also) * len(columns)


def count(query: Query[Any], fields: str) -> Clause | None:
    """How many match; None for what no tally tells. `fields` is the table of the kind's fields."""
    if (ranged := _range_of(query)) is not None:
        return ranged.total(query.kind, fields, [("rows", "count(*)")])
    if (found := _tally_of(query)) is not None:
        table = table_of(query.kind)
        return f"SELECT ifnull((SELECT rows FROM {table} WHERE name = ? AND value = ?), 0)", found
    return None


def sums(query: Query[Any], names: list[str], fields: str) -> Clause | None:
    """High and low half of each field's sum; None for what no tally tells."""
    summed = {tally.name: tally.summed for tally in TALLIES.get(query.kind, ())}
    if (ranged := _range_of(query)) is not None and names == [field := summed[ranged.tally]]:
        return ranged.total(query.kind, fields, [("high", f'sum("{field}" >> 32)'), ("low", f'sum("{field}" & {LOW})')])
    if (found := _tally_of(query)) is not None and names == [summed.get(found[0])]:
        one = f"FROM {table_of(query.kind)} WHERE name = ? AND value = ?"
        return f"SELECT ifnull((SELECT high {one}), 0), ifnull((SELECT low {one}), 0)", (*found, *found)
    return None


def _range_of(query: Query[Any]) -> _Range | None:
    if query.kind is not Wallet or not query.where:
        return None
    match query.where:
        case (Where(field="cache_class", op=Op.EQ, value="ok"), Where(field="oldest_as_of", op=op, value=bound)):
            text = _stamp(bound)
            minute = text[:MINUTE]
            rest = (
                f'"cache_class" = \'ok\' AND "oldest_as_of" >= ? AND "oldest_as_of" < ? AND "oldest_as_of" {op.value} ?'
            )
            return _Range("minute", (f"value {op.value[0]} ?", (minute,)), (rest, (minute, f"{minute}~", text)))
        case (Where(field="last_balance_lamports", op=Op.LT, value=int(bound)),):
            group = min(bound >> BALANCE_BITS, BALANCES)
            rest = '"last_balance_lamports" >= ? AND "last_balance_lamports" < ?'
            return _Range("balance", ("value < ?", (group,)), (rest, (group << BALANCE_BITS, bound)))
        case (*equal, Where(field="discover_after", op=Op.GT, value=bound)):
            return _discoveries_after(_stamp(bound), equal)
        case _:
            return None


def _discoveries_after(text: str, equal: Sequence[Where]) -> _Range | None:
    """Those whose token accounts are looked for after a moment, of a status and a class, or of all of them."""
    wanted = {each.field: each.value for each in equal if each.op is Op.EQ}
    archived = WalletStatus.ARCHIVED.value
    if (
        len(wanted) < len(equal)
        or wanted.keys() - {"status", "cache_class"}
        or wanted.get("status", archived) != archived
    ):
        return None
    minutes = text[:TEN_MINUTES]
    groups = [
        f"{is_archived}{cache_class}"
        for is_archived in ("1" if "status" in wanted else "01")
        for cache_class in ([wanted["cache_class"]] if "cache_class" in wanted else get_args(CacheClass))
    ]
    conditions = "".join(f' AND "{field}" = ?' for field in wanted)
    return _Range(
        "discovery",
        (
            " OR ".join(["(value > ? AND value < ?)"] * len(groups)),
            tuple(bound for group in groups for bound in (f"{group}{minutes}", f"{group}~")),
        ),
        (f'"discover_after" > ? AND "discover_after" < ?{conditions}', (text, f"{minutes}~", *wanted.values())),
    )


def _tally_of(query: Query[Any]) -> tuple[str, Any] | None:
    """The tally's name and the group that a query's conditions are."""
    names = {*(tally.name for tally in TALLIES.get(query.kind, ())), *LISTED.get(query.kind, ())}
    found: tuple[str, Any] | None = None
    match query.where:
        case ():
            found = "all", ""
        case (Where(field="parts.sol_balance.as_of", op=Op.EQ, value=None),):
            found = "unread", 1
        case (Where(field=field, op=Op.EQ, value=value),):
            found = field, "" if value is None else value
        case (Where(field=field, op=Op.CONTAINS, value=value),):
            found = field, value
        case (Where(field="status", op=Op.EQ, value="FUNDED"), Where(field="launch_count", op=Op.EQ, value=0)):
            found = "idle", 1
    return found if found is not None and found[0] in names else None


def _stamp(value: Value) -> str:
    if not isinstance(value, datetime):
        raise TypeError("a reading is compared with a moment")
    return format_timestamp(value)
