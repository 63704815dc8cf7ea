"""The few fields that we read of each answer, typed exactly as the protocol types them.

msgspec decodes straight into these types: what is not declared is skipped and never held, and the first thing that does
not fit ends it. So what a hostile answer costs is bounded by its bytes.
"""

from __future__ import annotations

import time
from typing import Annotated, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct
from solders.pubkey import Pubkey
from solders.signature import Signature

from backends.orchestrator.bounds import MAX_LAMPORTS, MAX_SLOT, SOLANA_BEGAN

T = TypeVar("T")

# Lengths first: decoding base58 takes time quadratic in what a stranger sends. (The base58 itself is checked where it
# matters: `checked_address`, `checked_signature`.)
Address = Annotated[str, Meta(max_length=44)]
TxSignature = Annotated[str, Meta(max_length=88)]

Lamports = Annotated[int, Meta(ge=0, le=MAX_LAMPORTS)]
Slot = Annotated[int, Meta(ge=0, le=MAX_SLOT)]
# Token amounts do use all of u64; they travel as text, and so do ours.
RawAmount = Annotated[str, Meta(max_length=20, pattern=r"^(0|[1-9][0-9]*)\Z")]
UnixTime = Annotated[int, Meta(ge=SOLANA_BEGAN, le=253_402_300_799)]  # to the end of the year 9999
# A stranger's number, which goes into messages.
ErrorCode = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]

MAX_TOKEN_ACCOUNTS = 20_000
"""Of one owner in one program; twice the holdings that a wallet is promised to work with."""

_CLOCKS_DIFFER = 86_400
"""Seconds that a block's time may be ahead of our clock: a chain's clock, or ours, may be wrong by so much."""

MAX_ACCOUNTS = 256
"""Of one transaction: an account's place in it is a byte."""

NULL = Raw(b"null")


def checked_address(text: str) -> str:
    """The text, if it is an address; raises ValueError."""
    Pubkey.from_string(text)
    return text


def checked_signature(text: str) -> str:
    """The text, if it is a transaction's signature; raises ValueError."""
    Signature.from_string(text)
    return text


_ErrorName = Annotated[str, Meta(pattern=r"^[A-Z][A-Za-z0-9]{0,63}\Z")]
# A decoder that stays: `msgspec.json.decode` with a pattern in `type` frees the compiled pattern once too often (0.22).
_TRANSACTION_ERROR: msgspec.json.Decoder[object] = msgspec.json.Decoder(
    _ErrorName | Annotated[dict[_ErrorName, Raw], Meta(min_length=1, max_length=1)] | None
)
"""How a transaction failed: `"AccountNotFound"`, `{"InstructionError": [0, {"Custom": 1}]}`; null if it did not."""


def is_failure(err: Raw) -> bool:
    """Whether an undecoded `err` says that a transaction failed. Raises `msgspec.ValidationError` for what is none: a
    transaction that is taken for failed is never looked into.
    """
    return _TRANSACTION_ERROR.decode(err) is not None


class Shape(Struct, frozen=True, gc=False):
    """The part of an answer that we read, of exactly the declared types. The rest may be anything."""


class RpcErrorObject(Shape, frozen=True, gc=False):
    """Only the number: the message is a stranger's text and may quote the request's URL."""

    code: ErrorCode


class Reply(Shape, Generic[T], frozen=True, gc=False):
    """An answer to one request: a result or an error."""

    jsonrpc: Literal["2.0"]
    id: int | str | None = None
    result: T | None = None
    error: RpcErrorObject | None = None


class Context(Shape, frozen=True, gc=False):
    """The bank that an answer was read from."""

    slot: Slot


class Account(Shape, frozen=True, gc=False):
    """An account, its data in base64. `space` is how many bytes there are in all, of which an answer may have a slice;
    old nodes don't say it.
    """

    lamports: Lamports
    owner: Address
    data: tuple[str, Literal["base64"]]
    space: Annotated[int, Meta(ge=0, le=2**32)] | None = None

    def __post_init__(self) -> None:
        """Refuse an owner that is no address."""
        checked_address(self.owner)


class Accounts(Shape, frozen=True, gc=False):
    """The answer of getMultipleAccounts; None for an account that does not exist."""

    context: Context
    value: Annotated[list[Account | None], Meta(max_length=100)]


