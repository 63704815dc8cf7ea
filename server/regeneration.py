"""Models made anew in a checkout whose contract was saved, in the background, as `make generate` makes them."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

from server.contract import Contract

_log = logging.getLogger(__name__)


class Regeneration:
    """Keeps `generated_models/` behind the contract's schemas. The running process goes on with what it has imported:
    an answer is made by a backend, which is written for its models.
    """

    def __init__(self, contract: Contract) -> None:
        self._made_from: Any = _schemas(contract)
        self._command = Path(sys.executable).with_name("datamodel-codegen")
        self._running: asyncio.Task[None] | None = None

    def follow(self, contract: Contract, root: Path) -> None:
        """The contract that is served from now on; `root` is the checkout."""
        schemas = _schemas(contract)
        if schemas == self._made_from or not self._command.exists():
            return
        self._made_from = schemas
        if self._running is not None:
            self._running.cancel()
        self._running = asyncio.ensure_future(self._make(root))

    async def _make(self, root: Path) -> None:
        process = await asyncio.create_subprocess_exec(
            str(self._command), cwd=root, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:  # a newer contract came
            process.terminate()
            raise
        if process.returncode:
            _log.error("generated_models could not be made anew: %s", said.decode(errors="replace").strip()[-500:])
        else:
            _log.info("generated_models is made anew from the contract, for the next start")


def _schemas(contract: Contract) -> Any:
    return contract.document.get("components", {}).get("schemas")
