"""Base58, addresses and signatures of the faked world."""

from __future__ import annotations

import base58
from hypothesis import example, given
from hypothesis import strategies as st

from backends.mock.seed import Seed, decode, encode
from backends.mock.signatures import read, sign

SEED = Seed("keys")


@given(st.binary(max_size=80))
@example(b"")
@example(b"\0")
@example(bytes(64))
@example(b"\xff" * 64)
def test_base58_is_that_of_the_package(raw: bytes) -> None:
    assert encode(raw) == base58.b58encode(raw).decode()
    assert decode(encode(raw)) == raw


def test_seeds_and_subjects_are_told_apart() -> None:
    seen = {
        Seed(seed).address(purpose, *subject)
        for seed in (1, 2, "two")
        for purpose in (b"wallet", b"mint")
        for subject in ((), (0,), (1,), ("a", "bc"), ("ab", "c"), ("abc",), (b"abc",))
    }
    assert len(seen) == 3 * 2 * 7
    assert all(len(base58.b58decode(address)) == 32 for address in seen)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**62))
def test_a_signature_tells_what_it_signs(address: bytes, index: int) -> None:
    signature = sign(SEED, address, index)
    assert len(base58.b58decode(signature)) == 64
    assert read(SEED, signature) == (address, index)
    assert read(Seed("another"), signature) is None


@given(st.binary(max_size=70))
def test_other_bytes_are_no_signature(raw: bytes) -> None:
    assert read(SEED, base58.b58encode(raw).decode()) is None


def test_what_is_not_base58_is_no_signature() -> None:
    assert read(SEED, "0OIl") is None


def test_signatures_look_random() -> None:
    first, second = (base58.b58decode(sign(SEED, bytes(32), index)) for index in (0, 1))
    assert sum(a == b for a, b in zip(first, second, strict=True)) < 6
