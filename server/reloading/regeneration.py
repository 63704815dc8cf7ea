"""Models that follow a contract which is saved while the server runs."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

import generated_models
from server.contract import Contract
from server.reloading.relaxing import relax

logger = logging.getLogger(__name__)


class Regeneration:
    """Keeps the models behind the contract's schemas: the imported ones at once, by relaxing what limits they have of
    their own; the files of a checkout in the background, as `make generate` makes them. Backends are written for the
    classes, so these stay until the next start.
    """

    def __init__(self, contract: Contract, root: Path | None) -> None:
        """`root` is the checkout, None where the server is installed as a package."""
        self._made_from: Any = _schemas(contract)
        self._root = root
        self._relaxed = False
        self._command = Path(sys.executable).with_name("datamodel-codegen")
        self._running: asyncio.Task[None] | None = None

    def follow(self, contract: Contract) -> None:
        """The contract that is served from now on."""
        schemas = _schemas(contract)
        if schemas == self._made_from:
            return
        self._made_from = schemas
        if not self._relaxed:
            relax(generated_models)
            self._relaxed = True
        if self._root is not None and self._command.exists():
            if self._running is not None:
                self._running.cancel()
            self._running = asyncio.ensure_future(self._make(self._root))

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
            logger.error("generated_models could not be made anew: %s", said.decode(errors="replace").strip()[-500:])
        else:
            logger.info("generated_models is made anew from the contract, for the next start")


def _schemas(contract: Contract) -> Any:
    return contract.document.get("components", {}).get("schemas")
