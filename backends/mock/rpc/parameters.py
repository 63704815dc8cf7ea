"""The parameters of a call, read as Solana's nodes read them; `RpcError` where they can't be, in the nodes' words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backends.mock.seed import decode

from .json_rpc import invalid_params

ACCOUNT_ENCODINGS = ("binary", "base58", "base64", "jsonParsed", "base64+zstd")
TRANSACTION_ENCODINGS = ("binary", "base64", "base58", "json", "jsonParsed")
_COMMITMENTS = ("processed", "confirmed", "finalized")
_KINDS = {bool: "boolean", int: "integer", float: "floating point", str: "string", list: "sequence", dict: "map"}


@dataclass(frozen=True, slots=True)
class Options:
    """What a call's last parameter says. `slice` is the first byte and the number of bytes that are wanted."""

    commitment: str = "finalized"
    encoding: str | None = None
    slice: tuple[int, int] | None = None
    limit: int = 1000
    before: str | None = None
    until: str | None = None
    min_slot: int | None = None


def counted(params: list[Any], least: int, most: int) -> list[Any]:
    """As many parameters as a method takes, None for those that were left out."""
    if len(params) < least:
        raise invalid_params(f"`params` should have at least {least} argument(s)")
    if len(params) > most:
        raise invalid_params(
            f"Invalid parameters: Expected from {least} to {most} parameters.", f'"Got: {len(params)}"'
        )
    return params + [None] * (most - len(params))


def address(given: Any) -> str:
    """An address: base58 of 32 bytes."""
    text = _text(given)
    raw = _decoded(text)
    if raw is None:
        raise invalid_params(f"Invalid pubkey '{text[:88]}'", "Invalid Base58 string")
    if len(raw) != 32:
        raise invalid_params(f"Invalid pubkey '{text[:88]}'", "String is the wrong size")
    return text


def addresses(given: Any, most: int) -> list[str]:
    """Some addresses."""
    if not isinstance(given, list):
        raise _wrong_type(given, "a sequence")
    if len(given) > most:
        raise invalid_params(f"Too many inputs provided; max {most}")
    return [address(each) for each in given]


def signature(given: Any) -> str:
    """A signature: base58 of 64 bytes."""
    text = _text(given)
    raw = _decoded(text)
    if raw is None or len(raw) != 64:
        reason = "string decoded to wrong size for signature" if raw is not None else "failed to decode string"
        raise invalid_params(f"Invalid signature {text[:128]}", reason)
    return text


def natural(given: Any) -> int:
    """A number that is not negative."""
    if type(given) is not int:
        raise _wrong_type(given, "usize")
    if not 0 <= given < 2**64:
        raise invalid_params(f"Invalid params: invalid value: integer `{str(given)[:32]}`, expected usize.")
    return int(given)


def token_filter(given: Any) -> tuple[str, str]:
    """Which token accounts are wanted: those of a `programId` or those of a `mint`."""
    if not isinstance(given, dict):
        raise _wrong_type(given, "enum RpcTokenAccountsFilter")
    if len(given) != 1:
        raise invalid_params("Invalid params: invalid value: map, expected map with a single key.")
    ((kind, subject),) = given.items()
    return _one_of(kind, ("mint", "programId")), address(subject)


def options(given: Any, encodings: tuple[str, ...] = ACCOUNT_ENCODINGS) -> Options:
    """The options of a call; what none of our methods looks at is passed over, as nodes do."""
    if given is None:
        return Options()
    if isinstance(given, str):  # the old form of getTransaction
        return Options(encoding=_one_of(given, encodings))
    if not isinstance(given, dict):
        raise _wrong_type(given, "struct RpcConfig")
    return Options(
        commitment=_one_of(given.get("commitment") or "finalized", _COMMITMENTS),
        encoding=_one_of(given["encoding"], encodings) if given.get("encoding") is not None else None,
        slice=_slice(given.get("dataSlice")),
        limit=1000 if given.get("limit") is None else natural(given["limit"]),
        before=None if given.get("before") is None else signature(given["before"]),
        until=None if given.get("until") is None else signature(given["until"]),
        min_slot=None if given.get("minContextSlot") is None else natural(given["minContextSlot"]),
    )


def _slice(given: Any) -> tuple[int, int] | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise _wrong_type(given, "struct UiDataSliceConfig")
    for name in ("offset", "length"):
        if name not in given:
            raise invalid_params(f"Invalid params: missing field `{name}`.")
    return natural(given["offset"]), natural(given["length"])


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise _wrong_type(given, "a string")
    return given


def _one_of(given: Any, known: tuple[str, ...]) -> str:
    if not isinstance(given, str):
        raise _wrong_type(given, "string or map")
    if given not in known:
        names = ", ".join(f"`{name}`" for name in known)
        raise invalid_params(f"Invalid params: unknown variant `{given[:32]}`, expected one of {names}.")
    return given


def _decoded(text: str) -> bytes | None:
    """The bytes of a base58 text; decoding takes time quadratic in its length, so the length comes first."""
    if len(text) > 128:
        return b""
    try:
        return decode(text)
    except ValueError:
        return None


def _wrong_type(given: Any, expected: str) -> Exception:
    if given is None:
        return invalid_params(f"Invalid params: invalid type: null, expected {expected}.")
    shown = f" `{given}`" if isinstance(given, int | float) and not isinstance(given, bool) else ""
    return invalid_params(f"Invalid params: invalid type: {_KINDS[type(given)]}{shown[:40]}, expected {expected}.")
