"""The faked chain: what any address holds, as a function of (seed, address, time)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backends.orchestrator.ports import (
    FoundTokenAccount,
    TokenAccount,
    TokenBalance,
    TokenBalances,
)
from generated_models import TokenProgram
from generated_models.mock import NamedWallet

from .address_activity import ActivityLevel, AddressActivity, activity_of
from .fake_names import FakeNames
from .fake_transactions import FakeTransactions
from .fixed_accounts import fixed_accounts, token_facts
from .seed import Seed, decode
from .slots import slot_at
from .tokens import U64_MAX, FakeMints

_REMEMBERED = 20_000
_AIRDROP_DAYS = 300
_DAY = 86_400_000


class FakeChain:
    """All addresses of one seed. Moments are milliseconds since the Unix epoch.

    Args:
        seed: what everything follows from.
        names: makes the names of tokens.
        whales: addresses that were given so many tokens at their beginning, and move often.
        named: wallets; those that say what they hold hold that, and never move.
        recorded_changes: addresses that move often and have so many changes in their past.

    Attributes:
        tokens: the mints.
        transactions: what the addresses did.
    """

    def __init__(
        self,
        seed: Seed,
        names: FakeNames,
        whales: Mapping[str, int] | None = None,
        named: Sequence[NamedWallet] = (),
        recorded_changes: Mapping[str, int] | None = None,
    ) -> None:
        self.seed = seed
        self.tokens = FakeMints(seed, names, token_facts(named))
        self._fixed = fixed_accounts(named)
        self.genesis_hash = seed.address(b"genesis")
        self._whales = whales or {}
        self.recorded_changes = recorded_changes or {}
        self._activities: dict[str, AddressActivity] = {}
        self.transactions = FakeTransactions(seed, self.tokens, self.activity)
        self._token_accounts: dict[tuple[str, str, TokenProgram, int], TokenAccount] = {}

    def activity(self, address: str) -> AddressActivity:
        """The activity of an address."""
        activity = self._activities.get(address)
        if activity is None:
            if len(self._activities) >= _REMEMBERED:
                self._activities.clear()
            level = ActivityLevel.BUSY if address in self._whales or address in self.recorded_changes else None
            if address in self._fixed:
                level = ActivityLevel.EMPTY
            activity = self._activities[address] = activity_of(self.seed, decode(address), level=level)
        return activity

    def balance(self, address: str, at: int) -> int:
        """Lamports."""
        if address in self._fixed:
            return self._fixed[address].lamports
        activity = self.activity(address)
        return activity.balance(activity.last(at))

    def holdings(self, address: str, at: int) -> tuple[TokenBalance, ...]:
        """What it traded into and what was given to it, by mint."""
        if address in self._fixed:
            return self._fixed[address].tokens
        activity = self.activity(address)
        last = activity.last(at)
        if last < 0:
            return ()
        amounts: dict[str, int] = {}
        for slot in range(activity.traded):
            stake = activity.stake(slot, activity.trades(last, slot))
            mint, position = self.tokens.of_wallet(activity.key, slot)
            amounts[mint] = position * stake // 1000
        for slot in range(activity.traded, activity.traded + self._gifts(address, activity)):
            if self._given(address, activity, slot) <= at:
                mint, position = self.tokens.of_wallet(activity.key, slot)
                amounts[mint] = self._gift(mint, position, activity)
        return tuple(self._holding(mint, amounts[mint]) for mint in sorted(amounts) if amounts[mint])

    def seen(self, address: str, at: int) -> tuple[int, int]:
        """How many moves and gifts there were by then: another value whenever anything has changed."""
        activity = self.activity(address)
        gifts = range(activity.traded, activity.traded + self._gifts(address, activity))
        given = 0 if address in self._whales else sum(self._given(address, activity, slot) <= at for slot in gifts)
        return activity.last(at) + 1, given

    def next_change(self, address: str, at: int) -> int:
        """The first moment after one at which `seen` is another; a year later if there is none."""
        activity = self.activity(address)
        slots = range(activity.traded, activity.traded + self._gifts(address, activity))
        given = [self._given(address, activity, slot) for slot in slots] if address not in self._whales else []
        following = activity.last(at) + 1
        is_last = activity.moves is not None and following >= activity.moves
        moments = given if is_last else [*given, activity.moment(following)]
        return min((moment for moment in moments if moment > at), default=at + 365 * _DAY)

    def mints_of(self, address: str) -> list[str]:
        """Every mint that an address ever holds, sooner or later."""
        if address in self._fixed:
            return [held.mint_address for held in self._fixed[address].tokens]
        activity = self.activity(address)
        slots = activity.traded + self._gifts(address, activity) if activity.moves != 0 else 0
        return [self.tokens.of_wallet(activity.key, slot)[0] for slot in range(slots)]

    def token_account(self, owner: str, mint: str, program: TokenProgram, number: int = 0) -> TokenAccount:
        """An account of a wallet and a mint, mostly the only one; its address says nothing."""
        account = self._token_accounts.get((owner, mint, program, number))
        if account is None:
            if len(self._token_accounts) >= _REMEMBERED:
                self._token_accounts.clear()
            others = [str(number)] if number else []
            address = self.seed.address(b"token account", owner, mint, program.value, *others)
            account = TokenAccount(address, owner, mint, program)
            self._token_accounts[owner, mint, program, number] = account
        return account

    def spread(self, owner: str, mint: str) -> int:
        """In how many accounts of a wallet its tokens of a mint lie."""
        return self._fixed[owner].spread.get(mint, 1) if owner in self._fixed else 1

    def amounts_of(self, owner: str, held: TokenBalance) -> list[int]:
        """What lies in each of the accounts of a holding; the last has what is over."""
        accounts = min(self.spread(owner, held.mint_address), held.amount)
        each = held.amount // accounts
        return [each] * (accounts - 1) + [held.amount - each * (accounts - 1)]

    def is_frozen(self, owner: str, mint: str) -> bool:
        """Whether a wallet's accounts of a mint are frozen."""
        return owner in self._fixed and mint in self._fixed[owner].frozen

    def token_balances(self, owner: str, at: int) -> TokenBalances:
        """The holdings, mostly each in an account of its own: an emptied one is closed."""
        holdings = self.holdings(owner, at)
        accounts = tuple(
            FoundTokenAccount(
                self.token_account(owner, held.mint_address, held.token_program, number), amount, held.decimals
            )
            for held in holdings
            for number, amount in enumerate(self.amounts_of(owner, held))
        )
        return TokenBalances(holdings, slot_at(at), accounts)

    def amounts(self, accounts: Sequence[TokenAccount], at: int) -> dict[TokenAccount, int | None]:
        """What is in token accounts; None for one that is not there (any more)."""
        there: dict[str, dict[TokenAccount, int]] = {}
        for account in accounts:
            if account.owner not in there:
                found = self.token_balances(account.owner, at).accounts
                there[account.owner] = {each.account: each.amount for each in found}
        return {account: there[account.owner].get(account) for account in accounts}

    def _gifts(self, address: str, activity: AddressActivity) -> int:
        return self._whales.get(address, activity.key[1] % 5)

    def _given(self, address: str, activity: AddressActivity, slot: int) -> int:
        if address in self._whales:
            return activity.begins
        return activity.begins + self.seed.number(b"given", activity.key, slot) % (_AIRDROP_DAYS * _DAY)

    def _gift(self, mint: str, position: int, activity: AddressActivity) -> int:
        entropy = self.seed.number(b"gift", activity.key, mint)
        return U64_MAX - entropy // 64 % 1000 if entropy % 64 == 0 else position

    def _holding(self, mint: str, amount: int) -> TokenBalance:
        facts = self.tokens.facts(mint)
        return TokenBalance(
            mint_address=mint, amount=amount, decimals=facts.decimals, token_program=facts.token_program
        )
