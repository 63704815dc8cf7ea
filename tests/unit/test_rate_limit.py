"""The rate limit of requests, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.real.rpc.rate_limit import Paused, RateLimiter
from backends.real.rpc.retry_budget import RetryBudget
from tests.support import virtual_time

Sent = tuple[float, str]


def _now() -> float:
    return asyncio.get_running_loop().time()


def _limiter(rps: float, method_rps: Mapping[str, float] | None = None, concurrency: int = 1000) -> RateLimiter:
    return RateLimiter(rps, method_rps or {}, concurrency, now=_now)


def _most_in_a_second(times: Sequence[float]) -> int:
    return max((sum(1 for at in times if start <= at < start + 1) for start in times), default=0)


async def _send(limiter: RateLimiter, methods: Sequence[str], *, taking: float = 0) -> list[Sent]:
    """Requests that are all asked for at once; when each was let go."""
    sent: list[Sent] = []

    async def one(method: str) -> None:
        async with limiter.permit(method) as permit:
            await permit.wait_to_send()
            sent.append((_now(), method))
            await asyncio.sleep(taking)

    await asyncio.gather(*(one(method) for method in methods))
    return sent


def _times(sent: Sequence[Sent], method: str | None = None) -> list[float]:
    return [at for at, of in sent if method in (None, of)]


@pytest.mark.parametrize("rps", [1, 2, 10, 50, 500])
def test_requests_are_evenly_spaced_under_the_budget_and_near_it(rps: int) -> None:
    times = _times(virtual_time.run(lambda: _send(_limiter(rps), ["m"] * rps * 4)))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert times[0] == 0
    assert min(gaps) * rps >= 1 - 1e-9, "no burst"
    first, between, rest = gaps[: rps - 1], gaps[rps - 1], gaps[rps:]
    assert all(gap * rps == pytest.approx(1) for gap in first), "as fast as allowed while it can't be too much"
    assert between < 1 / rps + 0.05
    assert min(rest) == pytest.approx(max(rest))
    assert _most_in_a_second(times) <= rps
    assert times[-1] <= 4 * 1.05, "within 5 % of the fastest that the budget allows"


def test_after_a_quiet_time_the_first_second_is_fast_again() -> None:
    async def main() -> list[float]:
        limiter = _limiter(50)
        await _send(limiter, ["m"] * 130)
        await asyncio.sleep(5)
        return _times(await _send(limiter, ["m"] * 50))

    times = virtual_time.run(main)
    assert times[-1] - times[0] == pytest.approx(49 / 50)


@pytest.mark.parametrize(("rps", "seconds"), [(0.5, 2), (0.1, 10), (2.5, 0.5), (1.9, 1)])
def test_a_fraction_is_rounded_down_or_stretched(rps: float, seconds: float) -> None:
    first, second, *_ = _times(virtual_time.run(lambda: _send(_limiter(rps), ["m"] * 3)))
    assert seconds <= second - first < seconds * 1.05


@given(
    arrivals=st.lists(st.tuples(st.floats(0, 3), st.sampled_from("abc"), st.floats(0, 2.5)), max_size=60),
    rps=st.integers(1, 20),
    cap=st.integers(1, 5),
    concurrency=st.integers(1, 8),
    taking=st.floats(0, 1),
)
def test_no_window_of_a_second_exceeds_a_budget_whatever_arrives_when_and_leaves_how_late(
    arrivals: list[tuple[float, str, float]], rps: int, cap: int, concurrency: int, taking: float
) -> None:
    running = 0

    async def main() -> list[Sent]:
        limiter = _limiter(rps, {"a": cap}, concurrency)
        sent: list[Sent] = []

        async def one(at: float, method: str, connecting: float) -> None:
            nonlocal running
            await asyncio.sleep(at)
            async with limiter.permit(method) as permit:
                running += 1
                assert running <= concurrency
                await asyncio.sleep(connecting)
                await permit.wait_to_send()
                sent.append((_now(), method))
                await asyncio.sleep(taking)
                running -= 1

        await asyncio.gather(*(one(*arrival) for arrival in arrivals))
        return sent

    sent = sorted(virtual_time.run(main))
    assert len(sent) == len(arrivals)
    assert _most_in_a_second(_times(sent)) <= rps
    assert _most_in_a_second(_times(sent, "a")) <= cap


def test_a_stall_is_not_caught_up_in_a_burst() -> None:
    async def main() -> list[float]:
        limiter = _limiter(10)
        await _send(limiter, ["m"] * 3)
        await asyncio.sleep(60)
        return _times(await _send(limiter, ["m"] * 20))

    times = virtual_time.run(main)
    assert _most_in_a_second(times) <= 10
    assert times[1] - times[0] > 0.09


def test_what_a_busy_process_sends_late_counts_from_then() -> None:
    """Between a turn and its request other work may run: here for most of a second, once."""

    class Busy(RateLimiter):
        turns = 0

        def _grant(self) -> None:
            super()._grant()
            self.turns += 1
            if self.turns == 44:  # forty asked, the third goes
                virtual_time.pass_by(0.8)

    async def main() -> list[float]:
        return _times(await _send(Busy(10, {}, 1000, now=_now), ["m"] * 40))

    times = virtual_time.run(main)
    assert max(later - earlier for earlier, later in pairwise(times)) > 0.8
    assert _most_in_a_second(times) <= 10


def test_timers_that_wake_late_do_not_slow_the_pace() -> None:
    """Real timers are up to a millisecond late, and at 500 a second the gaps are two."""

    async def main() -> float:
        limiter = RateLimiter(500, {}, 1000, now=lambda: _now() + 0.001 * (int(_now() * 7919) % 2))
        return max(_times(await _send(limiter, ["m"] * 2000)))

    assert virtual_time.run(main) < 4 * 1.1


def test_a_capped_method_does_not_hold_up_the_others() -> None:
    sent = virtual_time.run(lambda: _send(_limiter(10, {"slow": 1}), ["slow"] * 4 + ["fast"] * 20))
    assert _times(sent, "fast")[-1] < 2.6
    assert _times(sent, "slow")[-1] == pytest.approx(3.12, abs=0.2)
    assert _most_in_a_second(_times(sent)) <= 10


def test_within_a_method_the_first_come_is_the_first_served() -> None:
    async def main() -> list[int]:
        limiter = _limiter(10)
        served: list[int] = []

        async def one(number: int) -> None:
            async with limiter.permit("m"):
                served.append(number)

        await asyncio.gather(*(one(number) for number in range(20)))
        return served

    assert virtual_time.run(main) == list(range(20))


def test_concurrency_is_bounded() -> None:
    times = _times(virtual_time.run(lambda: _send(_limiter(1000, concurrency=2), ["m"] * 6, taking=5)))
    assert [int(at) for at in times] == [0, 0, 5, 5, 10, 10]


def test_a_cancelled_wait_gives_its_turn_away() -> None:
    async def main() -> None:
        limiter = _limiter(1, concurrency=1)
        async with limiter.permit("m"):
            waiting = [asyncio.create_task(_send(limiter, ["m"])) for _ in range(3)]
            await asyncio.sleep(5)
            waiting[0].cancel()
        waiting[1].cancel()  # in the very moment in which it got its turn
        assert len(await waiting[2]) == 1
        assert len(await _send(limiter, ["m"] * 2)) == 2

    virtual_time.run(main)


def test_a_pause_tells_those_who_wait_and_those_who_come_and_ends() -> None:
    async def main() -> None:
        limiter = _limiter(1)
        waiting = [asyncio.create_task(_send(limiter, [method])) for method in ("m", "m", "other")]
        await asyncio.sleep(0.1)
        limiter.pause("m", 10)
        limiter.pause("m", 3)
        with pytest.raises(Paused) as told:
            await waiting[1]
        assert told.value.seconds == 10
        with pytest.raises(Paused) as told:
            await _send(limiter, ["m"])
        assert told.value.seconds == pytest.approx(10)
        assert _times(await waiting[2])[0] < 2, "another method goes on"
        await asyncio.sleep(told.value.seconds)
        assert await _send(limiter, ["m"])

    virtual_time.run(main)


def test_a_small_run_may_retry_and_a_long_one_stays_within_a_tenth() -> None:
    budget = RetryBudget(0.1, advance=3, reserve=10)
    spent = 0
    for calls in range(1, 1001):
        budget.deposit()
        while budget.withdraw():
            spent += 1
        assert spent <= max(3, calls / 10)
    assert spent == 100


def test_a_quiet_time_saves_up_only_so_much() -> None:
    budget = RetryBudget(0.1, advance=3, reserve=10)
    for _ in range(100_000):
        budget.deposit()
    assert sum(budget.withdraw() for _ in range(100)) == 10
