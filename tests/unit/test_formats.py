"""The contract's named formats."""

from __future__ import annotations

import base58
from hypothesis import given
from hypothesis import strategies as st

from server.contract.formats import base58_bytes, is_solana_address, is_solana_signature


@given(zeros=st.integers(0, 40), rest=st.binary(max_size=64))
def test_base58_means_what_the_library_says(zeros: int, rest: bytes) -> None:
    text = base58.b58encode(bytes(zeros) + rest).decode()
    assert base58_bytes(text) == (bytes(zeros) + rest if 32 <= len(text) <= 88 else None)


@given(data=st.binary(min_size=30, max_size=66))
def test_addresses_have_32_bytes_and_signatures_64(data: bytes) -> None:
    text = base58.b58encode(data).decode()
    assert is_solana_address(text) == (len(data) == 32)
    assert is_solana_signature(text) == (len(data) == 64)


def test_other_characters_are_no_base58() -> None:
    good = base58.b58encode(bytes(range(32))).decode()
    assert base58_bytes(good) == bytes(range(32))
    assert [base58_bytes(each + good[1:]) for each in "0OIl é"] == [None] * 6
