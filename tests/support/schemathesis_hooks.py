"""The contract's own formats, for the fuzzer: what the gate takes, it must be able to make."""

from __future__ import annotations

import hashlib

import base58
import schemathesis
from hypothesis import strategies as st


def _base58(size: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=size, max_size=size).map(lambda raw: base58.b58encode(raw).decode())


# Every other address is one of few, so that requests meet wallets that earlier ones have made.
_KNOWN = [base58.b58encode(hashlib.sha256(f"wallet {number}".encode()).digest()).decode() for number in range(8)]

schemathesis.openapi.format("solana-address", st.sampled_from(_KNOWN) | _base58(32))
schemathesis.openapi.format("solana-signature", _base58(64))
