"""The layouts written by hand equal, byte for byte, what the real token programs write."""

from __future__ import annotations

import hashlib
import struct

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.system_program import CreateAccountParams, create_account

from emulators import layouts
from emulators.chain import LocalChain, keypair

DECIMALS, SUPPLY = 6, 1_234_567_890


def _new_account(payer: Keypair, address: Pubkey, program: Pubkey, length: int, spare: int = 0) -> Instruction:
    return create_account(
        CreateAccountParams(
            from_pubkey=payer.pubkey(),
            to_pubkey=address,
            lamports=layouts.rent_exempt(length + spare),
            space=length,
            owner=program,
        )
    )


def _initialize_mint(mint: Pubkey, authority: Pubkey, program: Pubkey) -> Instruction:
    data = bytes([20, DECIMALS]) + bytes(authority) + bytes([0])  # InitializeMint2, without a freeze authority
    return Instruction(program, data, [AccountMeta(mint, is_signer=False, is_writable=True)])


def _mint_to(mint: Pubkey, account: Pubkey, authority: Pubkey, program: Pubkey) -> Instruction:
    accounts = [
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(account, is_signer=False, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
    ]
    return Instruction(program, struct.pack("<BQ", 7, SUPPLY), accounts)


def _create_associated_account(payer: Pubkey, owner: Pubkey, mint: Pubkey, program: Pubkey) -> Instruction:
    account = layouts.associated_token_address(owner=owner, mint=mint, program=program)
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(account, is_signer=False, is_writable=True),
        *(AccountMeta(key, is_signer=False, is_writable=False) for key in (owner, mint, SYSTEM_PROGRAM, program)),
    ]
    return Instruction(layouts.ASSOCIATED_TOKEN_PROGRAM, b"", accounts)


def _initialize_metadata(mint: Pubkey, authority: Pubkey, *texts: str) -> Instruction:
    discriminator = hashlib.sha256(b"spl_token_metadata_interface:initialize_account").digest()[:8]
    data = discriminator + b"".join(struct.pack("<I", len(text.encode())) + text.encode() for text in texts)
    accounts = [
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(authority, is_signer=False, is_writable=False),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(authority, is_signer=True, is_writable=False),
    ]
    return Instruction(layouts.TOKEN_2022_PROGRAM, data, accounts)


@pytest.fixture
async def payer(chain: LocalChain, seed: str) -> Keypair:
    payer = keypair(f"{seed}/payer")
    await chain.airdrop(payer.pubkey(), 10_000_000_000)
    return payer


async def test_classic_accounts_are_as_the_program_writes_them(chain: LocalChain, payer: Keypair, seed: str) -> None:
    mint, owner = keypair(f"{seed}/mint"), keypair(f"{seed}/owner").pubkey()
    program, authority = layouts.TOKEN_PROGRAM, payer.pubkey()
    account = layouts.associated_token_address(owner=owner, mint=mint.pubkey(), program=program)
    steps = [
        _new_account(payer, mint.pubkey(), program, 82),
        _initialize_mint(mint.pubkey(), authority, program),
        _create_associated_account(authority, owner, mint.pubkey(), program),
        _mint_to(mint.pubkey(), account, authority, program),
    ]
    await chain.send(steps, [payer, mint])

    assert await chain.account_data(mint.pubkey()) == layouts.mint(
        authority=authority, supply=SUPPLY, decimals=DECIMALS
    )
    assert await chain.account_data(account) == layouts.token_account(mint=mint.pubkey(), owner=owner, amount=SUPPLY)


async def test_token_2022_with_metadata(chain: LocalChain, payer: Keypair, seed: str) -> None:
    mint, owner = keypair(f"{seed}/mint"), keypair(f"{seed}/owner").pubkey()
    program, authority = layouts.TOKEN_2022_PROGRAM, payer.pubkey()
    account = layouts.associated_token_address(owner=owner, mint=mint.pubkey(), program=program)
    pointer = Instruction(
        program,
        bytes([39, 0]) + bytes(authority) + bytes(mint.pubkey()),  # MetadataPointer: Initialize
        [AccountMeta(mint.pubkey(), is_signer=False, is_writable=True)],
    )
    texts = {"name": "Ünïcode Coin", "symbol": "ÜC", "uri": "https://example.invalid/uc.json"}
    length_before_metadata = 166 + 4 + 64
    await chain.send(
        [
            _new_account(payer, mint.pubkey(), program, length_before_metadata, spare=400),
            pointer,
            _initialize_mint(mint.pubkey(), authority, program),
        ],
        [payer, mint],
    )
    await chain.send(
        [
            _initialize_metadata(mint.pubkey(), authority, *texts.values()),
            _create_associated_account(authority, owner, mint.pubkey(), program),
            _mint_to(mint.pubkey(), account, authority, program),
        ],
        [payer],
    )

    assert await chain.account_data(mint.pubkey()) == layouts.token_2022_mint(
        address=mint.pubkey(), authority=authority, supply=SUPPLY, decimals=DECIMALS, **texts
    )
    assert await chain.account_data(account) == layouts.token_2022_account(
        mint=mint.pubkey(), owner=owner, amount=SUPPLY
    )
