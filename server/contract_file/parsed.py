"""Parsed YAML kept as JSON beside compiled Python, under the hash of its text: parsing is a tenth of a start."""

from __future__ import annotations

import contextlib
import os
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pydantic_core

from server.contract_file.yaml_json import parse_yaml

_FORM = b"1"
"""Changes when `parse_yaml` reads the same text differently."""


def parse_file(path: Path, text: bytes) -> Any:
    """What the file's text says. Raises `YamlError` and `UnicodeDecodeError`."""
    name = f"{path.name}.{blake2b(text, key=_FORM, digest_size=12).hexdigest()}.json"
    kept = path.parent / "__pycache__" / name
    with contextlib.suppress(OSError, ValueError):
        return pydantic_core.from_json(kept.read_bytes())
    value = parse_yaml(text.decode())
    with contextlib.suppress(OSError, ValueError):  # a folder that can't be written, a value that is no JSON
        _keep(kept, path.name, pydantic_core.to_json(value))
    return value


def _keep(kept: Path, name: str, body: bytes) -> None:
    kept.parent.mkdir(exist_ok=True)
    for old in kept.parent.glob(f"{name}.*.json"):
        old.unlink()
    written = kept.with_suffix(f".{os.getpid()}")
    written.write_bytes(body)
    written.replace(kept)
