"""One refresh of a wallet at a time, and not too often (rule 7)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from backends.errors import ChainTimeout, ChainUnavailable, StoreUnavailable
from generated_models import ProblemCode
from tests.support.fakes import address
from tests.support.rig import BALANCE, HISTORY, TOKENS, Rig, refused, turns, with_policy

A, B = address("A"), address("B")


async def test_two_hundred_refreshes_are_one_reading(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=10**9)
    rig.chain.set_tokens(A, bonk=5)
    answers = await asyncio.gather(*(rig.refreshed(A) for _ in range(200)))
    assert len({answer.value.model_dump_json() for answer in answers}) == 1
    assert len({answer.etag for answer in answers}) == 1
    assert rig.chain.sent == {
        "getGenesisHash": 1,
        "getMultipleAccounts": 2,
        "getTokenAccountsByOwner": 2,
        "getSignaturesForAddress": 1,
        "getTransaction": 1,
    }


async def test_all_who_joined_get_the_failure(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.fail("*", ChainTimeout())
    answers = await asyncio.gather(*(rig.refresh(A) for _ in range(20)), return_exceptions=True)
    assert {getattr(answer, "code", None) for answer in answers} == {ProblemCode.chain_timeout}
    assert rig.chain.sent == {"getGenesisHash": 1}


async def test_a_caller_who_goes_away_takes_nobody_along(rig: Rig) -> None:
    await rig.create(A)
    hold = rig.chain.hold("getTokenAccountsByOwner")
    first = asyncio.ensure_future(rig.refresh(A))
    await hold.reached.wait()
    second = asyncio.ensure_future(rig.refresh(A))
    await turns()
    first.cancel()
    await turns()
    hold.release.set()
    assert (await second).wallet.last_balance_lamports == "0"


async def test_what_was_read_is_committed_though_nobody_waits_any_more(rig: Rig) -> None:
    await rig.create(A)
    hold = rig.chain.hold("getTokenAccountsByOwner")
    only = asyncio.ensure_future(rig.refresh(A))
    await hold.reached.wait()
    only.cancel()
    hold.release.set()
    await rig.backend.aclose()  # waits for the reading
    assert (await rig.get(A)).value.wallet.last_balance_lamports == "0"
    assert rig.chain.closed


async def test_other_parts_do_not_join_but_wait_their_turn(rig: Rig) -> None:
    await rig.create(A)
    hold = rig.chain.hold("getMultipleAccounts")
    balance = asyncio.ensure_future(rig.refresh(A, BALANCE))
    await hold.reached.wait()
    everything = asyncio.ensure_future(rig.refresh(A))
    await turns()
    assert rig.chain.sent["getTokenAccountsByOwner"] == 0
    hold.release.set()
    assert (await balance).results.token_holdings is None
    assert (await everything).results.token_holdings is not None


async def test_fewer_parts_join_a_refresh_of_more(rig: Rig) -> None:
    await rig.create(A)
    both = await asyncio.gather(rig.refresh(A), rig.refresh(A, TOKENS))
    assert both[0] == both[1]
    assert rig.chain.sent["getTokenAccountsByOwner"] == 2


async def test_different_wallets_do_not_wait_for_each_other(rig: Rig) -> None:
    await rig.create(A)
    await rig.create(B)
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=A)
    slow = asyncio.ensure_future(rig.refresh(A))
    await hold.reached.wait()
    await rig.refresh(B)
    hold.release.set()
    await slow


async def test_a_failure_of_the_store_is_not_kept(rig: Rig) -> None:
    await rig.create(A)

    async def down(method: str, writes: object) -> None:
        if method == "commit":
            raise StoreUnavailable

    rig.store.before = down
    await refused(rig.refresh(A), ProblemCode.store_unavailable)
    rig.store.before = None
    await rig.refresh(A)


async def test_the_cooldown_says_when(rig: Rig) -> None:
    rig = rig.again(with_policy(refresh_cooldown=timedelta(seconds=10)))
    await rig.create(A)
    await rig.refresh(A)
    calls = rig.chain.sent.total()
    rig.clock.move(0.4)
    throttled = await refused(rig.refresh(A), ProblemCode.refresh_cooldown)
    assert throttled.retry_after == 10  # whole seconds, rounded up
    assert throttled.members["next_refresh_allowed_at"] == "2026-11-22T16:10:10.000Z"
    assert throttled.retryable
    assert rig.chain.sent.total() == calls
    rig.clock.move(9.599)
    assert (await refused(rig.refresh(A), ProblemCode.refresh_cooldown)).retry_after == 1
    rig.clock.move(0.001)
    await rig.refresh(A)


async def test_the_cooldown_is_of_the_parts(rig: Rig) -> None:
    rig = rig.again(with_policy(refresh_cooldown=timedelta(seconds=10)))
    await rig.create(A)
    await rig.refresh(A, BALANCE)
    await refused(rig.refresh(A, BALANCE), ProblemCode.refresh_cooldown)
    await rig.refresh(A, TOKENS)
    rig.clock.move(5)
    await rig.refresh(A)  # the history was never read
    throttled = await refused(rig.refresh(A, HISTORY, TOKENS), ProblemCode.refresh_cooldown)
    assert throttled.members["next_refresh_allowed_at"] == "2026-11-22T16:10:15.000Z"


async def test_a_part_that_failed_may_be_tried_at_once(rig: Rig) -> None:
    rig = rig.again(with_policy(refresh_cooldown=timedelta(seconds=10)))
    await rig.create(A)
    rig.chain.fail("getTokenAccountsByOwner", ChainUnavailable(), times=1)
    await rig.refresh(A)
    await refused(rig.refresh(A, BALANCE), ProblemCode.refresh_cooldown)
    await rig.refresh(A)
    await refused(rig.refresh(A), ProblemCode.refresh_cooldown)


async def test_a_part_that_failed_after_it_was_read_may_be_tried_at_once_too(rig: Rig) -> None:
    rig = rig.again(with_policy(refresh_cooldown=timedelta(seconds=10)))
    await rig.create(A)
    await rig.refresh(A, TOKENS)
    rig.chain.fail("getTokenAccountsByOwner", ChainUnavailable(), times=1)
    await rig.refresh(A)  # the other parts were never read
    await rig.refresh(A, TOKENS)
    await refused(rig.refresh(A, TOKENS), ProblemCode.refresh_cooldown)


async def test_the_cooldown_ends_with_the_first_of_the_parts(rig: Rig) -> None:
    rig = rig.again(with_policy(refresh_cooldown=timedelta(seconds=10)))
    await rig.create(A)
    await rig.refresh(A, BALANCE)
    rig.clock.move(5)
    await rig.refresh(A, TOKENS)
    throttled = await refused(rig.refresh(A, BALANCE, TOKENS), ProblemCode.refresh_cooldown)
    assert throttled.members["next_refresh_allowed_at"] == "2026-11-22T16:10:10.000Z"
    assert throttled.retry_after == 5


async def test_a_recreated_wallet_has_no_cooldown(rig: Rig) -> None:
    rig = rig.again(with_policy(refresh_cooldown=timedelta(seconds=10)))
    await rig.create(A)
    await rig.refresh(A)
    await rig.delete(A)
    await rig.create(A)
    await rig.refresh(A)
