"""What the addresses of the faked chain did: moves as transactions, by signature and in an address's history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backends.orchestrator.ports import SignatureInfo, SystemTransfer, TokenMove, Transaction

from .address_activity import FEE, AddressActivity, Move, MoveKind
from .seed import Seed, decode, encode
from .signatures import read, sign
from .slots import block_time, slot_at
from .tokens import FakeMints

_REMEMBERED = 20_000
_COUNTERPARTIES = 48


@dataclass(frozen=True, slots=True)
class TokenMovement:
    """What an owner held of a mint before and after a transaction, in raw units."""

    owner: str
    mint: str
    before: int
    after: int


class FakeTransactions:
    """The transactions of all addresses of one seed. Moments are milliseconds since the Unix epoch.

    Args:
        seed: the chain's.
        tokens: its mints.
        activity: tells the activity of an address.
    """

    def __init__(self, seed: Seed, tokens: FakeMints, activity: Callable[[str], AddressActivity]) -> None:
        self._seed = seed
        self._tokens = tokens
        self._activity = activity
        self._signed: dict[str, tuple[str, int]] = {}
        self._curves: dict[str, str] = {}
        self._counterparties = [seed.address(b"counterparty", i) for i in range(_COUNTERPARTIES)]

    def history(
        self, address: str, at: int, *, until: str | None, limit: int, before: str | None = None
    ) -> list[SignatureInfo]:
        """The newest `limit` moves, newest first, after the one signed `until` (all, if that is none) and older than
        the one signed `before`.
        """
        activity = self._activity(address)
        last = activity.last(at)
        if before is not None:
            place = self._signed_move(before)
            if place is None or place[0] != address:
                return []
            last = min(last, place[1] - 1)
        first = 0
        seen = self._signed_move(until) if until is not None else None
        if seen is not None and seen[0] == address and seen[1] <= last:
            first = seen[1] + 1
        return [self._entry(address, activity, index) for index in range(last, max(first, last + 1 - limit) - 1, -1)]

    def signature(self, address: str, index: int) -> str:
        """The signature of an address's move."""
        return sign(self._seed, self._activity(address).address, index)

    def by_signature(self, signature: str, at: int) -> Transaction | None:
        """What one transaction did; None for a signature that is not on the chain by then."""
        found = self.move_of(signature, at)
        return None if found is None else self.transaction_of(*found)

    def move_of(self, signature: str, at: int) -> tuple[str, Move] | None:
        """The address and the move that a signature signed, if that has happened by then."""
        found = self._signed_move(signature)
        if found is None:
            return None
        address, index = found
        activity = self._activity(address)
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
            TokenMove(moved.mint, moved.after - moved.before, self._tokens.facts(moved.mint).decimals)
            for moved in self.token_movements(address, move)
            if moved.after != moved.before
        )

    def token_movements(self, address: str, move: Move) -> list[TokenMovement]:
        """What an address's move did to its holdings."""
        if move.kind not in (MoveKind.BUY, MoveKind.SELL):
            return []
        activity = self._activity(address)
        slot = activity.mint_of(move.index)
        trades = activity.trades(move.index, slot)
        mint, position = self._tokens.of_wallet(activity.key, slot)
        before, after = (position * activity.stake(slot, count) // 1000 for count in (trades - 1, trades))
        return [TokenMovement(address, mint, before, after)]

    def _counterparty(self, address: str, move: Move) -> str:
        return self._counterparties[(self._activity(address).entropy(move.index) >> 40) % _COUNTERPARTIES]

    def transfers_of(self, address: str, move: Move) -> list[SystemTransfer]:
        """The transfers of SOL in an address's move."""
        activity = self._activity(address)
        entropy = activity.entropy(move.index) >> 40
        other = self._counterparties[entropy % _COUNTERPARTIES]
        match move.kind:
            case MoveKind.INCOMING if entropy // _COUNTERPARTIES % 6 == 0:
                # Somebody pays out to several addresses at once, and to this one in two parts: the second from where
                # the first came, or out of an account that was paid before it.
                part = move.lamports // 3
                third = self._counterparties[(entropy + 1) % _COUNTERPARTIES]
                last = third if entropy // _COUNTERPARTIES // 6 % 2 else other
                return [
                    SystemTransfer(other, address, part),
                    SystemTransfer(other, third, move.lamports),
                    SystemTransfer(last, address, move.lamports - part),
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
        activity = self._activity(address)
        mint, _ = self._tokens.of_wallet(activity.key, activity.mint_of(move.index))
        curve = self._curves.get(mint)
        if curve is None:
            if len(self._curves) >= _REMEMBERED:
                self._curves.clear()
            curve = self._curves[mint] = self._seed.address(b"bonding curve", decode(mint))
        return curve

    def _signed_move(self, signature: str) -> tuple[str, int] | None:
        """The address and the move that were signed; those listed a moment ago are remembered."""
        known = self._signed.get(signature)
        if known is not None:
            return known
        found = read(self._seed, signature)
        return None if found is None else (encode(found[0]), found[1])

    def _entry(self, address: str, activity: AddressActivity, index: int) -> SignatureInfo:
        at = activity.moment(index)
        signature = sign(self._seed, activity.address, index)
        if len(self._signed) >= _REMEMBERED:
            self._signed.clear()
        self._signed[signature] = (address, index)
        return SignatureInfo(
            signature=signature,
            slot=slot_at(at),
            block_time=block_time(at),
            failed=activity.fails(index),
        )
