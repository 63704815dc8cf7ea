"""Mints of the faked chain: what each is, what it is called, and who trades which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backends.orchestrator.ports import TokenName
from generated_models import TokenProgram

from .fake_names import FakeNames
from .seed import Seed, decode

U64_MAX = 2**64 - 1

_WELL_KNOWN = {
    "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v": ("USD Coin", "USDC", 6),
    "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB": ("USDT", "USDT", 6),
    "DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263": ("Bonk", "Bonk", 5),
    "JUPyiwrYJFskUPiHa7hkeR8VUtAeFoSYbKedZNsDvCN": ("Jupiter", "JUP", 6),
}
_POPULAR = 28
_DECIMALS = (6, 6, 6, 6, 6, 9, 9, 5, 8, 0)
_REMEMBERED = 50_000
_POSITIONS = 20_000


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What never changes about a mint. `name` and `ticker` are what its maker wrote, `named` what is shown of them."""

    decimals: int
    token_program: TokenProgram
    name: str | None
    ticker: str | None
    named: TokenName = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "named", TokenName.shown(self.name, self.ticker))

    @property
    def is_named(self) -> bool:
        """Whether the mint carries anything of a name."""
        return self.name is not None or self.ticker is not None


class FakeMints:
    """All mints of one seed: any 32 bytes that somebody asks for are one."""

    def __init__(self, seed: Seed, names: FakeNames, known: Mapping[str, TokenFacts] | None = None) -> None:
        """`known` are facts that somebody says of mints, in place of seeded ones."""
        self._known = known or {}
        self._seed = seed
        self._names = names
        self._facts: dict[str, TokenFacts] = {}
        self._positions: dict[tuple[bytes, int], tuple[str, int]] = {}
        self.popular = (*_WELL_KNOWN, *(seed.address(b"popular mint", i) for i in range(_POPULAR)))

    def facts(self, mint: str) -> TokenFacts:
        """The facts of a mint."""
        facts = self._facts.get(mint)
        if facts is None:
            if len(self._facts) >= _REMEMBERED:
                self._facts.clear()
            facts = self._facts[mint] = self._make(mint)
        return facts

    def of_wallet(self, key: bytes, slot: int) -> tuple[str, int]:
        """The mint at one of a wallet's slots, and the wallet's usual holding of it, in raw units: at least 1; times a
        hundred it still is a u64.

        Half of the mints are popular ones, the rest nobody else has. No two slots share a mint.
        """
        found = self._positions.get((key, slot))
        if found is None:
            if len(self._positions) >= _POSITIONS:
                self._positions.clear()
            mint = self._mint_at(key, slot)
            found = self._positions[key, slot] = mint, self._position(mint, key)
        return found

    def _mint_at(self, key: bytes, slot: int) -> str:
        entropy = self._seed.number(b"slot", key, slot)
        if entropy % 2 or slot >= len(self.popular):
            return self._seed.address(b"mint", key, slot)
        anywhere = key[0]
        return self.popular[(anywhere + slot) % len(self.popular)]

    def _position(self, mint: str, key: bytes) -> int:
        facts = self.facts(mint)
        entropy = self._seed.number(b"position", key, mint)
        if facts.decimals == 0:
            return 1 + entropy % 3
        raw: int = (1 + entropy % 999) * 10 ** (entropy // 1000 % 6 + facts.decimals)
        return min(raw, U64_MAX // 100)

    def _make(self, mint: str) -> TokenFacts:
        if said := self._known.get(mint):
            return said
        if known := _WELL_KNOWN.get(mint):
            name, ticker, decimals = known
            return TokenFacts(decimals, TokenProgram.spl_token, name, ticker)
        entropy = self._seed.number(b"token", decode(mint))
        program = TokenProgram.token_2022 if entropy % 3 == 0 else TokenProgram.spl_token
        decimals = _DECIMALS[entropy // 3 % len(_DECIMALS)]
        return TokenFacts(decimals, program, *self._name(entropy // 30 % 32, entropy // 960))

    def _name(self, choice: int, number: int) -> tuple[str | None, str | None]:
        match choice:
            case 0 | 1:
                return None, None
            case 2:
                return self._names.hostile_token(number)
            case 3:
                return self._names.token(number)[0], None
            case _:
                return self._names.token(number)
