"""A local Solana runtime with real programs and a real JSON-RPC, offline: surfpool behind a Node launcher.

Differs from a validator: a random port and a new genesis hash at each start, JSON-RPC batches are refused,
`getTransaction` gives a `blockTime` a thousand times too small (getSignaturesForAddress and getBlockTime are
right), commitment levels are not enforced. Metaplex is absent: `emulators.chain_seed` writes its accounts.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from emulators.process import Child, EmulatorMissing

RUNTIME = Path(__file__).parent / "solana_runtime"
BlockProduction = Literal["clock", "transaction", "manual"]


def find_node(env: Mapping[str, str] = os.environ) -> str:
    """The `node` to run the launcher with; raises EmulatorMissing."""
    node = shutil.which("node", path=env.get("PATH"))
    if node is None:
        raise EmulatorMissing("the local Solana runtime needs Node.js 20 or newer: no `node` on PATH")
    if not (RUNTIME / "node_modules").is_dir():
        raise EmulatorMissing("the local Solana runtime is not installed: run `make install` where npm is on PATH")
    return node


@contextmanager
def solana_runtime(*, block_production: BlockProduction = "clock", slot_time_ms: int = 400) -> Iterator[str]:
    """Runs an empty chain; gives its JSON-RPC URL.

    Args:
        block_production: `clock` makes a slot every `slot_time_ms`, so that block times are the wall clock's,
            and still confirms at once; `transaction` makes one a transaction, so block times fall behind;
            `manual` moves by surfnet_timeTravel only.
        slot_time_ms: the length of a slot, milliseconds.

    Raises:
        EmulatorMissing: no Node.js, no package, or none for this platform.
        EmulatorFailed: it was found but does not run.
    """
    command = [find_node(), str(RUNTIME / "launcher.mjs"), f"--block-production={block_production}"]
    with Child([*command, f"--slot-time-ms={slot_time_ms}"]) as child:

        def first_line() -> dict[str, Any] | None:
            line, newline, _ = child.output().partition("\n")
            return json.loads(line) if newline and line.startswith("{") else None

        def ready() -> bool:
            answer = first_line()
            if answer and "missing" in answer:
                raise EmulatorMissing(f"the local Solana runtime can't run here: {answer['missing']}")
            return answer is not None

        child.wait_until(ready, what="the local Solana runtime", seconds=30)
        yield str((first_line() or {})["rpcUrl"])
