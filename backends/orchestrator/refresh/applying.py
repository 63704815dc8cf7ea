"""What a reading changes on a wallet: each part for itself; a failed part or one from an older slot changes nothing.
Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backends.errors import BackendError
from backends.orchestrator.bounds import A_DAY_OF_SLOTS
from backends.orchestrator.history.activity import ActivityEntry
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Balance
from backends.orchestrator.records import Funding, PartResultRecord, Parts, PartState, ReadError, Wallet
from backends.orchestrator.refresh.known_accounts import next_discovery
from backends.orchestrator.refresh.reading import TokensReading, WalletReading
from backends.orchestrator.refresh.transaction_history import HistoryReading, merged_history
from backends.orchestrator.storage.chunked_list import ChunkedList
from backends.orchestrator.wallets.holdings import holding_rows
from backends.orchestrator.wallets.state import is_of_wrong_clock, revise
from generated_models import PartOutcome, RefreshItemOutcome, TokenHolding, WalletPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A wallet after a reading, before it is stored. `holdings` and `chunked_holdings` are set when the holdings
    changed; `fundings` are the incoming transfers that the wallet did not have, `activity` all transactions that were
    seen.
    """

    wallet: Wallet
    results: dict[WalletPart, PartResultRecord]
    holdings: Sequence[TokenHolding] | None
    chunked_holdings: ChunkedList | None
    fundings: tuple[Funding, ...]
    activity: tuple[ActivityEntry, ...] = ()

    @property
    def outcome(self) -> RefreshItemOutcome:
        """How the wallet's refresh went as a whole."""
        failed = sum(result.outcome == PartOutcome.failed for result in self.results.values())
        if failed == len(self.results):
            return RefreshItemOutcome.failed
        return RefreshItemOutcome.partial if failed else RefreshItemOutcome.complete


def read_error(error: BackendError) -> ReadError:
    """A failure as it is stored and shown."""
    return ReadError(code=error.code, message=error.detail, retryable=error.retryable)


def _is_older(slot: int | None, stored: int | None) -> bool:
    """Whether a reading is from before the stored one. Where it lies far before, the stored slot can't be true."""
    return slot is not None and stored is not None and stored - A_DAY_OF_SLOTS <= slot < stored


def _is_of_other_accounts(wallet: Wallet, answer: Balance | TokensReading | HistoryReading) -> bool:
    """Whether known accounts were read that are no longer those that are known: another reading was quicker."""
    if not isinstance(answer, TokensReading) or answer.is_discovery:
        return False
    return wallet.token_accounts not in (answer.read_from, answer.accounts)


def _discover_after(wallet: Wallet, tokens: TokensReading, now: datetime, policy: Policy) -> datetime | None:
    """From when on the accounts are looked for again; at once where names are missing, for only then they are asked
    for again, and where the accounts are too many to be known.
    """
    if not tokens.is_named or tokens.accounts is None:
        return None
    return next_discovery(wallet.wallet_address, now, policy) if tokens.is_discovery else wallet.discover_after


def _may_have_new_accounts(reading: WalletReading, results: Mapping[WalletPart, PartResultRecord]) -> bool:
    """Whether something happened that may have opened token accounts, and they were not looked for since."""
    history, tokens = reading.history, reading.tokens
    if not isinstance(history, HistoryReading) or history.moved_slot is None:
        return False
    looked = isinstance(tokens, TokensReading) and tokens.is_discovery and tokens.slot >= history.moved_slot
    return not looked or results[WalletPart.token_holdings].outcome == PartOutcome.superseded


def _after_reading(parts: Parts, states: Mapping[str, PartState], now: datetime, policy: Policy) -> Parts:
    """The parts with those that were asked for. Of the others, what was read by a clock that was wrong was read before
    now, nobody knows when: it is as old as the readings that are stale from now on.
    """
    window = policy.fresh_window(now)
    dated = {
        part.value: replace(
            state, as_of=window.after, discovered_at=state.discovered_at and min(state.discovered_at, window.after)
        )
        for part in WalletPart
        if part.value not in states and is_of_wrong_clock((state := parts.of(part)).as_of, window)
    }
    return replace(parts, **dated, **states)


