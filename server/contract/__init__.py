"""The contract: `openapi.yaml`, read once at the start."""

from server.contract.loading import Contract, contract_path, load_contract, read_contract
from server.contract.reader import ContractError

__all__ = ["Contract", "ContractError", "contract_path", "load_contract", "read_contract"]
