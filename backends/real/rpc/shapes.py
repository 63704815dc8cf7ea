"""The few fields that we read of each answer, typed exactly as the protocol types them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field
from solders.pubkey import Pubkey
from solders.signature import Signature

from .client import Shape


def _address(text: str) -> str:
    Pubkey.from_string(text)
    return text


def _signature(text: str) -> str:
    Signature.from_string(text)
    return text


# Lengths first: decoding base58 takes time quadratic in what a stranger sends.
Address = Annotated[str, Field(max_length=44), AfterValidator(_address)]
TxSignature = Annotated[str, Field(max_length=88), AfterValidator(_signature)]

# The protocol says u64. No balance exceeds the supply (about 6e17) and no slot comes near 2^63, where the
# integers of both stores end.
Lamports = Annotated[int, Field(ge=0, lt=2**63)]
Slot = Annotated[int, Field(ge=0, lt=2**63)]
# Token amounts do use all of u64; they travel as text, and so do ours.
RawAmount = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,19})$")]
UnixTime = Annotated[int, Field(ge=0, le=253_402_300_799)]  # to the end of the year 9999


class Context(Shape):
    """The bank that an answer was read from."""

    slot: Slot


class Account(Shape):
    """An account, its data in base64."""

    lamports: Lamports
    owner: Address
    data: tuple[str, Literal["base64"]]


class Accounts(Shape):
    """The answer of getMultipleAccounts; None for an account that does not exist."""

    context: Context
    value: list[Account | None]


class UiTokenAmount(Shape):
    """An amount in raw units. (`uiAmount`, a float, is not for us.)"""

    amount: RawAmount
    decimals: Annotated[int, Field(ge=0, le=255)]


class TokenAccountInfo(Shape):
    """A token account of either program."""

    mint: Address
    owner: Address
    state: Literal["initialized", "frozen", "uninitialized"]
    tokenAmount: UiTokenAmount  # noqa: N815


class ParsedTokenAccount(Shape):
    """`jsonParsed` names what it found."""

    type: Literal["account"]
    info: TokenAccountInfo


class ParsedData(Shape):
    """Account data that the node could parse."""

    parsed: ParsedTokenAccount


class TokenAccountBody(Shape):
    """A token account; its data is base64 where the node could not parse it, which needs the mint."""

    owner: Address
    data: ParsedData | tuple[str, Literal["base64"]]


class KeyedTokenAccount(Shape):
    """A token account with its address."""

    pubkey: Address
    account: TokenAccountBody


class TokenAccounts(Shape):
    """The answer of getTokenAccountsByOwner."""

    context: Context
    value: list[KeyedTokenAccount]


class HistoryEntry(Shape):
    """One row of getSignaturesForAddress."""

    signature: TxSignature
    slot: Slot
    err: Any
    blockTime: UnixTime | None = None  # noqa: N815


class Instruction(Shape):
    """An instruction; `parsed` is there where the node knows the program."""

    programId: Address  # noqa: N815
    parsed: Any = None


class InnerInstructions(Shape):
    """What one top-level instruction called."""

    instructions: list[Instruction]


class Meta(Shape):
    """How a transaction went. Very old ones have no record of inner instructions."""

    err: Any
    innerInstructions: list[InnerInstructions] | None = None  # noqa: N815


class Message(Shape):
    """The instructions of a transaction."""

    instructions: list[Instruction]


class Signed(Shape):
    """A transaction; its first signature is its name."""

    signatures: Annotated[list[TxSignature], Field(min_length=1)]
    message: Message


class Transaction(Shape):
    """The answer of getTransaction."""

    transaction: Signed
    meta: Meta


SignatureEntries: TypeAlias = list[HistoryEntry]
