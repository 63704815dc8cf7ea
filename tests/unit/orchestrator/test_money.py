"""Money is exact (rule 4)."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from backends.orchestrator.amounts import decimal_text, lamports_of, sol_text
from tests.support.fakes import address
from tests.support.rig import Rig

A = address("A")
U64 = 2**64 - 1
CANONICAL = re.compile(r"^(0|-?0\.[0-9]*[1-9]|-?[1-9][0-9]*(\.[0-9]*[1-9])?)$")


@given(st.integers(0, U64))
def test_lamports_round_trip_through_sol(lamports: int) -> None:
    text = sol_text(lamports)
    assert CANONICAL.match(text)
    assert lamports_of(text) == lamports


@given(st.integers(-(2**70), 2**70), st.integers(0, 255))
def test_decimal_text_is_the_exact_quotient(amount: int, decimals: int) -> None:
    text = decimal_text(amount, decimals)
    assert CANONICAL.match(text)
    with localcontext(prec=400):
        assert Decimal(text) * Decimal(10) ** decimals == amount


@given(st.integers(1, 10**18), st.integers(0, 9))
def test_trailing_zeros_change_nothing(lamports: int, zeros: int) -> None:
    whole, fraction = divmod(lamports, 10**9)
    text = f"{whole}.{fraction:09}"
    shortened = text[: len(text) - min(zeros, len(text) - len(text.rstrip("0")))].rstrip(".")
    assert lamports_of(text) == lamports_of(shortened) == lamports


async def test_amounts_of_64_bits_survive_the_way_through_the_store(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.lamports[A] = 9_007_199_254_740_993  # 2^53 + 1: a float would lose it
    rig.chain.set_tokens(A, big=U64, newest=1)
    await rig.refresh(A)
    wallet = (await rig.get(A)).value.wallet
    assert wallet.last_balance_lamports == "9007199254740993"
    assert wallet.last_balance_sol == "9007199.254740993"
    held = {holding.mint_address: holding for holding in wallet.token_holdings or []}
    assert held[address("big")].amount == "18446744073709551615"
    assert held[address("big")].balance == "18446744073709.551615"
    assert (held[address("newest")].amount, held[address("newest")].balance) == ("1", "0.000001")


async def test_funded_from_exactly_the_threshold(rig: Rig) -> None:
    await rig.create(A)
    for lamports, status in ((249_999_999, "UNFUNDED"), (250_000_000, "FUNDED"), (0, "UNFUNDED")):
        rig.chain.lamports[A] = lamports
        assert (await rig.refresh(A)).wallet.status == status
