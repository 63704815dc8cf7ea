"""Rows of numbers as short text: variable-length integers, each row against the one before it, in base64.

The stores keep text and no bytes. A row that an earlier release wrote must stay readable, so the first byte names the
layout.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LONGEST = 19  # bytes of an integer: 128 bits and a sign


class Unpackable(ValueError):
    """The text is none that a `Packer` made."""


def to_ms(moment: datetime) -> int:
    """Milliseconds since the Unix epoch."""
    return (moment - EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """The moment so many milliseconds after the Unix epoch. Raises `Unpackable` when there is no such moment."""
    try:
        return EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        raise Unpackable from None


class Packer:
    """Writes integers and bytes one after the other."""

    def __init__(self, layout: int) -> None:
        self._bytes = bytearray([layout])

    def natural(self, value: int) -> None:
        """An integer from 0 up."""
        while value > 0x7F:
            self._bytes.append(0x80 | value & 0x7F)
            value >>= 7
        self._bytes.append(value)

    def integer(self, value: int) -> None:
        """Any integer; the nearer to 0, the shorter."""
        self.natural(value * 2 if value >= 0 else -value * 2 - 1)

    def word(self, text: str) -> None:
        """An address, a signature: short text. (As bytes it would be a quarter shorter, and fifty times as slow.)"""
        raw = text.encode()
        if len(raw) < 0x80:  # as nearly all are
            self._bytes.append(len(raw))
        else:
            self.natural(len(raw))
        self._bytes += raw

    def text(self) -> str:
        """All of it."""
        return base64.b64encode(self._bytes).decode()


class Unpacker:
    """Reads what a `Packer` wrote, in its order. Everything raises `Unpackable` for what is none."""

    def __init__(self, text: str, layout: int) -> None:
        try:
            self._bytes = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise Unpackable from None
        if not self._bytes or self._bytes[0] != layout:
            raise Unpackable
        self._at = 1

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._bytes)

    def natural(self) -> int:
        """See `Packer.natural`."""
        packed, at, value = self._bytes, self._at, 0
        try:
            if packed[at] < 0x80:  # as most are
                self._at = at + 1
                return packed[at]
            for place in range(_LONGEST):
                byte = packed[at + place]
                value |= (byte & 0x7F) << 7 * place
                if byte < 0x80:
                    self._at = at + place + 1
                    return value
        except IndexError:
            pass
        raise Unpackable

    def integer(self) -> int:
        """See `Packer.integer`."""
        value = self.natural()
        return -(value + 1) // 2 if value & 1 else value // 2

    def word(self) -> str:
        """See `Packer.word`."""
        length = self.natural()
        raw = self._bytes[self._at : self._at + length]
        if len(raw) < length:
            raise Unpackable
        self._at += length
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise Unpackable from None
