"""The time that a refresh may take in all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from backends.errors import ChainTimeout

T = TypeVar("T")


async def within(deadline: float | None, work: Awaitable[T]) -> T:
    """The result of `work`, by the loop's time `deadline`, if there is one. Raises `ChainTimeout`."""
    try:
        async with asyncio.timeout_at(deadline):
            return await work
    except TimeoutError:
        raise ChainTimeout("The refresh took longer than it may.") from None
