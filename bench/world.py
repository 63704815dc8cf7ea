"""A chain of any size that both sides can compute: the scripted RPC server answers from it, the bench counts by it."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import base58
from solders.pubkey import Pubkey

from emulators import layouts

GENESIS = "4wxoxfL6toqQDptTSveMWYPTuy496LngL43rwQCyvHuy"
SYSTEM = "1" * 32
FIRST_SLOT = 250_000_000
BLOCK_TIME = 1_795_374_255
POPULAR = 30  # mints that wallets all over the world hold
PAID_TOGETHER = 10  # wallets in one payroll transaction
OWN_PAYMENT_EVERY = 4  # wallets, of which one got a transfer of its own besides
NEIGHBOURS = 20  # wallets that share a mint of their own
TOKEN_ACCOUNTS = 3  # of each wallet
SHARD = 100  # wallets
_HELD = bytes(72)  # mint, owner and amount: what is asked of a known token account


def _hash(words: str) -> bytes:
    return hashlib.sha512(words.encode()).digest()


def address(number: int) -> str:
    """The address of a wallet."""
    return base58.b58encode(_hash(f"wallet {number}")[:32]).decode()


@dataclass
class Payment:
    """A transaction that pays some wallets."""

    signature: str
    slot: int
    wallets: list[int]


@dataclass
class World:
    """`size` wallets. Each was paid once together with nine others, every fourth once more alone; each has three token
    accounts: of its neighbourhood's token, a popular one, and another of those or, every fifth, a Token-2022 one.
    """

    size: int
    moved: set[int] = field(default_factory=set)
    slot: int = FIRST_SLOT + 1_000_000

    def __post_init__(self) -> None:
        self.addresses = [address(number) for number in range(self.size)]
        self.numbers = {each: number for number, each in enumerate(self.addresses)}
        self.payments: dict[str, Payment] = {}
        self.histories: list[list[Payment]] = [[] for _ in range(self.size)]
        for first in range(0, self.size, PAID_TOGETHER):
            self._pay(f"payroll {first}", list(range(first, min(first + PAID_TOGETHER, self.size))))
        for number in range(0, self.size, OWN_PAYMENT_EVERY):
            self._pay(f"own {number}", [number])
        self._mints: dict[str, tuple[str, Pubkey]] = {}
        self._accounts: dict[str, str] = {}
        self._token_accounts: dict[str, tuple[str, str]] = {}
        for number in range(self.size):
            self.held(number)

    def _pay(self, words: str, wallets: list[int]) -> None:
        signature = base58.b58encode(_hash(words)).decode()
        payment = Payment(signature, FIRST_SLOT + len(self.payments), wallets)
        self.payments[signature] = payment
        for number in wallets:
            self.histories[number].insert(0, payment)

    def pay_again(self, words: str, every: int) -> int:
        """Another transfer to one wallet in `every`; how many."""
        for number in range(0, self.size, every):
            self._pay(f"{words} {number}", [number])
            self.moved.add(number)
        self.slot += 1_000
        return len(range(0, self.size, every))

    def lamports(self, number: int) -> int:
        """A wallet's balance."""
        return 1_000_000 * len(self.histories[number]) + number

    def held(self, number: int) -> list[tuple[str, str, int]]:
        """A wallet's tokens: mint, program, raw amount."""
        rows = [
            (self._mint(f"popular {number * 7 % POPULAR}", modern=False), str(layouts.TOKEN_PROGRAM), 10**6 + number),
            (self._mint(f"local {number // NEIGHBOURS}", modern=False), str(layouts.TOKEN_PROGRAM), 5 * 10**6),
        ]
        if number % 5 == 0:
            mint = self._mint(f"modern {number // NEIGHBOURS}", modern=True)
            rows.append((mint, str(layouts.TOKEN_2022_PROGRAM), 2**64 - 1 - number))
        else:
            mint = self._mint(f"popular {(number * 7 + 1) % POPULAR}", modern=False)
            rows.append((mint, str(layouts.TOKEN_PROGRAM), number + 1))
        return rows

    def _mint(self, words: str, *, modern: bool) -> str:
        if words not in self._mints:
            mint = Pubkey.from_bytes(_hash(f"mint {words}")[:32])
            self._mints[words] = str(mint), mint
            kind, _, number = words.partition(" ")
            if modern:
                data = layouts.token_2022_mint(
                    address=mint, authority=mint, supply=1, decimals=6, name=f"{kind} {number}", symbol="NEW", uri=""
                )
                self._accounts[str(mint)] = self._account(str(layouts.TOKEN_2022_PROGRAM), data)
            else:
                data = layouts.metaplex_metadata(
                    mint=mint, update_authority=mint, name=f"{kind} {number}", symbol="OLD", uri=""
                )
                metadata = str(layouts.metaplex_address(mint))
                self._accounts[metadata] = self._account(str(layouts.METAPLEX_PROGRAM), data)
        return self._mints[words][0]

    @staticmethod
    def _account(owner: str, data: bytes) -> str:
        body = {"lamports": 1, "owner": owner, "data": [base64.b64encode(data).decode(), "base64"]}
        return json.dumps(body | {"executable": False, "rentEpoch": 2**64 - 1, "space": len(data)})

    def minimum(self, *, cold: bool, paid_again: int = 0) -> dict[str, int]:
        """The formula: the fewest calls that refresh all wallets in one process, in shards of a hundred. (Idle, without
        the discoveries that come due meanwhile.)
        """
        mints = len(self._mints) if cold else 0
        accounts = 0 if cold else TOKEN_ACCOUNTS
        shards, rest = divmod(self.size, SHARD)
        calls = {
            "getMultipleAccounts": shards * ceil(SHARD * (1 + accounts) / 100)
            + ceil(rest * (1 + accounts) / 100)
            + ceil(2 * mints / 100),
            "getTokenAccountsByOwner": 2 * (self.size if cold else paid_again),
            "getSignaturesForAddress": self.size if cold else paid_again,
            "getTransaction": len(self.payments) if cold else paid_again,
        }
        return {method: count for method, count in calls.items() if count}

    def result(self, method: str, params: list[Any]) -> str:
        """The JSON text of a request's result."""
        match method:
            case "getMultipleAccounts":
                length = params[1]["dataSlice"]["length"]
                return self._context(",".join(self._shown(key, length) for key in params[0]))
            case "getTokenAccountsByOwner":
                rows = [row for row in self.held(self.numbers[params[0]]) if row[1] == params[1]["programId"]]
                return self._context(",".join(self._found(params[0], *row) for row in rows))
            case "getSignaturesForAddress":
                return self._history(self.numbers[params[0]], params[1])
            case "getTransaction":
                return self._transaction(self.payments[params[0]])
            case "getGenesisHash":
                return f'"{GENESIS}"'
            case _:
                return "null"

    def _context(self, rows: str) -> str:
        return f'{{"context":{{"slot":{self.slot}}},"value":[{rows}]}}'

    def _found(self, owner: str, mint: str, program: str, amount: int) -> str:
        key = base58.b58encode(_hash(f"token account {owner} {mint}")[:32]).decode()
        if key not in self._token_accounts:
            data = base58.b58decode(mint) + base58.b58decode(owner) + amount.to_bytes(8, "little")
            self._token_accounts[key] = program, base64.b64encode(data).decode()
        return _token_account(key, owner, mint, program, amount)

    def _shown(self, key: str, length: int) -> str:
        number = self.numbers.get(key)
        if number is None:
            if length == len(_HELD) and key in self._token_accounts:
                program, data = self._token_accounts[key]
                return f'{{"lamports":2039280,"owner":"{program}","data":["{data}","base64"],"space":165}}'
            return self._accounts.get(key, "null")
        return (
            f'{{"lamports":{self.lamports(number)},"owner":"{SYSTEM}","data":["","base64"],"executable":false,'
            f'"rentEpoch":18446744073709551615,"space":0}}'
        )

    def _history(self, number: int, options: dict[str, Any]) -> str:
        rows = []
        for payment in self.histories[number][: options["limit"]]:
            if payment.signature == options.get("until"):
                break
            rows.append(
                f'{{"signature":"{payment.signature}","slot":{payment.slot},"err":null,"memo":null,'
                f'"blockTime":{BLOCK_TIME + payment.slot - FIRST_SLOT},"confirmationStatus":"finalized"}}'
            )
        return f"[{','.join(rows)}]"

    def _transaction(self, payment: Payment) -> str:
        sender = address(-1)
        moves = ",".join(
            f'{{"program":"system","programId":"{SYSTEM}","parsed":{{"type":"transfer","info":{{"source":"{sender}",'
            f'"destination":"{self.addresses[number]}","lamports":1000000}}}}}}'
            for number in payment.wallets
        )
        return (
            f'{{"blockTime":{BLOCK_TIME},"slot":{payment.slot},"version":0,"meta":{{"err":null,"fee":5000,'
            f'"innerInstructions":[]}},"transaction":{{"signatures":["{payment.signature}"],"message":{{'
            f'"accountKeys":[],"recentBlockhash":"{GENESIS}","instructions":[{moves}]}}}}}}'
        )


def _token_account(key: str, owner: str, mint: str, program: str, amount: int) -> str:
    return (
        f'{{"pubkey":"{key}","account":{{"lamports":2039280,"owner":"{program}","executable":false,"data":{{'
        f'"program":"spl-token","space":165,"parsed":{{"type":"account","info":{{"isNative":false,"mint":"{mint}",'
        f'"owner":"{owner}","state":"initialized","tokenAmount":{{"amount":"{amount}","decimals":6,"uiAmount":null,'
        f'"uiAmountString":"?"}}}}}}}}}}}}'
    )
