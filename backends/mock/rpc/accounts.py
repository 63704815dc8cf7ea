"""Which account of the faked chain lies at an address: a token account, a mint, a mint's name, or a wallet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backends.mock.fake_chain import FakeChain
from backends.mock.program_addresses import METAPLEX_PROGRAM, PROGRAM_IDS, associated_token_address, metadata_address
from backends.mock.tokens import U64_MAX
from backends.orchestrator.amounts import decimal_text
from generated_models import TokenProgram

from . import account_data

SYSTEM_PROGRAM = "1" * 32
_MOST_PLACES = 500_000
_MOST_RECENT = 100
_MOST_ASSOCIATED = 64
"""Of one owner: working out an associated account's address takes a tenth of a millisecond. The rest lie elsewhere."""
_PROGRAM_NAMES = {TokenProgram.spl_token: "spl-token", TokenProgram.token_2022: "spl-token-2022"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account: its lamports, the program that owns it, its bytes, and these in words where a node has them."""

    lamports: int
    owner: str
    data: bytes
    parsed: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class TokenAccount:
    """An account that holds tokens of one mint for an owner, in raw units: mostly the mint's associated one, until
    emptied.
    """

    address: str
    owner: str
    mint: str
    amount: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class _TokenPlace:
    owner: str


@dataclass(frozen=True, slots=True)
class _MintPlace:
    mint: str


@dataclass(frozen=True, slots=True)
class _NamePlace:
    mint: str


class Accounts:
    """All accounts of one chain. Moments are milliseconds since the Unix epoch.

    An address alone doesn't tell whose token account it is. So those of an owner are found from the first question
    about that owner on, and so are the mints that it holds; those of `owners` from the start.
    """

    def __init__(self, chain: FakeChain, owners: Iterable[str] = ()) -> None:
        self._chain = chain
        self._first_owners = tuple(owners)
        self._owners: set[str] = set()
        self._addresses: dict[tuple[str, str], str] = {}
        self._recent: dict[tuple[str, int], dict[str, TokenAccount]] = {}
        self._places: dict[str, _TokenPlace | _MintPlace | _NamePlace] = {}
        self._begin()

    def _begin(self) -> None:
        self._owners.clear()
        self._places.clear()
        self._addresses.clear()
        for mint in self._chain.tokens.popular:
            self._know_mint(mint)
        for owner in self._first_owners:
            self.know(owner)

    def know(self, owner: str) -> None:
        """Find the token accounts of an owner from now on."""
        if owner in self._owners or owner in self._places:
            return
        if len(self._places) >= _MOST_PLACES:
            self._begin()
        self._owners.add(owner)
        for number, mint in enumerate(self._chain.mints_of(owner)):
            self._know_mint(mint)
            if number >= _MOST_ASSOCIATED:
                self._addresses[owner, mint] = self._chain.seed.address(b"token account", owner, mint)
            for account in range(self._chain.spread(owner, mint)):
                self._places[self.address_of(owner, mint, account)] = _TokenPlace(owner)

    def address_of(self, owner: str, mint: str, number: int = 0) -> str:
        """Where an owner's tokens of a mint lie; those that lie in several accounts, by the account's number."""
        if number:
            return self._chain.seed.address(b"token account", owner, mint, str(number))
        known = self._addresses.get((owner, mint))
        if known is None:
            known = associated_token_address(owner, mint, PROGRAM_IDS[self.program_of(mint)])
            self._addresses[owner, mint] = known
        return known

    def _know_mint(self, mint: str) -> None:
        if mint in self._places:
            return
        self._places[mint] = _MintPlace(mint)
        facts = self._chain.tokens.facts(mint)
        if facts.token_program is TokenProgram.spl_token and facts.is_named:
            self._places[metadata_address(mint)] = _NamePlace(mint)

    def at(self, address: str, now: int) -> Account | None:
        """The account at an address, if there is one."""
        match self._places.get(address):
            case _TokenPlace(owner):
                held = self._held(owner, now).get(address)
                return None if held is None else self.token_account(held)
            case _MintPlace(mint):
                return self._mint(mint)
            case _NamePlace(mint):
                data = account_data.metaplex_account(mint, self._chain.tokens.facts(mint))
                return Account(account_data.rent_exempt(len(data)), METAPLEX_PROGRAM, data)
        self.know(address)
        lamports = self._chain.balance(address, now)
        return Account(lamports, SYSTEM_PROGRAM, b"") if lamports else None

    def token_accounts(self, owner: str, now: int) -> list[TokenAccount]:
        """The token accounts of an owner in both programs, in the order of their addresses, as nodes list them."""
        self.know(owner)
        return sorted(self._held(owner, now).values(), key=lambda held: held.address)

    def _held(self, owner: str, now: int) -> dict[str, TokenAccount]:
        """An owner's token accounts by address. Those of one owner are mostly asked for together."""
        found = self._recent.get((owner, now))
        if found is None:
            if len(self._recent) >= _MOST_RECENT:
                self._recent.clear()
            chain = self._chain
            accounts = (
                TokenAccount(self.address_of(owner, mint, number), owner, mint, amount, chain.is_frozen(owner, mint))
                for held in chain.holdings(owner, now)
                for mint in (held.mint_address,)
                for number, amount in enumerate(chain.amounts_of(owner, held))
            )
            found = self._recent[owner, now] = {account.address: account for account in accounts}
        return found

    def program_of(self, mint: str) -> TokenProgram:
        """Which program a mint is of."""
        return self._chain.tokens.facts(mint).token_program

    def token_account(self, held: TokenAccount) -> Account:
        """A token account as an account."""
        facts = self._chain.tokens.facts(held.mint)
        program = facts.token_program
        data = account_data.token_account(held.mint, held.owner, held.amount, program, frozen=held.frozen)
        info: dict[str, Any] = {}
        if program is TokenProgram.token_2022:
            info["extensions"] = [{"extension": "immutableOwner"}]
        info |= {
            "isNative": False,
            "mint": held.mint,
            "owner": held.owner,
            "state": "frozen" if held.frozen else "initialized",
            "tokenAmount": ui_amount(held.amount, facts.decimals),
        }
        return _owned(program, data, "account", info)

    def _mint(self, mint: str) -> Account:
        facts = self._chain.tokens.facts(mint)
        data = account_data.mint_account(mint, facts)
        info: dict[str, Any] = {"decimals": facts.decimals}
        if len(data) > account_data.MINT_LENGTH:
            nobody = None
            info["extensions"] = [
                {"extension": "metadataPointer", "state": {"authority": nobody, "metadataAddress": mint}},
                {
                    "extension": "tokenMetadata",
                    "state": {
                        "additionalMetadata": [],
                        "mint": mint,
                        "name": facts.name or "",
                        "symbol": facts.ticker or "",
                        "updateAuthority": nobody,
                        "uri": "",
                    },
                },
            ]
        info |= {"freezeAuthority": None, "isInitialized": True, "mintAuthority": None, "supply": str(U64_MAX)}
        return _owned(facts.token_program, data, "mint", info)


def _owned(program: TokenProgram, data: bytes, kind: str, info: dict[str, Any]) -> Account:
    parsed = {"parsed": {"info": info, "type": kind}, "program": _PROGRAM_NAMES[program], "space": len(data)}
    return Account(account_data.rent_exempt(len(data)), PROGRAM_IDS[program], data, parsed)


def ui_amount(amount: int, decimals: int) -> dict[str, Any]:
    """An amount of tokens in all the forms that nodes give it."""
    text = decimal_text(amount, decimals)
    return {"amount": str(amount), "decimals": decimals, "uiAmount": amount / 10**decimals, "uiAmountString": text}
