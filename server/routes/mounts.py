"""Further contracts beside the main one, each with a backend of its own, bound by the same loop."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Protocol

from starlette.types import ASGIApp

from server.contract import Contract, contract_path, load_contract

MOCK_CONTRACT = "openapi.mock.yaml"
CONTROL = "/__mock__/"
"""Where the paths of the mock's own contract begin."""


class Mounted(Protocol):
    """A backend of another contract than the wallets'; its methods are compared with that at the start."""

    @property
    def name(self) -> str:
        """What `X-Backend` says."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A contract, its models and who serves it. The contract itself is served under `documents` (.yaml and .json), and
    as a page at `docs`.

    `around` wraps each operation, to decide who may call it; the main contract's rules do not apply.
    """

    contract: Contract
    backend: Mounted
    models: ModuleType
    documents: str
    docs: str
    around: Callable[[ASGIApp], ASGIApp]


def unknown_path_hint(path: str, mounts: Sequence[Mount]) -> str | None:
    """What to say of an unknown path under that of a mounted contract; None for any other path."""
    if not path.startswith(CONTROL):
        return None
    mount = next((each for each in mounts if each.documents.startswith(CONTROL)), None)
    if mount is None:
        return f"{CONTROL} controls the mock, and this server is none: start one with `wallet-orchestrator serve`."
    known = sorted({operation.path for operation in mount.contract.operations})
    close = difflib.get_close_matches(path, known, n=1)
    meant = f" Did you mean {close[0]}?" if close else ""
    return f"The mock's control API has no such path.{meant} {mount.documents}.yaml describes it: {', '.join(known)}."


def mock_contract_path() -> Path:
    """Where `openapi.mock.yaml` is: always beside the main contract."""
    return contract_path().with_name(MOCK_CONTRACT)


def load_mock_contract() -> Contract:
    """The contract of the mock's control API. Raises `ContractError`."""
    return load_contract(mock_contract_path())
