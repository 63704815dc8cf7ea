"""What a first refresh at some moment reads of a wallet, straight from the faked chain.

A world of 10,000 wallets is populated in seconds this way; a test compares it with the orchestrator's own
reader over the faked chain.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime

from backends.orchestrator.amounts import decimal_text
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Balance
from backends.orchestrator.records import Funding, HistoryCursor
from backends.orchestrator.refresh.reading import TokensReading, WalletReading
from backends.orchestrator.refresh.transaction_history import HistoryReading
from generated_models import TokenHolding

from .address_activity import Move, MoveKind
from .fake_chain import FakeChain
from .slots import block_time, from_ms, slot_at, to_ms


def first_reading(
    chain: FakeChain, address: str, at: int, open_since: datetime | None, policy: Policy
) -> WalletReading:
    """All three parts as of `at` (milliseconds). `open_since`: creation of the oldest open schedule."""
    balance = Balance(chain.balance(address, at), slot_at(at))
    return WalletReading(
        balance=balance,
        tokens=_tokens(chain, address, at),
        history=_history(chain, address, at, balance, open_since, policy),
    )


def _tokens(chain: FakeChain, address: str, at: int) -> TokensReading:
    holdings = []
    for held in chain.holdings(address, at):
        named = chain.tokens.facts(held.mint_address).named
        holdings.append(
            TokenHolding(
                mint_address=held.mint_address,
                name=named.name,
                ticker=named.ticker,
                balance=decimal_text(held.amount, held.decimals),
                amount=str(held.amount),
                decimals=held.decimals,
                token_program=held.token_program,
            )
        )
    return TokensReading(holdings=tuple(holdings), slot=slot_at(at))


def _history(
    chain: FakeChain, address: str, at: int, balance: Balance, open_since: datetime | None, policy: Policy
) -> HistoryReading:
    activity = chain.activity(address)
    last = activity.last(at)
    reach = min(last + 1, policy.history_limit)
    stopped_short = reach == policy.history_limit
    since = None if open_since is None else to_ms(open_since.replace(microsecond=0))
    fundings: list[Funding] = []
    skipped: list[Move] = []
    looked_into = 0
    for move in itertools.islice(activity.history(last), reach):
        if move.kind is MoveKind.FAILED:
            continue
        recent = looked_into + len(skipped) < policy.history_transactions
        if recent or (since is not None and activity.moment(move.index) >= since):
            looked_into += 1
            fundings += _incoming(chain, address, move)
        elif stopped_short:
            break  # the rest is older still
        else:
            skipped.append(move)
    if skipped:  # the first transaction of a complete history tells when the wallet was first funded
        fundings += _incoming(chain, address, skipped.pop())
    newest = chain.signature(address, last) if reach else None
    return HistoryReading(
        fundings=tuple(fundings),
        history=HistoryCursor(
            newest=newest,
            newest_slot=slot_at(activity.moment(last)) if reach else 0,
            lamports=balance.lamports,
            swept_at=from_ms(at),
        ),
        slot=balance.slot,
        truncated=stopped_short or bool(skipped),
        last_activity_at=block_time(activity.moment(last)) if reach else None,
    )


def _incoming(chain: FakeChain, address: str, move: Move) -> Iterator[Funding]:
    if move.kind is not MoveKind.INCOMING:
        return
    at = chain.activity(address).moment(move.index)
    yield Funding(
        signature=chain.signature(address, move.index),
        lamports=move.lamports,
        sender=next(each.sender for each in chain.transfers_of(address, move) if each.recipient == address),
        slot=slot_at(at),
        block_time=block_time(at),
    )
