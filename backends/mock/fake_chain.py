"""The faked chain itself: what any address holds and did, as a function of (seed, address, time)."""

from __future__ import annotations

from collections.abc import Mapping

from backends.orchestrator.ports import SignatureInfo, SystemTransfer, TokenBalance

from .address_activity import FEE, ActivityLevel, AddressActivity, Move, MoveKind, live
from .fake_names import FakeNames
from .seed import Seed, decode, encode
from .signatures import read, sign
from .slots import block_time, slot_at
from .tokens import U64_MAX, TokenBook

_REMEMBERED = 20_000
_AIRDROP_DAYS = 300
_DAY = 86_400_000
_COUNTERPARTIES = 48


class FakeChain:
    """All addresses of one seed. Moments are milliseconds since the Unix epoch.

    `whales` names addresses that were given so many tokens at birth, and lead a busy life.
    """

    def __init__(self, seed: Seed, words: FakeNames, whales: Mapping[str, int] | None = None) -> None:
        self.seed = seed
        self.tokens = TokenBook(seed, words)
        self.genesis_hash = seed.address(b"genesis")
        self._whales = whales or {}
        self._lives: dict[str, AddressActivity] = {}
        self._counterparties = [seed.address(b"counterparty", i) for i in range(_COUNTERPARTIES)]

    def life(self, address: str) -> AddressActivity:
        """The life of an address."""
        life = self._lives.get(address)
        if life is None:
            if len(self._lives) >= _REMEMBERED:
                self._lives.clear()
            level = ActivityLevel.BUSY if address in self._whales else None
            life = self._lives[address] = live(self.seed, decode(address), level=level)
        return life

    def balance(self, address: str, at: int) -> int:
        """Lamports."""
        life = self.life(address)
        return life.balance(life.last(at))

    def holdings(self, address: str, at: int) -> tuple[TokenBalance, ...]:
        """What it traded into and what was given to it, by mint."""
        life = self.life(address)
        last = life.last(at)
        if last < 0:
            return ()
        amounts: dict[str, int] = {}
        for slot in range(life.traded):
            stake = life.stake(slot, life.trades(last, slot))
            mint = self.tokens.of_wallet(life.key, slot)
            amounts[mint] = self.tokens.position(mint, life.key) * stake // 1000
        for slot in range(life.traded, life.traded + self._gifts(address, life)):
            if self._given(address, life, slot) <= at:
                mint = self.tokens.of_wallet(life.key, slot)
                amounts[mint] = self._gift(mint, life)
        return tuple(self._holding(mint, amounts[mint]) for mint in sorted(amounts) if amounts[mint])

    def history(self, address: str, at: int, *, until: str | None, limit: int) -> list[SignatureInfo]:
        """The newest `limit` moves, newest first, after the one signed `until` (all, if that is none)."""
        life = self.life(address)
        last = life.last(at)
        first = 0
        seen = read(self.seed, until) if until is not None else None
        if seen is not None and seen[0] == life.address and seen[1] <= last:
            first = seen[1] + 1
        return [self._entry(life, index) for index in range(last, max(first, last + 1 - limit) - 1, -1)]

    def signature(self, address: str, index: int) -> str:
        """The signature of an address's move."""
        return sign(self.seed, self.life(address).address, index)

    def transfers(self, signature: str, at: int) -> list[SystemTransfer] | None:
        """The transfers that one transaction made; None for a signature that is not on the chain by then."""
        found = read(self.seed, signature)
        if found is None:
            return None
        raw, index = found
        address = encode(raw)
        life = self.life(address)
        if index > life.last(at):
            return None
        return self.transfers_of(address, life.move(index))

    def transfers_of(self, address: str, move: Move) -> list[SystemTransfer]:
        """The transfers of an address's move."""
        life = self.life(address)
        dice = life.dice(move.index) >> 40
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
                mint = self.tokens.of_wallet(life.key, life.mint_of(move.index))
                curve = self.seed.address(b"bonding curve", decode(mint))
                return [SystemTransfer(address, curve, -move.lamports - FEE)]
            case MoveKind.SELL | MoveKind.NOTHING | MoveKind.FAILED:
                return []  # a sale is paid by a program out of its own account: no transfer instruction

    def _entry(self, life: AddressActivity, index: int) -> SignatureInfo:
        at = life.moment(index)
        return SignatureInfo(
            signature=sign(self.seed, life.address, index),
            slot=slot_at(at),
            block_time=block_time(at),
            failed=life.fails(index),
        )

    def _gifts(self, address: str, life: AddressActivity) -> int:
        return self._whales.get(address, life.key[1] % 5)

    def _given(self, address: str, life: AddressActivity, slot: int) -> int:
        if address in self._whales:
            return life.begins
        return life.begins + self.seed.number(b"given", life.key, slot) % (_AIRDROP_DAYS * _DAY)

    def _gift(self, mint: str, life: AddressActivity) -> int:
        dice = self.seed.number(b"gift", life.key, mint)
        return U64_MAX - dice // 64 % 1000 if dice % 64 == 0 else self.tokens.position(mint, life.key)

    def _holding(self, mint: str, amount: int) -> TokenBalance:
        facts = self.tokens.facts(mint)
        return TokenBalance(
            mint_address=mint, amount=amount, decimals=facts.decimals, token_program=facts.token_program
        )
