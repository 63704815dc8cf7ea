"""Signatures that know what they sign.

Any process with the same seed can tell the address and the move from the 64 bytes alone.
"""

from __future__ import annotations

from .seed import Seed, decode, encode


def sign(seed: Seed, address: bytes, index: int) -> str:
    """The signature of an address's move."""
    proof = seed.derive(b"proof", address + index.to_bytes(8), size=24)
    tail = _masked(index.to_bytes(8), proof[:8]) + proof
    return encode(_masked(address, seed.derive(b"address mask", tail)) + tail)


def read(seed: Seed, signature: str) -> tuple[bytes, int] | None:
    """The address and the move of a signature; None for one that this chain never made."""
    try:
        raw = decode(signature)
    except ValueError:
        return None
    if len(raw) != 64:
        return None
    head, number, proof = raw[:32], raw[32:40], raw[40:]
    index = _masked(number, proof[:8])
    address = _masked(head, seed.derive(b"address mask", number + proof))
    genuine = seed.derive(b"proof", address + index, size=24) == proof
    return (address, int.from_bytes(index)) if genuine else None


def _masked(raw: bytes, mask: bytes) -> bytes:
    return (int.from_bytes(raw) ^ int.from_bytes(mask)).to_bytes(len(raw))
