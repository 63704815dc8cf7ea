"""A user's own world: a YAML file, held against the mock's contract, with errors that say where and what."""

from __future__ import annotations

from pathlib import Path

from generated_models.mock import WorldDescription
from server.contract import Contract
from server.contract_file.yaml_json import YamlError, parse_yaml
from server.problems import Refused
from server.requests.refusals import refusal
from server.settings import SettingsError

_POINTER = "/components/schemas/WorldDescription"
_ENDINGS = (".yaml", ".yml")


def names_a_file(world: str) -> bool:
    """Whether a world is given by its file's name rather than by its own."""
    return world.endswith(_ENDINGS)


def read_world(path: Path, contract: Contract) -> WorldDescription:
    """The world that a file describes. Raises `SettingsError`, with one line for each mistake."""
    try:
        found = parse_yaml(path.read_text("utf-8"))
        return checked_world({} if found is None else found, contract)
    except OSError as error:
        raise SettingsError(f"WALLET_WORLD: {path} can't be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, YamlError) as error:
        raise SettingsError(f"WALLET_WORLD: {path} is not YAML: {error}") from error
    except Refused as error:
        lines = [
            f"{(item['where'] or '').removeprefix('/body').lstrip('/').replace('/', '.') or 'the file'}: "
            f"expected {item['expected']}, got {item['got'] if item['got'] is not None else 'nothing'}"
            for item in error.errors
        ]
        raise SettingsError("\n  ".join([f"WALLET_WORLD: {path} is not a world:", *lines])) from error


def checked_world(description: object, contract: Contract) -> WorldDescription:
    """A description as its model. Raises `Refused`; its places begin with `/body`."""
    gate = {"type": "object", "properties": {"body": contract.schemas.reference(_POINTER)}}
    validator = contract.schemas.compile(gate)
    request = {"body": description}
    if not validator.is_valid(request):
        raise refusal(validator, request, gate, contract.schemas)
    return WorldDescription.model_validate(description)
