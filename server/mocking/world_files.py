"""A user's own world: a YAML file, held against the mock's contract, with errors that say where and what."""

from __future__ import annotations

from pathlib import Path

from generated_models.mock import WorldDescription
from server.contract import Contract
from server.contract.yaml_json import YamlError, parse_yaml
from server.operations.request_validator import RequestValidator
from server.problems import RequestRejected
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
    except RequestRejected as error:
        lines = [
            f"{(item['where'] or '').removeprefix('/body').lstrip('/').replace('/', '.') or 'the file'}: "
            f"expected {item['expected']}, got {item['got'] if item['got'] is not None else 'nothing'}"
            for item in error.errors
        ]
        raise SettingsError("\n  ".join([f"WALLET_WORLD: {path} is not a world:", *lines])) from error


def checked_world(description: object, contract: Contract) -> WorldDescription:
    """A description as its model. Raises `RequestRejected`; its places begin with `/body`."""
    schema = {"type": "object", "properties": {"body": contract.schemas.reference(_POINTER)}}
    RequestValidator(schema, contract.schemas).check({"body": description})
    return WorldDescription.model_validate(description)
