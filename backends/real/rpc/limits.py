"""What one process may spend on the Solana RPC, and what one answer may cost it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RpcLimits:
    """The budget of one process. Several processes over one RPC account spend it once each.

    Attributes:
        rps: requests a second over all methods. Whole numbers count: 2.5 is 2; below 1 it is one request in
            1/rps seconds.
        method_rps: further caps by RPC method, as public endpoints have them, in the same unit.
        concurrency: requests on the wire at once, which is also the number of connections.
        timeout: seconds that one call may last, its retries and the pauses between them included. A request
            may take all of it; one that failed before is asked again while there is time left. The wait for a
            place under `rps` is not included: that is our own doing, and a caller who minds has a deadline of
            its own.
        max_body: bytes of one answer after decompression; above what a hundred accounts, a thousand
            signatures or any transaction take.
        max_token_body: the same for the token accounts of one owner; 20,000 of them are about 14 MiB.
        retry_share: retries as a share of all calls. It holds over any run longer than `retry_advance /
            retry_share` calls; before, `retry_advance` retries are allowed, so that a small run can have one
            at all.
        retry_advance: see `retry_share`.
        retry_reserve: how many unused retries a quiet time can save up for a bad one.
        max_pause: seconds for which a `Retry-After` is obeyed at most. A longer one is reported to the caller
            as it is, but does not keep the next call from asking.
    """

    rps: float = 10
    method_rps: Mapping[str, float] = field(default_factory=dict)
    concurrency: int = 16
    timeout: float = 10
    max_body: int = 2 * 2**20
    max_token_body: int = 20 * 2**20
    retry_share: float = 0.1
    retry_advance: int = 3
    retry_reserve: int = 10
    max_pause: float = 30

    def __post_init__(self) -> None:
        """Refuse what could never send a request."""
        for name in ("rps", "concurrency", "timeout", "max_body", "max_token_body"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0")
        if not all(rps > 0 for rps in self.method_rps.values()):
            raise ValueError("method_rps must be above 0 for every method")
