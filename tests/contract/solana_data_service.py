"""What every `SolanaDataService` must do: subclass the suite with a fixture `world`."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC

import base58
import pytest

from backends.errors import ChainUnavailable
from backends.orchestrator.ports import SignatureInfo, SolanaDataService, TokenAccount, TokenName
from generated_models import TokenProgram

UNKNOWN_SIGNATURE = base58.b58encode(b"\x07" * 64).decode()


@dataclass(frozen=True)
class KnownWallet:
    """A wallet and what a world knows of it beforehand; None where it knows nothing."""

    address: str
    lamports: int | None = None
    holdings: Mapping[str, int] | None = None
    """Raw amounts by mint."""
    incoming: Mapping[str, int] | None = None
    """Lamports that came in, by signature, for every transaction in the wallet's history."""


@dataclass(frozen=True)
class ChainWorld:
    """A chain that stands still, or at least these wallets do.

    Among the wallets must be holdings of both token programs, a history of at least five entries, and a failed
    transaction.
    """

    chain: SolanaDataService
    wallets: Sequence[KnownWallet]
    names: Mapping[str, TokenName] = field(default_factory=dict)
    """Names of mints among the holdings."""
    unused: str | None = None
    """An address that nothing ever happened to, if the chain has one."""

    @property
    def addresses(self) -> list[str]:
        """The wallets' addresses."""
        return [wallet.address for wallet in self.wallets]

    async def histories(self) -> dict[str, Sequence[SignatureInfo]]:
        """Each wallet's newest entries."""
        return {a: await self.chain.signatures(a, until=None, limit=50) for a in self.addresses}

    async def longest(self) -> tuple[str, Sequence[SignatureInfo]]:
        """The wallet with the longest history."""
        histories = await self.histories()
        address = max(histories, key=lambda a: len(histories[a]))
        assert len(histories[address]) >= 5
        return address, histories[address]


def _is_base58(text: str, length: int) -> bool:
    return len(base58.b58decode(text)) == length


