"""Who is asking, and what a client needs to know of the server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from backends.answers import Answer, AnswerKind
from backends.orchestrator.context import Context
from backends.orchestrator.records import NamedValue
from backends.orchestrator.refresh.chain_identity import CHAIN
from backends.orchestrator.timestamps import format_timestamp
from backends.request_context import CALLER
from generated_models import BackendName, CallerInfo, Cluster

_CLUSTERS: Mapping[str, Cluster] = {
    "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d": Cluster.mainnet_beta,
    "4uhcVJyU9pJkvQyS88uRDiswHXSGkY3zQawwpjk2NsNY": Cluster.testnet,
    "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrtBG": Cluster.devnet,
}


async def caller_info(context: Context, backend: str) -> Answer[CallerInfo]:
    """The current caller, and the numbers of this installation. `backend` is who answers."""
    caller, policy = CALLER.get(), context.policy
    found = await context.store.get(NamedValue, CHAIN)
    genesis_hash = found.record.value if found else None
    return Answer(
        AnswerKind.OK,
        CallerInfo(
            actor=caller.actor,
            role=caller.role,
            sign_in=list(caller.sign_in),
            # Single groups are mocked on a real server only, this one perhaps among them.
            backend=BackendName.real_ if context.mocked_groups else BackendName(backend),
            mocked_groups=list(context.mocked_groups),
            now=format_timestamp(context.clock.now()),
            cache_ttl_ms=_milliseconds(policy.cache_ttl),
            refresh_cooldown_ms=_milliseconds(policy.refresh_cooldown),
            funded_lamports=str(policy.funded_lamports),
            low_lamports=str(policy.low_lamports),
            genesis_hash=genesis_hash,
            cluster=None if genesis_hash is None else _CLUSTERS.get(genesis_hash, Cluster.other),
        ),
        cacheable=False,
    )


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
