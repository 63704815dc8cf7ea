"""The functions of the language of `x-relations`. All take null for what is unknown, and are exact."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any

_MOST_SHOWN = 120
_DIGITS = 400
"""More than any amount of the contract has."""


def null_safe(function: Callable[..., Any], *arguments: Any) -> Any:
    """The function's value, null if an argument is."""
    return None if any(argument is None for argument in arguments) else function(*arguments)


def shown(value: Any) -> str:
    """A value for a message, shortened."""
    text = f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def shift(amount: str | int | None, places: int | None) -> str | None:
    """An integer divided by 10 to the power of `places`, as a canonical decimal (no exponent, no trailing zeros)."""
    if amount is None or places is None:
        return None
    digits = str(amount)
    sign = "-" if digits.startswith("-") else ""
    digits = digits.removeprefix("-").rjust(places + 1, "0")
    whole, fraction = digits[: len(digits) - places], digits[len(digits) - places :].rstrip("0")
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def number(value: str | int | None) -> Decimal | None:
    """A decimal string as a number."""
    return None if value is None else Decimal(value)


def total(values: Iterable[Any] | None) -> Any:
    """The sum; what is unknown adds nothing."""
    known = [value for value in values or () if value is not None]
    if not any(isinstance(value, Decimal) for value in known):
        return sum(known)
    with localcontext() as context:
        context.prec = _DIGITS
        return sum(known, Decimal())


def later(moment: str | None, milliseconds: int | None) -> str | None:
    """An instant so many milliseconds later, written as the contract writes instants."""
    if moment is None or milliseconds is None:
        return None
    then = datetime.fromisoformat(moment).astimezone(UTC) + timedelta(milliseconds=milliseconds)
    return f"{then:%Y-%m-%dT%H:%M:%S}.{then.microsecond // 1000:03}Z"


def quotient_up(dividend: Any, divisor: Any) -> int | None:
    """The smallest whole number that is not less than the quotient."""
    if dividend is None or divisor is None:
        return None
    whole, rest = divmod(Decimal(dividend), Decimal(divisor))
    return int(whole) + bool(rest)


def size(values: Sequence[Any] | None) -> int | None:
    """How many elements; of text, how many characters."""
    return None if values is None else len(values)


def unique(values: Iterable[Any] | None) -> bool:
    """Whether no two are equal."""
    seen = [json.dumps(value, sort_keys=True, default=str) for value in values or ()]
    return len(set(seen)) == len(seen)


def ascending(keys: Sequence[Any] | None) -> bool:
    """Whether each is at least the one before; lists compare by their first difference."""
    return all(first <= second for first, second in pairwise(keys or ()))


def descending(keys: Sequence[Any] | None) -> bool:
    """Whether each is at most the one before."""
    return all(first >= second for first, second in pairwise(keys or ()))


def values(mapping: Mapping[str, Any] | None) -> list[Any] | None:
    """The values of an object."""
    return None if mapping is None else list(mapping.values())


def keys(mapping: Mapping[str, Any] | None) -> list[str] | None:
    """The names of an object's fields, sorted."""
    return None if mapping is None else sorted(mapping)


def last(values: Sequence[Any] | None) -> Any:
    """The last element; null if there is none."""
    return values[-1] if values else None


def trimmed(amount: str | None) -> str | None:
    """A decimal's digits without the zeros and the point around them: equal for amounts that differ in scale only."""
    return None if amount is None else amount.replace(".", "").strip("0")


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "shift": shift,
    "number": number,
    "sum": total,
    "later": later,
    "quotient_up": quotient_up,
    "len": size,
    "unique": unique,
    "ascending": ascending,
    "descending": descending,
    "values": values,
    "keys": keys,
    "last": last,
    "trimmed": trimmed,
    "all": lambda many: all(many or ()),
    "any": lambda many: any(many or ()),
    "min": lambda *given: null_safe(min, *given) if len(given) > 1 else min(given[0] or [None]),
    "abs": lambda value: null_safe(abs, value),
}
"""By the names that expressions have for them."""