class SolanaDataServiceSuite:
    """The port's promises, as tests."""

    async def test_the_genesis_hash_stays(self, world: ChainWorld) -> None:
        first = await world.chain.genesis_hash()
        assert _is_base58(first, 32)
        assert await world.chain.genesis_hash() == first

    async def test_balances_are_those_asked_for(self, world: ChainWorld) -> None:
        balances = await world.chain.balances(world.addresses)
        assert set(balances.lamports) == set(world.addresses)
        assert balances.amounts == {}
        assert 0 <= balances.slot < 2**63
        for wallet in world.wallets:
            lamports = balances.lamports[wallet.address]
            assert 0 <= lamports < 2**63
            assert wallet.lamports in (None, lamports)
        assert any(balances.lamports.values())

    async def test_a_hundred_balances_are_one_request(self, world: ChainWorld) -> None:
        calls: Counter[str] = Counter()
        strangers = [base58.b58encode(bytes([7, n] * 16)).decode() for n in range(100 - len(world.wallets))]
        balances = await world.chain.metered(calls).balances([*world.addresses, *strangers])
        assert len(balances.lamports) == 100
        assert calls == {"getMultipleAccounts": 1}

    async def test_what_never_was_has_nothing(self, world: ChainWorld) -> None:
        if world.unused is None:
            pytest.skip("every address of this chain has a history")
        assert (await world.chain.balances([world.unused])).lamports == {world.unused: 0}
        assert (await world.chain.token_balances(world.unused)).holdings == ()
        assert list(await world.chain.signatures(world.unused, until=None, limit=10)) == []

    async def test_slots_do_not_go_back(self, world: ChainWorld) -> None:
        address = world.addresses[0]
        slots = []
        for _ in range(3):
            slots.append((await world.chain.balances([address])).slot)
            slots.append((await world.chain.token_balances(address)).slot)
        assert slots == sorted(slots)

    async def test_holdings_are_one_a_mint_without_zeros(self, world: ChainWorld) -> None:
        programs = set()
        for wallet in world.wallets:
            holdings = (await world.chain.token_balances(wallet.address)).holdings
            amounts = {holding.mint_address: holding.amount for holding in holdings}
            assert len(amounts) == len(holdings)
            assert wallet.holdings in (None, amounts)
            for holding in holdings:
                assert _is_base58(holding.mint_address, 32)
                assert 0 < holding.amount < 2**64
                assert 0 <= holding.decimals <= 255
                programs.add(holding.token_program)
        assert programs == set(TokenProgram)

    async def test_holdings_are_in_accounts_and_those_hold_what_they_say(self, world: ChainWorld) -> None:
        accounts = 0
        for wallet in world.wallets:
            found = await world.chain.token_balances(wallet.address)
            sums: Counter[str] = Counter()
            for each in found.accounts:
                assert each.account.owner == wallet.address
                assert _is_base58(each.account.address, 32)
                sums[each.account.mint_address] += each.amount
            assert {h.mint_address: h.amount for h in found.holdings} == {m: n for m, n in sums.items() if n}
            known = [each.account for each in found.accounts]
            assert len(set(known)) == len(known)
            read = await world.chain.balances([wallet.address], known)
            assert read.amounts == {each.account: each.amount for each in found.accounts}
            assert read.lamports == (await world.chain.balances([wallet.address])).lamports
            assert read.slot >= found.slot
            accounts += len(known)
        assert accounts

    async def test_accounts_of_many_wallets_share_a_request(self, world: ChainWorld) -> None:
        known: list[TokenAccount] = []
        for address in world.addresses:
            known += [each.account for each in (await world.chain.token_balances(address)).accounts]
        known = known[: 100 - len(world.addresses)]
        calls: Counter[str] = Counter()
        read = await world.chain.metered(calls).balances(world.addresses, known)
        assert calls == {"getMultipleAccounts": 1}
        assert (set(read.lamports), set(read.amounts)) == (set(world.addresses), set(known))
        assert (await world.chain.balances([], known)).amounts == read.amounts

    async def test_an_account_of_others_or_of_another_mint_is_none(self, world: ChainWorld) -> None:
        holder, account = await self._some_account(world)
        other = next(address for address in world.addresses if address != holder)
        programs = [program for program in TokenProgram if program is not account.token_program]
        for asked in (
            replace(account, owner=other),
            replace(account, mint_address=other),
            *(replace(account, token_program=program) for program in programs),
        ):
            assert (await world.chain.balances([], [asked])).amounts == {asked: None}

    async def test_associated_accounts_are_one_a_program_and_cost_nothing(self, world: ChainWorld) -> None:
        holder, account = await self._some_account(world)
        calls: Counter[str] = Counter()
        metered = world.chain.metered(calls)
        associated = metered.associated_accounts(holder, account.mint_address)
        assert [(each.owner, each.mint_address) for each in associated] == [(holder, account.mint_address)] * 2
        assert {each.token_program for each in associated} == set(TokenProgram)
        assert len({each.address for each in associated}) == 2
        assert all(_is_base58(each.address, 32) for each in associated)
        assert list(metered.associated_accounts(holder, account.mint_address)) == list(associated)
        assert not calls
        # Of a mint that nobody has, nobody has an account.
        unknown = world.chain.associated_accounts(holder, base58.b58encode(b"\x09" * 32).decode())
        assert (await world.chain.balances([], list(unknown))).amounts == dict.fromkeys(unknown)
        amounts = (await world.chain.balances([], list(associated))).amounts
        assert sum(amount is not None for amount in amounts.values()) <= 1

    async def _some_account(self, world: ChainWorld) -> tuple[str, TokenAccount]:
        for address in world.addresses:
            for each in (await world.chain.token_balances(address)).accounts:
                return address, each.account
        raise AssertionError("nobody holds anything")

    async def test_holdings_cost_a_request_a_program(self, world: ChainWorld) -> None:
        calls: Counter[str] = Counter()
        await world.chain.metered(calls).token_balances(world.addresses[0])
        assert calls == {"getTokenAccountsByOwner": 2}

    async def test_names_are_safe_to_show_and_cost_one_request(self, world: ChainWorld) -> None:
        mints: dict[str, TokenProgram] = {}
        for address in world.addresses:
            for holding in (await world.chain.token_balances(address)).holdings:
                mints[holding.mint_address] = holding.token_program
        asked = dict(list(mints.items())[:50])
        calls: Counter[str] = Counter()
        names = await world.chain.metered(calls).token_names(asked)
        assert calls == {"getMultipleAccounts": 1}
        assert set(names) == set(asked)
        for name in names.values():
            for text, length in ((name.name, 64), (name.ticker, 32)):
                assert text is None or (text.isprintable() and text == text.strip() and 0 < len(text) <= length)
        assert any(name.name and name.ticker for name in names.values())
        assert {mint: names[mint] for mint in world.names} == world.names

    async def test_history_is_newest_first_without_repetition(self, world: ChainWorld) -> None:
        for address, history in (await world.histories()).items():
            slots = [entry.slot for entry in history]
            assert slots == sorted(slots, reverse=True), address
            assert len({entry.signature for entry in history}) == len(history)
            assert all(_is_base58(entry.signature, 64) for entry in history)
            times = [entry.block_time for entry in history if entry.block_time is not None]
            assert times == sorted(times, reverse=True)
            assert all(at.tzinfo is UTC for at in times)

    async def test_history_is_not_longer_than_asked_for(self, world: ChainWorld) -> None:
        address, history = await world.longest()
        for limit in (1, 3, len(history)):
            assert list(await world.chain.signatures(address, until=None, limit=limit)) == list(history[:limit])

    async def test_history_ends_before_until(self, world: ChainWorld) -> None:
        address, history = await world.longest()
        for index in (0, 1, 3, len(history) - 1):
            until = history[index].signature
            assert list(await world.chain.signatures(address, until=until, limit=50)) == list(history[:index])
        until = history[4].signature
        assert list(await world.chain.signatures(address, until=until, limit=2)) == list(history[:2])

    async def test_history_goes_on_behind_before(self, world: ChainWorld) -> None:
        address, history = await world.longest()
        for index in (0, 1, 3, len(history) - 1):
            before = history[index].signature
            found = await world.chain.signatures(address, until=None, limit=50, before=before)
            assert list(found[: len(history) - index - 1]) == list(history[index + 1 :])
        between = await world.chain.signatures(
            address, until=history[4].signature, limit=50, before=history[0].signature
        )
        assert list(between) == list(history[1:4])

    async def test_an_unknown_until_is_as_good_as_none(self, world: ChainWorld) -> None:
        address, history = await world.longest()
        assert list(await world.chain.signatures(address, until=UNKNOWN_SIGNATURE, limit=50)) == list(history)

    async def test_history_and_transactions_cost_a_request_each(self, world: ChainWorld) -> None:
        address, _ = await world.longest()
        calls: Counter[str] = Counter()
        metered = world.chain.metered(calls)
        newest, *_ = await metered.signatures(address, until=None, limit=50)
        await metered.transaction(newest.signature)
        assert calls == {"getSignaturesForAddress": 1, "getTransaction": 1}

    async def test_transfers_name_their_parties_and_move_something(self, world: ChainWorld) -> None:
        found = 0
        for history in (await world.histories()).values():
            for entry in history[:10]:
                for transfer in (await world.chain.transaction(entry.signature)).transfers:
                    assert _is_base58(transfer.sender, 32)
                    assert _is_base58(transfer.recipient, 32)
                    assert 0 < transfer.lamports < 2**63
                    found += 1
        assert found

    async def test_what_came_in_is_what_the_history_says(self, world: ChainWorld) -> None:
        for wallet in world.wallets:
            if wallet.incoming is None:
                continue
            incoming = {}
            for entry in await world.chain.signatures(wallet.address, until=None, limit=50):
                transfers = (await world.chain.transaction(entry.signature)).transfers
                incoming[entry.signature] = sum(t.lamports for t in transfers if t.recipient == wallet.address)
            assert incoming == wallet.incoming

    async def test_the_changes_of_all_transactions_are_the_balance(self, world: ChainWorld) -> None:
        added_up = 0
        for wallet in world.wallets:
            history = await world.chain.signatures(wallet.address, until=None, limit=50)
            if not history or len(history) == 50:
                continue
            found = [await world.chain.transaction(entry.signature) for entry in history]
            balance = (await world.chain.balances([wallet.address])).lamports[wallet.address]
            assert sum((each.lamports or {}).get(wallet.address, 0) for each in found) == balance
            assert all(each.fee is not None and each.payer for each in found)
            added_up += 1
        assert added_up

    async def test_a_failed_transaction_moved_nothing(self, world: ChainWorld) -> None:
        failed = {e.signature for history in (await world.histories()).values() for e in history if e.failed}
        assert failed
        for signature in sorted(failed)[:3]:
            assert list((await world.chain.transaction(signature)).transfers) == []

    async def test_an_unknown_transaction_is_unavailable(self, world: ChainWorld) -> None:
        with pytest.raises(ChainUnavailable) as caught:
            await world.chain.transaction(UNKNOWN_SIGNATURE)
        assert caught.value.retryable

    async def test_many_may_ask_at_once_and_each_is_counted_alone(self, world: ChainWorld) -> None:
        meters: list[Counter[str]] = [Counter() for _ in range(20)]
        reads = [world.chain.metered(meter).balances(world.addresses) for meter in meters]
        assert len({balances.lamports[world.addresses[0]] for balances in await asyncio.gather(*reads)}) == 1
        assert all(meter == {"getMultipleAccounts": 1} for meter in meters)

    async def test_it_can_be_closed_twice(self, world: ChainWorld) -> None:
        await world.chain.genesis_hash()
        await world.chain.aclose()
        await world.chain.aclose()
