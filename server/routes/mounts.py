"""Further contracts beside the main one, each with a backend of its own, bound by the same loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Protocol

from starlette.types import ASGIApp

from server.contract import Contract, contract_path, load_contract

MOCK_CONTRACT = "openapi.mock.yaml"


class Mounted(Protocol):
    """A backend of another contract than the wallets'; its methods are compared with that at the start."""

    @property
    def name(self) -> str:
        """What `X-Backend` says."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A contract, its models and who serves it. The contract itself is served under `documents` (.yaml and .json).

    `around` wraps each operation, to decide who may call it; the main contract's rules do not apply.
    """

    contract: Contract
    backend: Mounted
    models: ModuleType
    documents: str
    around: Callable[[ASGIApp], ASGIApp]


def mock_contract_path() -> Path:
    """Where `openapi.mock.yaml` is: always beside the main contract."""
    return contract_path().with_name(MOCK_CONTRACT)


def load_mock_contract() -> Contract:
    """The contract of the mock's control API. Raises `ContractError`."""
    return load_contract(mock_contract_path())
