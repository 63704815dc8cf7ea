"""A wallet's past under kill -9 and beside other processes: no entry twice, none lost."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backends.mock.slots import slot_at
from backends.orchestrator.history.activity import ActivityEntry
from backends.orchestrator.history.changes import BalanceChange
from backends.orchestrator.history.months import activity_of_wallet, changes_of, months_of
from backends.orchestrator.records import Wallet
from backends.real.sqlite import SqliteWalletsDataService
from tests.support.load import LOAD_SECONDS
from tests.support.recording_process import busy_address, create, faked_chain

pytestmark = pytest.mark.slow

_KILLS = 40 if os.environ.get("NIGHTLY") else 4
_AT_ONCE = 2
_SLOT = 400
"""Milliseconds."""
_GENESIS = 1_584_368_940_000
_OF_A_MONTH = 1_000
"""Of the newest transactions, so many are kept in any case."""


def _started(file: Path, started: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.support.recording_process", str(file), str(started)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _killed_after(process: subprocess.Popen[str], readings: int) -> list[int]:
    """kill -9 in the middle of a refresh, after so many; the slots of those that were committed for sure."""
    assert process.stdout is not None
    slots = []
    for line in process.stdout:
        slots.append(int(line))
        if len(slots) >= readings:
            break
    process.kill()
    rest, _ = process.communicate(timeout=LOAD_SECONDS)
    return slots + [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]


async def _past(file: Path, address: str) -> tuple[Wallet, list[BalanceChange], list[ActivityEntry]]:
    store = SqliteWalletsDataService(file, deadline=60)
    found = await store.get(Wallet, address)
    assert found is not None
    wallet = found.record
    months = await months_of(store, wallet)
    await store.aclose()
    return wallet, changes_of(wallet, months), activity_of_wallet(wallet, months)


def test_processes_that_are_killed_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    file, started = tmp_path / "wallets.sqlite3", time.time()
    chain = faked_chain()
    address = busy_address(chain)
    asyncio.run(create(file, started))
    some = random.Random(5)
    committed: list[int] = []
    for _ in range(_KILLS // _AT_ONCE):
        processes = [_started(file, started) for _ in range(_AT_ONCE)]
        for process in processes:
            committed += _killed_after(process, some.randrange(5, 40))
    wallet, changes, activity = asyncio.run(_past(file, address))

    def balance(slot: int) -> int:
        at = _GENESIS + slot * _SLOT
        assert slot_at(at) == slot
        # Within the slot that the reading names: the mock's chain moves by milliseconds.
        return {chain.balance(address, moment) for moment in (at, at + _SLOT - 1)}.pop()

    assert len(changes) > 16, "some have moved into months"
    assert wallet.history_months
    slots = [change.slot or 0 for change in changes]
    assert slots == sorted(set(slots)), "none twice, and in order"
    for change in changes:
        assert change.lamports == balance(change.slot or 0)
    for earlier, later in itertools.pairwise(changes):
        assert (earlier.lamports, earlier.tokens) != (later.lamports, later.tokens) or later.fundings or later.tokens
        assert earlier.first_seen_at <= (earlier.confirmed_until or later.first_seen_at) <= later.first_seen_at
    for slot in committed:
        known = [change for change in changes if (change.slot or 0) <= slot]
        assert known[-1].lamports == balance(slot), "what was committed is there"

    signatures = [entry.signature for entry in activity]
    assert len(set(signatures)) == len(signatures)
    assert wallet.history is not None
    gaps = wallet.history.gaps
    unread_below = next((entry.slot for entry in activity if gaps and entry.signature == gaps[0].before), 0)
    whole = [entry for entry in activity if entry.slot >= unread_below][:_OF_A_MONTH]
    whole = [entry for entry in whole if entry.slot > whole[-1].slot]  # of a slot all, or none
    end = next(
        index for index in itertools.count() if chain.transactions.signature(address, index) == wallet.history.newest
    )
    newest = [chain.transactions.signature(address, index) for index in range(end, end - len(whole), -1)]
    assert {entry.signature for entry in whole} == set(newest), "and none lost"
    assert [(-entry.slot, entry.signature) for entry in activity] == sorted(
        (-entry.slot, entry.signature) for entry in activity
    )
