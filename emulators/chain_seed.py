"""Building blocks to put wallets, transfers and tokens on a local chain, and a small world made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from emulators import layouts
from emulators.chain import LAMPORTS_PER_SOL, LocalChain, keypair

TokenProgram = Literal["spl-token", "token-2022"]
PROGRAMS = {"spl-token": layouts.TOKEN_PROGRAM, "token-2022": layouts.TOKEN_2022_PROGRAM}


@dataclass(frozen=True)
class SeededToken:
    """A mint; its name and ticker are in a Metaplex account (spl-token) or in the mint (token-2022)."""

    mint: Pubkey
    name: str
    ticker: str
    decimals: int
    program: TokenProgram


@dataclass(frozen=True)
class SeededTransfer:
    """A System Program transfer in the chain's history; lamports."""

    signature: str
    sender: Pubkey
    lamports: int


@dataclass(frozen=True)
class SeededWallet:
    """A wallet that has only ever received: its balance is the sum of its funding."""

    label: str
    address: Pubkey
    funding: list[SeededTransfer] = field(default_factory=list)
    holdings: dict[Pubkey, int] = field(default_factory=dict)
    """Raw units by mint, over all its token accounts."""

    @property
    def lamports(self) -> int:
        """Its balance."""
        return sum(transfer.lamports for transfer in self.funding)


@dataclass(frozen=True)
class SeededWorld:
    """What `seed_small_world` did."""

    treasury: Keypair
    tokens: list[SeededToken]
    wallets: list[SeededWallet]


async def create_token(
    chain: LocalChain, seed: str, *, name: str, ticker: str, decimals: int, program: TokenProgram, supply: int
) -> SeededToken:
    """Writes a mint of `supply` raw units and its metadata; the mint's address follows from the seed."""
    mint, authority = keypair(f"{seed}/mint").pubkey(), keypair(f"{seed}/authority").pubkey()
    uri = f"https://example.invalid/{ticker}.json"
    if program == "spl-token":
        mint_data = layouts.mint(authority=authority, supply=supply, decimals=decimals)
        metadata = layouts.metaplex_metadata(mint=mint, update_authority=authority, name=name, symbol=ticker, uri=uri)
        await chain.set_account(layouts.metaplex_address(mint), owner=layouts.METAPLEX_PROGRAM, data=metadata)
    else:
        mint_data = layouts.token_2022_mint(
            address=mint,
            authority=authority,
            supply=supply,
            decimals=decimals,
            name=name,
            symbol=ticker,
            uri=uri,
        )
    await chain.set_account(mint, owner=PROGRAMS[program], data=mint_data)
    return SeededToken(mint, name, ticker, decimals, program)


async def give_tokens(
    chain: LocalChain, token: SeededToken, owner: Pubkey, amount: int, *, account: Pubkey | None = None
) -> Pubkey:
    """Writes a token account of `owner` with exactly `amount` raw units; returns its address.

    Left out, `account` is the associated token account; name others to give a wallet several of one mint.
    """
    program = PROGRAMS[token.program]
    address = account or layouts.associated_token_address(owner=owner, mint=token.mint, program=program)
    layout = layouts.token_account if token.program == "spl-token" else layouts.token_2022_account
    await chain.set_account(address, owner=program, data=layout(mint=token.mint, owner=owner, amount=amount))
    return address


async def seed_small_world(chain: LocalChain, seed: str = "small-world") -> SeededWorld:
    """Four wallets: both kinds of tokens; two accounts of one mint; little SOL and no tokens; nothing at all.

    Addresses and mints follow from the seed, so use another for each world on one chain.
    """
    treasury = keypair(f"{seed}/treasury")
    await chain.airdrop(treasury.pubkey(), 1_000 * LAMPORTS_PER_SOL)
    classic = await create_token(
        chain,
        f"{seed}/bonk",
        name="Local Bonk",
        ticker="LBONK",
        decimals=5,
        program="spl-token",
        supply=10**15,
    )
    modern = await create_token(
        chain,
        f"{seed}/pump",
        name="Local Pump",
        ticker="LPUMP",
        decimals=6,
        program="token-2022",
        supply=10**15,
    )

    async def wallet(label: str, *amounts: int) -> SeededWallet:
        made = SeededWallet(label, keypair(f"{seed}/{label}").pubkey())
        for lamports in amounts:
            signature = await chain.transfer(treasury, made.address, lamports)
            made.funding.append(SeededTransfer(signature, treasury.pubkey(), lamports))
        return made

    async def give(owner: SeededWallet, token: SeededToken, *amounts: int) -> None:
        for index, amount in enumerate(amounts):
            extra = keypair(f"{seed}/{owner.label}/{token.ticker}/{index}").pubkey() if index else None
            await give_tokens(chain, token, owner.address, amount, account=extra)
        owner.holdings[token.mint] = sum(amounts)

    main = await wallet("Main", 2_000_000_000, 500_000_001)
    await give(main, classic, 1_234_567)
    await give(main, modern, 98_765_432_100_001)
    trader = await wallet("Trader", 300_000_000)
    await give(trader, classic, 400_000, 600_001)
    poor = await wallet("Poor", 100_000_000)
    empty = await wallet("Empty")
    return SeededWorld(treasury, [classic, modern], [main, trader, poor, empty])
