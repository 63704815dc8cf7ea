"""The faked chain itself: what any address holds and did, as a function of (seed, address, time)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backends.orchestrator.ports import (
    FoundTokenAccount,
    SignatureInfo,
    SystemTransfer,
    TokenAccount,
    TokenBalance,
    TokenBalances,
    TokenMove,
    Transaction,
)
from generated_models import TokenProgram
from generated_models.mock import NamedWallet

from .address_activity import FEE, ActivityLevel, AddressActivity, Move, MoveKind, activity_of
from .fake_names import FakeNames
from .fixed_accounts import fixed_accounts, token_facts
from .seed import Seed, decode, encode
from .signatures import read, sign
from .slots import block_time, slot_at
from .tokens import U64_MAX, TokenBook

_REMEMBERED = 20_000
_AIRDROP_DAYS = 300
_DAY = 86_400_000
_COUNTERPARTIES = 48


@dataclass(frozen=True, slots=True)
class TokenMovement:
    """What an owner held of a mint before and after a transaction, in raw units."""

    owner: str
    mint: str
    before: int
    after: int


class FakeChain:
    """All addresses of one seed. Moments are milliseconds since the Unix epoch.

    `whales` names addresses that were given so many tokens at their beginning, and move often; `named`
    wallets that say what they hold hold that, and never move. `recorded_changes` names addresses that move often and
    have so many changes in their past.
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
        self.tokens = TokenBook(seed, names, token_facts(named))
        self._fixed = fixed_accounts(named)
        self.genesis_hash = seed.address(b"genesis")
        self._whales = whales or {}
        self.recorded_changes = recorded_changes or {}
        self._activities: dict[str, AddressActivity] = {}
        self._signed: dict[str, tuple[str, int]] = {}
        self._token_accounts: dict[tuple[str, str, TokenProgram], TokenAccount] = {}
        self._curves: dict[str, str] = {}
        self._counterparties = [seed.address(b"counterparty", i) for i in range(_COUNTERPARTIES)]

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

    def token_account(self, owner: str, mint: str, program: TokenProgram) -> TokenAccount:
        """The one account of a wallet and a mint that there can be on this chain; its address says nothing."""
        account = self._token_accounts.get((owner, mint, program))
        if account is None:
            if len(self._token_accounts) >= _REMEMBERED:
                self._token_accounts.clear()
            address = self.seed.address(b"token account", owner, mint, program.value)
            account = self._token_accounts[owner, mint, program] = TokenAccount(address, owner, mint, program)
        return account

    def token_balances(self, owner: str, at: int) -> TokenBalances:
        """The holdings, each in an account of its own: an emptied one is closed."""
        holdings = self.holdings(owner, at)
        accounts = tuple(
            FoundTokenAccount(
                self.token_account(owner, held.mint_address, held.token_program), held.amount, held.decimals
            )
            for held in holdings
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

    def history(
        self, address: str, at: int, *, until: str | None, limit: int, before: str | None = None
    ) -> list[SignatureInfo]:
        """The newest `limit` moves, newest first, after the one signed `until` (all, if that is none) and older than
        the one signed `before`.
        """
        activity = self.activity(address)
        last = activity.last(at)
        if before is not None:
            place = self._read(before)
            if place is None or place[0] != address:
                return []
            last = min(last, place[1] - 1)
        first = 0
        seen = self._read(until) if until is not None else None
        if seen is not None and seen[0] == address and seen[1] <= last:
            first = seen[1] + 1
        return [self._entry(address, activity, index) for index in range(last, max(first, last + 1 - limit) - 1, -1)]

    def signature(self, address: str, index: int) -> str:
        """The signature of an address's move."""
        return sign(self.seed, self.activity(address).address, index)

    def transaction(self, signature: str, at: int) -> Transaction | None:
        """What one transaction did; None for a signature that is not on the chain by then."""
        found = self.move_of(signature, at)
        return None if found is None else self.transaction_of(*found)

    def move_of(self, signature: str, at: int) -> tuple[str, Move] | None:
        """The address and the move that a signature signed, if that has happened by then."""
        found = self._read(signature)
        if found is None:
            return None
        address, index = found
        activity = self.activity(address)
        return (address, activity.move(index)) if index <= activity.last(at) else None

    def transaction_of(self, address: str, move: Move) -> Transaction:
        """An address's move as the chain tells it."""
        transfers = self.transfers_of(address, move)
        own = move.kind in (MoveKind.OUTGOING, MoveKind.BUY, MoveKind.SELL)
        payer = address if own else self._counterparty(address, move)
        lamports: dict[str, int] = {} if own else {payer: -FEE}
        for transfer in transfers:
            for party, change in ((transfer.sender, -transfer.lamports), (transfer.recipient, transfer.lamports)):
                if party != address:
                    lamports[party] = lamports.get(party, 0) + change
        if move.lamports:
            lamports[address] = move.lamports
        if move.kind is MoveKind.SELL:
            lamports[self.curve(address, move)] = -move.lamports - FEE
        tokens = self._token_moves(address, move)
        return Transaction(tuple(transfers), FEE, payer, lamports, {address: tokens} if tokens else {})

    def _token_moves(self, address: str, move: Move) -> tuple[TokenMove, ...]:
        return tuple(
            TokenMove(moved.mint, moved.after - moved.before, self.tokens.facts(moved.mint).decimals)
            for moved in self.token_movements(address, move)
            if moved.after != moved.before
        )

    def token_movements(self, address: str, move: Move) -> list[TokenMovement]:
        """What an address's move did to its holdings."""
        if move.kind not in (MoveKind.BUY, MoveKind.SELL):
            return []
        activity = self.activity(address)
        slot = activity.mint_of(move.index)
        trades = activity.trades(move.index, slot)
        mint, position = self.tokens.of_wallet(activity.key, slot)
        before, after = (position * activity.stake(slot, count) // 1000 for count in (trades - 1, trades))
        return [TokenMovement(address, mint, before, after)]

    def _counterparty(self, address: str, move: Move) -> str:
        return self._counterparties[(self.activity(address).dice(move.index) >> 40) % _COUNTERPARTIES]

    def transfers_of(self, address: str, move: Move) -> list[SystemTransfer]:
        """The transfers of an address's move."""
        activity = self.activity(address)
        dice = activity.dice(move.index) >> 40
        other = self._counterparties[dice % _COUNTERPARTIES]
        match move.kind:
            case MoveKind.INCOMING if dice // _COUNTERPARTIES % 6 == 0:
                # Somebody pays out to several addresses at once, and to this one in two parts.
                part = move.lamports // 3
                third = self._counterparties[(dice + 1) % _COUNTERPARTIES]
                return [
                    SystemTransfer(other, address, part),
                    SystemTransfer(other, third, move.lamports),
                    SystemTransfer(other, address, move.lamports - part),
                ]
            case MoveKind.INCOMING:
                return [SystemTransfer(other, address, move.lamports)]
            case MoveKind.OUTGOING:
                return [SystemTransfer(address, other, -move.lamports - FEE)]
            case MoveKind.BUY:
                return [SystemTransfer(address, self.curve(address, move), -move.lamports - FEE)]
            case MoveKind.SELL | MoveKind.NOTHING | MoveKind.FAILED:
                return []  # a sale is paid by a program out of its own account: no transfer instruction

    def curve(self, address: str, move: Move) -> str:
        """Who pays for what is sold, and is paid for what is bought."""
        activity = self.activity(address)
        mint, _ = self.tokens.of_wallet(activity.key, activity.mint_of(move.index))
        curve = self._curves.get(mint)
        if curve is None:
            if len(self._curves) >= _REMEMBERED:
                self._curves.clear()
            curve = self._curves[mint] = self.seed.address(b"bonding curve", decode(mint))
        return curve

    def _read(self, signature: str) -> tuple[str, int] | None:
        """The address and the move that were signed; those listed a moment ago are remembered."""
        known = self._signed.get(signature)
        if known is not None:
            return known
        found = read(self.seed, signature)
        return None if found is None else (encode(found[0]), found[1])

    def _entry(self, address: str, activity: AddressActivity, index: int) -> SignatureInfo:
        at = activity.moment(index)
        signature = sign(self.seed, activity.address, index)
        if len(self._signed) >= _REMEMBERED:
            self._signed.clear()
        self._signed[signature] = (address, index)
        return SignatureInfo(
            signature=signature,
            slot=slot_at(at),
            block_time=block_time(at),
            failed=activity.fails(index),
        )

    def _gifts(self, address: str, activity: AddressActivity) -> int:
        return self._whales.get(address, activity.key[1] % 5)

    def _given(self, address: str, activity: AddressActivity, slot: int) -> int:
        if address in self._whales:
            return activity.begins
        return activity.begins + self.seed.number(b"given", activity.key, slot) % (_AIRDROP_DAYS * _DAY)

    def _gift(self, mint: str, position: int, activity: AddressActivity) -> int:
        dice = self.seed.number(b"gift", activity.key, mint)
        return U64_MAX - dice // 64 % 1000 if dice % 64 == 0 else position

    def _holding(self, mint: str, amount: int) -> TokenBalance:
        facts = self.tokens.facts(mint)
        return TokenBalance(
            mint_address=mint, amount=amount, decimals=facts.decimals, token_program=facts.token_program
        )
