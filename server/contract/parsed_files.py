"""What our own YAML files say, kept as JSON among Python's compiled files and read back in a thirtieth of the time that
parsing takes.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from hashlib import blake2b
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pydantic_core

from server.contract.yaml_json import parse_yaml

_PARSER = Path(__file__).with_name("yaml_json.py")


def parse_file(path: Path, text: bytes) -> Any:
    """What `parse_yaml` makes of the text of a file, from what is kept of it if nothing changed. Where nothing can be
    kept, as in a folder that is read only, it is parsed every time.

    Raises:
        YamlError, UnicodeDecodeError: as `parse_yaml` and decoding do.
    """
    folder = Path(cache_from_source(str(path))).parent
    digest = blake2b(text, digest_size=16, key=blake2b(_PARSER.read_bytes(), digest_size=32).digest()).hexdigest()
    kept = folder / f"{path.name}.{digest}.json"
    with suppress(OSError, ValueError):
        return pydantic_core.from_json(kept.read_bytes())
    document = parse_yaml(text.decode())
    if not sys.dont_write_bytecode:
        with suppress(OSError):
            _keep(kept, document)
            for other in folder.glob(f"{path.name}.*.json"):
                if other != kept:
                    other.unlink(missing_ok=True)
    return document


def _keep(kept: Path, document: Any) -> None:
    """Written whole or not at all, whoever does it at the same time."""
    kept.parent.mkdir(exist_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), "utf-8")
    unfinished.replace(kept)
