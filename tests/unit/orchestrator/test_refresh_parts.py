"""Unknown is not zero, and parts succeed or fail alone (rules 2, 3)."""

from __future__ import annotations

import pytest

from backends.errors import BackendError, ChainRateLimited, ChainTimeout, ChainUnavailable
from backends.orchestrator.ports import TokenName
from generated_models import FreshnessState, PartOutcome, ProblemCode, RefreshOutcome, WalletPart, WalletStatus
from tests.support.fakes import START, address
from tests.support.rig import BALANCE, HISTORY, TOKENS, Rig, refused, with_policy

A = address("A")


async def test_a_wallet_never_read_is_unknown_not_empty(rig: Rig) -> None:
    created = (await rig.create(A)).value
    for body in (created, (await rig.get(A)).value):
        wallet = body.wallet
        assert (wallet.last_balance_lamports, wallet.last_balance_sol) == (None, None)
        assert wallet.token_holdings is None
        assert wallet.recent_funding is None
        assert (wallet.status, wallet.first_funded_at, wallet.last_activity_at) == (None, None, None)
        assert body.cache.state is FreshnessState.never
    summary = (await rig.page()).items[0]
    assert summary.wallet.token_count is None
    assert not rig.chain.sent


async def test_an_address_the_chain_does_not_know_has_nothing_which_is_known(rig: Rig) -> None:
    await rig.create(A)
    answer = await rig.refresh(A)
    wallet = answer.wallet
    assert (wallet.last_balance_lamports, wallet.last_balance_sol) == ("0", "0")
    assert wallet.token_holdings == []
    assert wallet.recent_funding == []
    assert wallet.status is WalletStatus.UNFUNDED
    assert answer.outcome is RefreshOutcome.complete
    assert answer.changes.balance_lamports is None  # there was no earlier reading


