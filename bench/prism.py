"""Prism, the best known mock server, with the same two answers to give: from npm, into a scratch folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

_PACKAGE = "@stoplight/prism-cli"
_SCRATCH = Path(tempfile.gettempdir(), "wallet-orchestrator-bench-prism")


def install() -> Path | None:
    """The path of Prism's command; None where there is no npm."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    command = _SCRATCH / "node_modules" / ".bin" / "prism"
    if not command.exists():
        _SCRATCH.mkdir(exist_ok=True)
        subprocess.run(
            [npm, "install", "--prefix", str(_SCRATCH), "--no-audit", "--no-fund", "--loglevel=error", _PACKAGE],
            check=True,
        )
    return command


def cut_contract(document: dict[str, Any], answers: dict[str, tuple[str, bytes]]) -> str:
    """The contract with these operations alone, by `operationId`, each at a literal path and with one example: the
    answer's bytes. Generated lists are as long as the answer's.
    """
    schemas = json.loads(json.dumps(document["components"]["schemas"]))
    paths: dict[str, Any] = {}
    for item in document["paths"].values():
        name = item.get("get", {}).get("operationId")
        if name in answers:
            path, body = answers[name]
            value = json.loads(body)
            media = {"schema": item["get"]["responses"]["200"]["content"]["application/json"]["schema"]}
            if "items" in value:
                page = schemas[media["schema"]["$ref"].rpartition("/")[2]]
                page["properties"]["items"] |= {"minItems": len(value["items"]), "maxItems": len(value["items"])}
            content = {"application/json": {**media, "examples": {"same": {"value": value}}}}
            answer = {"200": {"description": "The same answer.", "content": content}}
            paths[path] = {"get": {"operationId": name, "responses": answer}}
    info = {"title": "Two answers", "version": "1"}
    return json.dumps({"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}})