def apply_reading(
    wallet: Wallet,
    reading: WalletReading,
    new_ref: Callable[[], str],
    now: datetime,
    policy: Policy,
    *,
    holdings_lost: bool = False,
) -> Applied:
    """The wallet with what was read.

    Args:
        wallet: as it is stored now.
        reading: what the chain said.
        new_ref: makes the reference under which holdings that may have changed are stored.
        now: the time of the reading.
        policy: the numbers of the rules.
        holdings_lost: the stored holdings can't be read, so even equal ones are written.
    """
    read: dict[WalletPart, Balance | TokensReading | HistoryReading | BackendError | None] = {
        WalletPart.sol_balance: reading.balance,
        WalletPart.token_holdings: reading.tokens,
        WalletPart.funding_transactions: reading.history,
    }
    states: dict[str, PartState] = {}
    results: dict[WalletPart, PartResultRecord] = {}
    changed: dict[str, Any] = {}
    holdings: Sequence[TokenHolding] | None = None
    chunked_holdings: ChunkedList | None = None
    fundings: tuple[Funding, ...] = ()
    activity: tuple[ActivityEntry, ...] = ()
    for part, answer in read.items():
        if answer is None:
            continue
        state = wallet.parts.of(part)
        if isinstance(answer, BackendError):
            error = read_error(answer)
            # Not before what was read, if the clock was set back since.
            tried_at = now if state.as_of is None else max(now, state.as_of)
            states[part.value] = replace(state, last_attempt_at=tried_at, last_error=error)
            results[part] = PartResultRecord(outcome=PartOutcome.failed, slot=None, error=error)
            continue
        if _is_older(answer.slot, state.slot) or _is_of_other_accounts(wallet, answer):
            results[part] = PartResultRecord(outcome=PartOutcome.superseded, slot=answer.slot, error=None)
            continue
        truncated, discovered_at = False, None
        if isinstance(answer, Balance):
            is_new = wallet.last_balance_lamports != answer.lamports
            changed["last_balance_lamports"] = answer.lamports
        elif isinstance(answer, TokensReading):
            is_new = False
            if answer.holdings is not None:
                new_list = ChunkedList(wallet.key, new_ref(), holding_rows(answer.holdings))
                is_new = holdings_lost or wallet.holdings is None or wallet.holdings.digest != new_list.reference.digest
                if is_new:
                    holdings, chunked_holdings = answer.holdings, new_list
                    changed["holdings"] = new_list.reference
            discovered_at = now if answer.is_discovery else state.discovered_at
            changed["token_accounts"] = answer.accounts
            changed["discover_after"] = _discover_after(wallet, answer, now, policy)
        else:
            known = {funding.signature for funding in wallet.recent_funding or ()}
            fundings = tuple(funding for funding in answer.fundings if funding.signature not in known)
            is_new = bool(fundings) or wallet.recent_funding is None
            changed |= merged_history(wallet, answer, policy)
            truncated = answer.truncated
            activity = answer.activity
        states[part.value] = PartState(
            as_of=now, slot=answer.slot, truncated=truncated, discovered_at=discovered_at, last_attempt_at=now
        )
        outcome = PartOutcome.updated if is_new else PartOutcome.unchanged
        results[part] = PartResultRecord(outcome=outcome, slot=answer.slot, error=None)
    if _may_have_new_accounts(reading, results):
        changed["discover_after"] = None
    changed["parts"] = _after_reading(wallet.parts, states, now, policy)
    return Applied(
        wallet=revise(wallet, now, policy, **changed) if states else wallet,
        results=results,
        holdings=holdings,
        chunked_holdings=chunked_holdings,
        fundings=fundings,
        activity=activity,
    )