async def test_a_refresh_reads_everything_and_says_what_changed(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.names[address("bonk")] = TokenName("Bonk", "BONK")
    rig.chain.set_tokens(A, bonk=5, old=7)
    first = rig.chain.pay(A, lamports=300_000_000)
    await rig.refresh(A)
    rig.chain.set_tokens(A, bonk=6, new=1)
    second = rig.chain.pay(A, lamports=5, at=START.replace(hour=17))
    rig.clock.move(60)
    answer = await rig.refresh(A)
    changes = answer.changes
    assert (changes.balance_lamports, changes.balance_sol) == ("5", "0.000000005")
    assert changes.tokens_added == [address("new")]
    assert changes.tokens_removed == [address("old")]
    assert changes.tokens_changed == [address("bonk")]
    assert changes.new_funding == [second]
    assert (changes.status_before, changes.status_after) == (WalletStatus.FUNDED, WalletStatus.FUNDED)
    wallet = answer.wallet
    assert [funding.signature for funding in wallet.recent_funding or []] == [second, first]
    assert [(h.name, h.ticker) for h in wallet.token_holdings or [] if h.mint_address == address("bonk")] == [
        ("Bonk", "BONK")
    ]
    assert wallet.first_funded_at == "2026-11-22T16:10:00.000Z"
    assert wallet.last_activity_at == "2026-11-22T17:10:00.000Z"
    assert (await rig.get(A)).value.wallet == wallet


async def test_a_token_that_only_got_a_name_is_not_another_amount(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    await rig.refresh(A)
    rig.chain.names[address("bonk")] = TokenName("Bonk", "BONK")
    rig.clock.move(hours=25)  # nameless mints are asked for again
    answer = await rig.refresh(A)
    assert (answer.wallet.token_holdings or [])[0].name == "Bonk"
    assert answer.changes.tokens_changed == []


@pytest.mark.parametrize(
    ("method", "part"),
    [("getTokenAccountsByOwner", TOKENS), ("getSignaturesForAddress", HISTORY), ("getTransaction", HISTORY)],
)
async def test_a_part_that_fails_keeps_its_data_and_leaves_the_others_alone(
    rig: Rig, method: str, part: WalletPart
) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    rig.chain.pay(A, lamports=300_000_000)
    before = await rig.refresh(A)
    rig.clock.move(60)
    rig.chain.set_tokens(A, bonk=6)
    rig.chain.pay(A, lamports=7)
    rig.chain.fail(method, ChainTimeout("too slow"))
    answer = await rig.refresh(A)
    assert answer.outcome is RefreshOutcome.partial
    results = {each: getattr(answer.results, each) for each in WalletPart}
    assert results[part].outcome is PartOutcome.failed
    assert results[part].slot is None
    assert results[part].error.code is ProblemCode.chain_timeout
    assert {each for each in WalletPart if results[each].outcome is PartOutcome.failed} == {part}
    assert answer.wallet.last_balance_lamports == "300000007"
    assert (answer.wallet.token_holdings == before.wallet.token_holdings) is (part is TOKENS)
    assert (answer.wallet.recent_funding == before.wallet.recent_funding) is (part is HISTORY)
    state, was = getattr(answer.cache.parts, part), getattr(before.cache.parts, part)
    assert (state.as_of, state.slot, state.truncated) == (was.as_of, was.slot, was.truncated)
    assert (state.state, state.last_attempt_at) == (FreshnessState.error, "2026-11-22T16:11:00.000Z")
    assert (state.last_error.code, state.last_error.message, state.last_error.retryable) == (
        ProblemCode.chain_timeout,
        "too slow",
        True,
    )
    assert answer.cache.state is FreshnessState.error
    assert (await rig.get(A)).value.cache == answer.cache


async def test_a_failed_balance_is_not_zero(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.fail("getMultipleAccounts", ChainUnavailable())
    answer = await rig.refresh(A)
    assert answer.outcome is RefreshOutcome.partial
    assert answer.wallet.last_balance_lamports is None
    assert answer.wallet.status is None
    assert answer.cache.state is FreshnessState.never
    assert answer.wallet.token_holdings == []


async def test_a_success_clears_the_error(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.fail("getMultipleAccounts", ChainUnavailable(), times=1)
    await rig.refresh(A)
    answer = await rig.refresh(A)
    assert answer.cache.state is FreshnessState.fresh
    assert answer.cache.parts.sol_balance.last_error is None


async def test_names_that_can_not_be_read_do_not_cost_the_holdings(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    rig.chain.fail("getMultipleAccounts", ChainUnavailable(), subject=address("bonk"))
    answer = await rig.refresh(A)
    assert answer.outcome is RefreshOutcome.complete
    assert [(h.mint_address, h.amount, h.name) for h in answer.wallet.token_holdings or []] == [
        (address("bonk"), "5", None)
    ]


@pytest.mark.parametrize("part", list(WalletPart))
async def test_a_part_asked_alone_reads_and_changes_nothing_else(rig: Rig, part: WalletPart) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    rig.chain.pay(A, lamports=300_000_000)
    answer = await rig.refresh(A, part)
    assert answer.outcome is RefreshOutcome.complete
    for each in WalletPart:
        assert (getattr(answer.results, each) is None) is (each is not part)
        assert getattr(answer.cache.parts, each).state is (
            FreshnessState.fresh if each is part else FreshnessState.never
        )
    wallet = answer.wallet
    assert (wallet.last_balance_lamports is None) is (part is not BALANCE)
    assert (wallet.token_holdings is None) is (part is not TOKENS)
    assert (wallet.recent_funding is None) is (part is not HISTORY)
    expected = {
        BALANCE: {"getMultipleAccounts": 1},
        TOKENS: {"getTokenAccountsByOwner": 2, "getMultipleAccounts": 1},
        HISTORY: {"getSignaturesForAddress": 1, "getTransaction": 1},
    }
    assert answer.rpc_calls == {"getGenesisHash": 1} | expected[part]


@pytest.mark.parametrize("part", list(WalletPart))
async def test_any_part_can_be_read_again_alone_after_all_were(rig: Rig, part: WalletPart) -> None:
    """The history has no slot of its own; that must not make it look older than the last reading."""
    await rig.create(A)
    rig.chain.pay(A, lamports=300_000_000)
    rig.chain.slot += 50
    await rig.refresh(A)
    rig.chain.slot += 50
    rig.clock.move(60)
    answer = await rig.refresh(A, part)
    result = getattr(answer.results, part)
    assert result.outcome is PartOutcome.unchanged
    assert getattr(answer.cache.parts, part).as_of == "2026-11-22T16:11:00.000Z"


async def test_history_is_read_though_the_balance_fails(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=300_000_000)
    rig.chain.slot += 50
    await rig.refresh(A)
    signature = rig.chain.pay(A, lamports=5)
    rig.chain.slot -= 40
    rig.chain.fail("getMultipleAccounts", ChainUnavailable())
    answer = await rig.refresh(A)
    assert answer.results.funding_transactions
    assert answer.results.funding_transactions.outcome is PartOutcome.updated
    assert answer.changes.new_funding == [signature]


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([ChainTimeout(), ChainTimeout(), ChainTimeout()], ProblemCode.chain_timeout),
        ([ChainTimeout(), ChainUnavailable(), ChainTimeout()], ProblemCode.chain_unavailable),
        ([ChainTimeout(), ChainTimeout(), ChainRateLimited(retry_after=3)], ProblemCode.chain_rate_limited),
    ],
)
async def test_when_every_part_fails_the_problem_carries_the_cached_wallet(
    rig: Rig, errors: list[BackendError], code: ProblemCode
) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    before = await rig.refresh(A)
    rig.clock.move(60)
    methods = ("getMultipleAccounts", "getTokenAccountsByOwner", "getSignaturesForAddress")
    for method, error in zip(methods, errors, strict=True):
        rig.chain.fail(method, error)
    failure = await refused(rig.refresh(A), code)
    assert failure.retryable
    cached = failure.members["cached_wallet"]
    assert cached == (await rig.get(A)).value
    assert cached.wallet.token_holdings == before.wallet.token_holdings
    assert cached.cache.state is FreshnessState.error
    for part in WalletPart:
        assert getattr(cached.cache.parts, part).as_of == getattr(before.cache.parts, part).as_of
        assert getattr(cached.cache.parts, part).last_attempt_at == "2026-11-22T16:11:00.000Z"


async def test_a_part_asked_alone_that_times_out_is_a_timeout(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.fail("getTokenAccountsByOwner", ChainTimeout())
    failure = await refused(rig.refresh(A, TOKENS), ProblemCode.chain_timeout)
    cached = failure.members["cached_wallet"].cache.parts
    assert cached.sol_balance.last_attempt_at is None
    assert cached.token_holdings.last_attempt_at is not None


async def test_an_unreachable_chain_fails_all_parts_alike(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.fail("*", ChainUnavailable())
    failure = await refused(rig.refresh(A), ProblemCode.chain_unavailable)
    assert failure.members["cached_wallet"].cache.state is FreshnessState.never
    errors = failure.members["cached_wallet"].cache.parts
    assert {getattr(errors, part).last_error.code for part in WalletPart} == {ProblemCode.chain_unavailable}


async def test_an_unknown_wallet_is_refused_before_the_chain_is_asked(rig: Rig) -> None:
    await refused(rig.refresh(A), ProblemCode.wallet_not_found)
    assert not rig.chain.sent


async def test_a_slow_chain_fails_by_the_deadline_with_what_there_is() -> None:
    rig = Rig(policy=with_policy(refresh_seconds=0.1))
    await rig.create(A)
    rig.chain.hold("getTokenAccountsByOwner")
    answer = await rig.refresh(A)
    assert answer.results.token_holdings
    assert answer.results.token_holdings.error
    assert answer.results.token_holdings.error.code is ProblemCode.chain_timeout
    assert answer.wallet.last_balance_lamports == "0"


async def test_slow_names_cost_the_names_only() -> None:
    rig = Rig(policy=with_policy(refresh_seconds=0.2))
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    rig.chain.hold("getMultipleAccounts", subject=address("bonk"))
    answer = await rig.refresh(A)
    assert answer.outcome is RefreshOutcome.complete
    assert (answer.wallet.token_holdings or [])[0].name is None
