"""Rows of wallet lists as JSON, kept: a wallet that has not changed since it was listed is not serialized again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Stored, Version
from backends.orchestrator.records import Wallet
from backends.orchestrator.wallets.mappers import wallet_row
from generated_models import WalletPage, WalletPart

MOST_BYTES = 2 * 2**20
_OVERHEAD = 512
"""What a row takes beside its text."""

_ALWAYS = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Row:
    """The JSON of one version of a wallet, true at all moments from `since` on and before `until`."""

    version: Version
    since: datetime
    until: datetime
    json: bytes


class RowCache:
    """The most recently listed rows of one backend.

    Args:
        policy: by which freshness is judged.
        most_bytes: about how much memory may be used.
    """

    def __init__(self, policy: Policy, most_bytes: int = MOST_BYTES) -> None:
        self._policy = policy
        self._most = most_bytes
        self._size = 0
        self._rows: OrderedDict[str, _Row] = OrderedDict()

    def page(
        self, wallets: Iterable[Stored[Wallet]], now: datetime, *, next_page_token: str | None, total_size: int | None
    ) -> bytes:
        """The JSON of a `WalletPage` with these wallets, as they are judged at `now`."""
        empty = WalletPage(items=[], next_page_token=next_page_token, total_size=total_size)
        head, _, tail = empty.__pydantic_serializer__.to_json(empty).partition(b"[]")
        rows = b",".join([self._row(stored, now) for stored in wallets])
        return b"%b[%b]%b" % (head, rows, tail)

    def _row(self, stored: Stored[Wallet], now: datetime) -> bytes:
        key = stored.record.wallet_address
        row = self._rows.get(key)
        if row is not None and row.version == stored.version and row.since <= now < row.until:
            self._rows.move_to_end(key)
            return row.json
        json = wallet_row(stored.record, now, self._policy)
        if (span := self._span(stored.record, now)) is not None:
            self._keep(key, _Row(stored.version, *span, json))
        return json

    def _span(self, wallet: Wallet, now: datetime) -> tuple[datetime, datetime] | None:
        """From when and until when the row is the same as `now`; None if it changes by the moment, as that of a reading
        does whose clock was ahead.
        """
        read = [as_of for part in WalletPart if (as_of := wallet.parts.of(part).as_of) is not None]
        if any(as_of > now for as_of in read):
            return None
        turns = [*read, *(as_of + self._policy.cache_ttl for as_of in read)]
        since, until = _ALWAYS
        return max((each for each in turns if each <= now), default=since), min(
            (each for each in turns if each > now), default=until
        )

    def _keep(self, key: str, row: _Row) -> None:
        before = self._rows.pop(key, None)
        self._size += len(row.json) - len(before.json) if before else len(row.json) + _OVERHEAD
        self._rows[key] = row
        while self._size > self._most:
            _, dropped = self._rows.popitem(last=False)
            self._size -= len(dropped.json) + _OVERHEAD
