"""What a stranger's text costs grows with its length, no faster; and no cache keeps more of it than it may."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import unquote

import pytest

from server.contract import formats
from server.operations.prefer import read_preferences
from server.operations.response_cache import LruStore
from server.process.protocol import HEAD_BYTES
from server.reply import Reply
from server.routes.router import raw_path

_SECONDS = 0.25
"""Of processor time, on any machine: the texts that went wrong took from 0.03 to 40 seconds."""


def _cpu(work: Callable[[], object]) -> float:
    """The least of three runs."""

    def once() -> float:
        started = time.thread_time()
        work()
        return time.thread_time() - started

    return min(once() for _ in range(3))


@pytest.mark.parametrize("beginning", ["", "a", "a=", "a=b", "a=b;", "a,", '"'])
def test_reading_preferences_takes_linear_time(beginning: str) -> None:
    for filling in (" ", "\t", ",", ";", '"', "\\", "\\a", "a", "a="):
        for end in ("", "(", '"'):
            text = (beginning + filling * (HEAD_BYTES // len(filling)) + end).encode()
            assert _cpu(lambda text=text: read_preferences([text])) < _SECONDS, (filling, end)  # type: ignore[misc]


def test_a_path_of_escapes_costs_about_what_decoding_it_does() -> None:
    path = b"/" + b"%41" * (HEAD_BYTES // 3)
    assert raw_path({"raw_path": path}) == "/" + "A" * (HEAD_BYTES // 3)
    text = path.decode()
    assert _cpu(lambda: raw_path({"raw_path": path})) < 4 * _cpu(lambda: unquote(text)) + 0.002


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/a%2Fb%2fc", "/a%2Fb%2fc"),
        (b"/%41%7e%7E%2d%5f", "/A~~-_"),
        (b"/%", "/%"),
        (b"/%%41", "/%A"),
        (b"/%zz%00%80%e9", "/%zz%00%80%e9"),
        (b"/%4", "/%4"),
    ],
)
def test_needless_escapes_are_undone(raw: bytes, path: str) -> None:
    assert raw_path({"raw_path": raw}) == path


def test_formats_keep_no_long_texts() -> None:
    before = formats._has_bytes.cache_info().currsize
    for digit in "123456789":
        assert not formats.is_solana_address(digit * 30_000)
        assert not formats.is_solana_signature(digit * 30_000)
    assert formats._has_bytes.cache_info().currsize == before


def test_the_response_cache_counts_its_keys() -> None:
    """`If-None-Match` is in the key, and as long as a stranger likes."""
    store = LruStore(most_bytes=1_000_000)
    reply = Reply(200, b"{}")
    for number in range(1_000):
        store.put((1, b"/api/wallets/a", b"", (b"if-none-match", b"%d" % number + b"x" * 30_000), "anonymous"), reply)
    assert len(store._replies) < 35
