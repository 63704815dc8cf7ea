"""A world on the local Solana runtime: real transfers and token accounts, ten wallets paid by one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from bench.world import PAID_TOGETHER, address
from emulators.chain import LocalChain, keypair
from emulators.chain_seed import create_token, give_tokens
from emulators.solana import solana_runtime

_TOKENS = 12

Minimum = Callable[..., dict[str, int]]


async def _seed(url: str, wallets: int) -> None:
    async with LocalChain(url) as chain:
        payer = keypair("bench/payer")
        await chain.airdrop(payer.pubkey(), 10**14)
        tokens = [
            await create_token(
                chain,
                f"bench/{number}",
                name=f"Token {number}",
                ticker=f"T{number}",
                decimals=6,
                program="token-2022" if number % 3 == 0 else "spl-token",
                supply=10**15,
            )
            for number in range(_TOKENS)
        ]
        for first in range(0, wallets, PAID_TOGETHER):
            owners = [
                Pubkey.from_string(address(number)) for number in range(first, min(first + PAID_TOGETHER, wallets))
            ]
            moves = [
                transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=owner, lamports=10**9))
                for owner in owners
            ]
            await chain.send(moves, [payer])
            for offset, owner in enumerate(owners):
                await give_tokens(chain, tokens[(first + offset) % _TOKENS], owner, 10**6 + first + offset)


@contextmanager
def seeded_runtime(wallets: int) -> Iterator[tuple[str, Minimum]]:
    """The RPC's URL, and the formula for this world."""

    def minimum(*, cold: bool) -> dict[str, int]:
        if not cold:
            return {"getMultipleAccounts": ceil(wallets / 100), "getTokenAccountsByOwner": 2 * wallets}
        return {
            "getMultipleAccounts": ceil(wallets / 100) + ceil(2 * min(_TOKENS, wallets) / 100),
            "getTokenAccountsByOwner": 2 * wallets,
            "getSignaturesForAddress": wallets,
            "getTransaction": ceil(wallets / PAID_TOGETHER),
        }

    with solana_runtime(block_production="transaction") as url:
        asyncio.run(_seed(url, wallets))
        yield url, minimum