class UiTokenAmount(Shape, frozen=True, gc=False):
    """An amount in raw units. (`uiAmount`, a float, is not for us.)"""

    amount: RawAmount
    decimals: Annotated[int, Meta(ge=0, le=255)]


class TokenAccountInfo(Shape, frozen=True, gc=False):
    """A token account of either program."""

    mint: Address
    owner: Address
    state: Literal["initialized", "frozen", "uninitialized"]
    tokenAmount: UiTokenAmount  # noqa: N815

    def __post_init__(self) -> None:
        """Refuse a mint that is no address. (The owner is compared with the one that was asked for.)"""
        checked_address(self.mint)


class ParsedTokenAccount(Shape, frozen=True, gc=False):
    """`jsonParsed` names what it found."""

    type: Literal["account"]
    info: TokenAccountInfo


class ParsedData(Shape, frozen=True, gc=False):
    """Account data that the node could parse."""

    parsed: ParsedTokenAccount


class TokenAccountBody(Shape, frozen=True, gc=False):
    """A token account; its data is base64 where the node could not parse it, which needs the mint."""

    owner: Address
    data: ParsedData | tuple[str, Literal["base64"]]


class KeyedTokenAccount(Shape, frozen=True, gc=False):
    """A token account with its address."""

    pubkey: Address
    account: TokenAccountBody

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        checked_address(self.pubkey)


class TokenAccounts(Shape, frozen=True, gc=False):
    """The answer of getTokenAccountsByOwner."""

    context: Context
    value: Annotated[list[KeyedTokenAccount], Meta(max_length=MAX_TOKEN_ACCOUNTS)]


class HistoryEntry(Shape, frozen=True, gc=False):
    """One row of getSignaturesForAddress."""

    signature: TxSignature
    slot: Slot
    err: Raw
    blockTime: UnixTime | None = None  # noqa: N815

    def __post_init__(self) -> None:
        """Refuse what is no signature."""
        checked_signature(self.signature)
        if self.blockTime is not None and self.blockTime > time.time() + _CLOCKS_DIFFER:
            raise ValueError("a block of the future")


class Instruction(Shape, frozen=True, gc=False):
    """An instruction; `parsed` is there where the node knows the program."""

    programId: Address  # noqa: N815
    parsed: Raw = NULL


class InnerInstructions(Shape, frozen=True, gc=False):
    """What one top-level instruction called."""

    instructions: list[Instruction]


class TokenBalanceEntry(Shape, frozen=True, gc=False):
    """What one token account held before or after a transaction. Very old ones don't name its owner."""

    mint: Address
    uiTokenAmount: UiTokenAmount  # noqa: N815
    owner: Address | None = None

    def __post_init__(self) -> None:
        """Refuse a mint that is no address. (The owner is compared with the wallet's.)"""
        checked_address(self.mint)


AccountBalances: TypeAlias = Annotated[list[Lamports], Meta(max_length=MAX_ACCOUNTS)]
AccountTokenBalances: TypeAlias = Annotated[list[TokenBalanceEntry], Meta(max_length=MAX_ACCOUNTS)]


class TransactionMeta(Shape, frozen=True, gc=False):
    """How a transaction went. Very old ones have no record of inner instructions and of token balances."""

    err: Raw
    fee: Lamports | None = None
    innerInstructions: list[InnerInstructions] | None = None  # noqa: N815
    preBalances: AccountBalances | None = None  # noqa: N815
    postBalances: AccountBalances | None = None  # noqa: N815
    preTokenBalances: AccountTokenBalances | None = None  # noqa: N815
    postTokenBalances: AccountTokenBalances | None = None  # noqa: N815


class AccountKey(Shape, frozen=True, gc=False):
    """One account that a transaction names."""

    pubkey: Address


class Message(Shape, frozen=True, gc=False):
    """The accounts and the instructions of a transaction."""

    instructions: list[Instruction]
    accountKeys: Annotated[list[AccountKey], Meta(max_length=MAX_ACCOUNTS)] | None = None  # noqa: N815


class Signed(Shape, frozen=True, gc=False):
    """A transaction; its first signature is its name."""

    signatures: Annotated[list[TxSignature], Meta(min_length=1, max_length=64)]
    message: Message


class Transaction(Shape, frozen=True, gc=False):
    """The answer of getTransaction; `meta` is None where the node has kept no record of how it went."""

    transaction: Signed
    meta: TransactionMeta | None


SignatureEntries: TypeAlias = Annotated[list[HistoryEntry], Meta(max_length=1000)]
