"""The local Solana runtime is a chain, and the seeding puts on it exactly what it says (plain JSON-RPC)."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest

from emulators.chain import LAMPORTS_PER_SOL, ChainError, LocalChain, keypair
from emulators.chain_seed import PROGRAMS, SeededWallet, create_token, give_tokens, seed_small_world
from emulators.layouts import METAPLEX_PROGRAM, metaplex_address
from emulators.process import EmulatorMissing
from emulators.solana import find_node, solana_runtime


async def _token_accounts(chain: LocalChain, wallet: SeededWallet, program: str) -> list[dict[str, Any]]:
    options = {"encoding": "jsonParsed"}
    answer = await chain.call("getTokenAccountsByOwner", str(wallet.address), {"programId": program}, options)
    return [item["account"]["data"]["parsed"]["info"] for item in answer["value"]]


async def test_balances_and_history_are_exact(chain: LocalChain, seed: str) -> None:
    world = await seed_small_world(chain, seed)
    assert [wallet.lamports for wallet in world.wallets] == [2_500_000_001, 300_000_000, 100_000_000, 0]
    for wallet in world.wallets:
        assert await chain.lamports(wallet.address) == wallet.lamports
        history = await chain.call("getSignaturesForAddress", str(wallet.address))
        assert {row["signature"] for row in history} == {transfer.signature for transfer in wallet.funding}
        assert all(row["err"] is None and abs(row["blockTime"] - time.time()) < 30 for row in history)


async def test_a_transfer_can_be_read_back(chain: LocalChain, seed: str) -> None:
    world = await seed_small_world(chain, seed)
    transfer = world.wallets[0].funding[0]
    options = {"encoding": "jsonParsed", "maxSupportedTransactionVersion": 0}
    answer = await chain.call("getTransaction", transfer.signature, options)
    system = [i for i in answer["transaction"]["message"]["instructions"] if i.get("program") == "system"]
    assert [i["parsed"]["info"] for i in system] == [
        {
            "source": str(world.treasury.pubkey()),
            "destination": str(world.wallets[0].address),
            "lamports": transfer.lamports,
        }
    ]


async def test_holdings_are_exact_in_both_programs(chain: LocalChain, seed: str) -> None:
    world = await seed_small_world(chain, seed)
    for wallet in world.wallets:
        found: dict[str, int] = {}
        for program in PROGRAMS.values():
            for account in await _token_accounts(chain, wallet, str(program)):
                assert account["owner"] == str(wallet.address)
                amount = int(account["tokenAmount"]["amount"])
                found[account["mint"]] = found.get(account["mint"], 0) + amount
        assert found == {str(mint): amount for mint, amount in wallet.holdings.items()}
    trader = world.wallets[1]
    assert len(await _token_accounts(chain, trader, str(PROGRAMS["spl-token"]))) == 2


async def test_metadata_is_where_each_program_keeps_it(chain: LocalChain, seed: str) -> None:
    classic, modern = (await seed_small_world(chain, seed)).tokens

    account = await chain.call("getAccountInfo", str(metaplex_address(classic.mint)), {"encoding": "base64"})
    assert account["value"]["owner"] == str(METAPLEX_PROGRAM)
    data = await chain.account_data(metaplex_address(classic.mint))
    assert data is not None
    assert len(data) == 679
    assert data[65:69] == (32).to_bytes(4, "little")
    assert data[69:101].rstrip(b"\0").decode() == classic.name
    assert data[105:115].rstrip(b"\0").decode() == classic.ticker

    info = (await chain.call("getAccountInfo", str(modern.mint), {"encoding": "jsonParsed"}))["value"]
    extensions = {e["extension"]: e["state"] for e in info["data"]["parsed"]["info"]["extensions"]}
    assert extensions["metadataPointer"]["metadataAddress"] == str(modern.mint)
    assert extensions["tokenMetadata"]["name"] == modern.name
    assert extensions["tokenMetadata"]["symbol"] == modern.ticker


async def test_the_largest_amount_fits(chain: LocalChain, seed: str) -> None:
    largest = 2**64 - 1
    owner = keypair(seed).pubkey()
    token = await create_token(
        chain, seed, name="N" * 32, ticker="T" * 10, decimals=0, program="token-2022", supply=largest
    )
    account = await give_tokens(chain, token, owner, largest)
    balance = await chain.call("getTokenAccountBalance", str(account))
    assert balance["value"]["amount"] == str(largest)


async def test_equal_transfers_both_arrive(chain: LocalChain, seed: str) -> None:
    payer, recipient = keypair(f"{seed}/payer"), keypair(f"{seed}/recipient").pubkey()
    await chain.airdrop(payer.pubkey(), 5_000_000_000)
    signatures = {await chain.transfer(payer, recipient, 1_000_000_000) for _ in range(3)}
    assert len(signatures) == 3
    assert await chain.lamports(recipient) == 3_000_000_000
    assert await chain.lamports(payer.pubkey()) == 5_000_000_000 - 3 * (1_000_000_000 + 5_000)


async def test_the_chain_tells_its_time(chain: LocalChain, seed: str) -> None:
    before = await chain.now()
    recipient = keypair(seed).pubkey()
    await chain.airdrop(recipient, LAMPORTS_PER_SOL)
    (entry,) = await chain.call("getSignaturesForAddress", str(recipient))
    assert before.timestamp() <= entry["blockTime"] <= (await chain.now()).timestamp()


async def test_the_same_seed_gives_the_same_addresses(chain: LocalChain, seed: str) -> None:
    first, again = await seed_small_world(chain, seed), await seed_small_world(chain, seed)
    assert [w.address for w in first.wallets] == [w.address for w in again.wallets]
    assert [t.mint for t in first.tokens] == [t.mint for t in again.tokens]


async def test_the_chain_says_what_it_refuses(chain: LocalChain) -> None:
    with pytest.raises(ChainError, match="getBalance"):
        await chain.call("getBalance", "not an address")


def test_a_machine_without_node_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(EmulatorMissing, match=r"needs Node\.js 20"):
        find_node({"PATH": str(tmp_path)})


@pytest.mark.usefixtures("solana_runtime")  # skips, or fails, where it is missing
async def test_the_runtime_outlives_its_events(seed: str) -> None:
    """It stops for good at about slot 1,020 where nobody takes its events."""
    slots = 10_000 if os.environ.get("NIGHTLY") == "1" else 1_400
    with solana_runtime(slot_time_ms=5) as rpc_url:
        async with LocalChain(rpc_url) as client:
            while await client.call("getSlot") < slots:  # noqa: ASYNC110 - it is the chain that moves
                await asyncio.sleep(0.2)
            recipient = keypair(seed).pubkey()
            await client.airdrop(recipient, LAMPORTS_PER_SOL)
            assert await client.lamports(recipient) == LAMPORTS_PER_SOL
