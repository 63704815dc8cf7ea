"""Fills a store with a world: wallets that somebody created, refreshed and launched from before the mock started."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from backends.orchestrator.context import Context
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import Mint, NamedValue
from backends.orchestrator.storage.commit_rules import MAX_WRITES

from .clock import MockClock
from .fake_chain import FakeChain
from .fake_names import FakeNames
from .history_seeder import HistorySeeder
from .named_wallets import actions, metadata
from .portfolio_history_seeder import WalletStates, portfolio_months
from .scenario_planner import MOST_WALLETS_WITH_PAST, ScenarioPlanner
from .seed import Seed
from .slots import from_ms, to_ms
from .world import WorldSpec


def wallet_address(seed: Seed, number: int) -> str:
    """The address of a world's wallet; the first one is the whale, where there is one."""
    return seed.address(b"wallet", number)


def registered(seed: Seed, spec: WorldSpec) -> list[str]:
    """The wallets that a world begins with: the seeded ones, then those of its own."""
    named = {wallet.address: wallet.registered for wallet in spec.named}
    seeded = (wallet_address(seed, number) for number in range(spec.wallets))
    return [*(each for each in seeded if each not in named), *(address for address, it_is in named.items() if it_is)]


async def populate(context: Context, chain: FakeChain, names: FakeNames, spec: WorldSpec) -> None:
    """Write the world into the context's store, as of the context's clock."""
    now = to_ms(context.clock.now())
    clock = MockClock(frozen_at=context.clock.now())
    then = replace(context, clock=clock)
    planner = ScenarioPlanner(chain, names, spec, now, context.policy.cache_ttl)
    writes: list[Write] = []
    mints: dict[str, Mint] = {}
    states: list[WalletStates] = []
    named = {wallet.address: wallet for wallet in spec.named}
    for address in registered(chain.seed, spec):
        created_at = planner.created_at(address)
        clock.freeze(from_ms(created_at))
        said = metadata(named[address]) if address in named else planner.metadata(address)
        history = HistorySeeder.created(then, clock, chain, address, said)
        if address in named:
            await history.apply(actions(named[address], created_at, now, context.policy.cache_ttl))
        else:
            await history.apply(planner.actions(address, created_at))
        wallet, beside = await history.records()
        writes += [Put(wallet), *beside]
        states.append(history.states)
        keep_earliest(mints, history.mints.values())
    if spec.wallets <= MOST_WALLETS_WITH_PAST:
        writes += map(Put, portfolio_months(states, chain.seed, context.clock.now(), context.policy.cache_ttl))
    writes += map(Put, mints.values())
    if mints:
        first = min(mint.read_at for mint in mints.values())
        writes.append(Put(NamedValue(name="chain", value=chain.genesis_hash, updated_at=first)))
    for start in range(0, len(writes), MAX_WRITES):
        await context.store.commit(writes[start : start + MAX_WRITES])


def keep_earliest(mints: dict[str, Mint], read: Iterable[Mint]) -> None:
    """A mint's name is asked for once: by whoever met it first."""
    for mint in read:
        known = mints.get(mint.mint_address)
        if known is None or mint.read_at < known.read_at:
            mints[mint.mint_address] = mint
