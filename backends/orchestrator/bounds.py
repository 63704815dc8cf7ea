"""What fits into the store, and so into the contract: the types of the records' fields.

The stores check them whenever a record is written or read (`backends.real.document_codec`), so what a wrong answer
once got stored never gets out again. A test walks the contract's bounds and looks for each here.
"""

from __future__ import annotations

import time
from typing import Annotated

from pydantic import AfterValidator, Field

MAX_SLOT = 2**53 - 1
"""The contract's largest slot: the integers that every client can hold."""

MAX_LAMPORTS = 10**18
"""A thousand million SOL: above the supply of about 6.2e17 lamports, which grows by less than 5 % a year."""

SOLANA_BEGAN = 1_584_368_940
"""Unix time of the first block of the oldest chain, mainnet; no chain of today has older blocks."""

A_DAY_OF_SLOTS = 200_000
"""What is stored of a slot so far ahead of the chain can't be true: a `SolanaDataService` gives no slot that the chain
can't have reached, and no node that answers is so far behind.
"""

_SHORTEST_SLOT = 0.2
"""Seconds: half of what a slot takes on average. Over the years, that leaves room for chains that become quicker."""

_WRITTEN_AT = 1_767_225_600
"""Unix time at which this was true; a clock that says less is wrong."""


def latest_slot(now: float | None = None) -> int:
    """The largest slot that any chain can have reached at a Unix time; now, when left out."""
    return int((max(time.time() if now is None else now, _WRITTEN_AT) - SOLANA_BEGAN) / _SHORTEST_SLOT)


_LONG_REACHED = latest_slot(_WRITTEN_AT)


def _reached(slot: int) -> int:
    if slot > _LONG_REACHED and slot > latest_slot():
        raise ValueError("a slot that no chain has reached")
    return slot


Slot = Annotated[int, Field(ge=0, le=MAX_SLOT), AfterValidator(_reached)]
Lamports = Annotated[int, Field(ge=0, le=MAX_LAMPORTS)]
Count = Annotated[int, Field(ge=0, le=10**9)]

Address = Annotated[str, Field(max_length=44)]
Signature = Annotated[str, Field(max_length=88)]
Identifier = Annotated[str, Field(max_length=36)]
OperationId = Annotated[str, Field(max_length=35)]
TokenAccounts = Annotated[str, Field(max_length=12_000)]
"""A hundred rows of two addresses and an amount."""
LongText = Annotated[str, Field(max_length=2000)]
Label = Annotated[str, Field(max_length=100)]
Tag = Annotated[str, Field(max_length=32)]
Tags = Annotated[tuple[Tag, ...], Field(max_length=20)]
TokenName = Annotated[str, Field(max_length=64)]
TokenTicker = Annotated[str, Field(max_length=32)]
ErrorMessage = Annotated[str, Field(max_length=500)]
Actor = Annotated[str, Field(max_length=200)]
RequestId = Annotated[str, Field(max_length=128)]
AuditText = Annotated[str, Field(max_length=64)]
