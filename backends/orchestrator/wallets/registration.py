"""Registering a wallet: its record, the tombstone of its earlier generations, and the audit entry, in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backends.orchestrator.audit import audited
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Put, Stored, Write
from backends.orchestrator.records import Wallet, WalletTombstone
from backends.orchestrator.wallets.state import metadata_values, with_derived_fields
from generated_models import CreateWalletRequest


def registration(
    context: Context, body: CreateWalletRequest, tombstone: Stored[WalletTombstone] | None, action: str, counted_in: int
) -> tuple[Wallet, list[Write]]:
    """The new wallet of a request, and the writes that create it.

    Args:
        context: the world.
        body: the request.
        tombstone: of the address as it was read; None if no wallet was ever created under it.
        action: what the audit trail calls the request.
        counted_in: the epoch of the counters in whose increments the caller counts the wallet (`counters.epochs`).
    """
    address = body.wallet_address
    earlier = (
        tombstone.record
        if tombstone
        else WalletTombstone(wallet_address=address, generations=0, metadata_version=0, launch_count=0)
    )
    now = context.clock.now()
    wallet = with_derived_fields(
        Wallet(
            wallet_address=address,
            generation=earlier.generations + 1,
            metadata_version=earlier.metadata_version + 1,
            chain_version=0,
            label=body.label or None,
            notes=body.notes or None,
            tags=tuple(body.tags or ()),
            status_override=body.status_override,
            launch_count=earlier.launch_count,
            counted_in=counted_in,
            created_at=now,
            updated_at=now,
        ),
        context.policy,
    )
    return wallet, [
        Put(wallet, ABSENT),
        Put(replace(earlier, generations=wallet.generation), tombstone.version if tombstone else ABSENT),
        audited(context, action, address, after=metadata_values(wallet)),
    ]


async def unreadable(context: Context, addresses: Sequence[str]) -> set[str]:
    """Those of the addresses under which the store holds a wallet, or a tombstone, that it can't read: they are
    never overwritten.
    """
    found: set[str] = set()
    for kind in (Wallet, WalletTombstone):
        existing = await context.store.existing(kind, addresses)
        readable = await context.store.get_many(kind, addresses)
        found |= {address for address, stored in zip(addresses, readable, strict=True) if stored is None} & existing
    return found
