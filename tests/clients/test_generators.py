"""What nine code generators make of the contract compiles, and their mocks answer the right operation.

At night (NIGHTLY=1): their packages are many, and are installed by this test.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.contract import load_contract
from tests.clients.conftest import ROOT, missing

FOLDER = Path(__file__).parent / "generators"
BUILD = FOLDER / "build"
BIN = FOLDER / "node_modules" / ".bin"
PYTHON_CLIENT = ROOT / ".venv" / "ops" / "bin"
CONTRACT = ROOT / "openapi.yaml"
ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("NIGHTLY"), reason="installs 600 packages: NIGHTLY=1 runs it"),
]


def run(*command: object, cwd: Path = FOLDER, **more: Any) -> str:
    """What a command printed; it must succeed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # where ruff is
    environment = {**os.environ, "CONTRACT": str(CONTRACT), "NO_COLOR": "1", "PATH": path}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, check=False, **more
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed: str = done.stdout
    return printed


@pytest.fixture(scope="module", autouse=True)
def packages() -> None:
    """What `package-lock.json` says, and an empty folder for what is made."""
    if not BIN.is_dir():
        try:
            run("npm", "ci", "--no-audit", "--no-fund")
        except FileNotFoundError:
            missing("npm is missing: the generators are npm packages")
    run("rm", "-rf", BUILD)


def compiled(name: str, config: str = "tsconfig.json") -> None:
    """Strict TypeScript finds nothing in a folder of `build`."""
    path = BUILD / f"tsconfig.{name}.json"
    path.write_text(json.dumps({"extends": f"../{config}", "include": [name]}))
    run(BIN / "tsc", "--project", path)


def test_openapi_typescript() -> None:
    run(BIN / "openapi-typescript", CONTRACT, "--output", BUILD / "openapi-typescript" / "schema.ts")
    compiled("openapi-typescript")


def test_swagger_typescript_api() -> None:
    run(BIN / "swagger-typescript-api", "generate", "--path", CONTRACT, "--output", BUILD / "swagger-typescript-api")
    compiled("swagger-typescript-api")


def test_hey_api() -> None:
    run(BIN / "openapi-ts", "--input", CONTRACT, "--output", BUILD / "hey-api")
    compiled("hey-api")


def test_kubb() -> None:
    run(BIN / "kubb", "generate", "--config", "kubb.config.mjs")
    compiled("kubb")


def test_openapi_zod_client() -> None:
    """It writes for zod 3."""
    (BUILD / "openapi-zod-client").mkdir(parents=True)
    run(BIN / "openapi-zod-client", CONTRACT, "--output", BUILD / "openapi-zod-client" / "client.ts")
    compiled("openapi-zod-client", "tsconfig.zod3.json")


def test_orval() -> None:
    run(BIN / "orval", "--config", "orval.config.cjs")
    compiled("orval")
    options = ("--module", "nodenext", "--moduleResolution", "nodenext", "--target", "es2022", "--skipLibCheck")
    run(BIN / "tsc", "build/orval/client.ts", "--outDir", "build/orval-js", *options, "--noCheck")
    assert_each_is_met(first_handlers("orval"))


def test_msw_source(tmp_path: Path) -> None:
    contract = tmp_path / "openapi.json"
    contract.write_text(json.dumps(yaml.safe_load(CONTRACT.read_text())))
    assert_each_is_met(first_handlers("source", contract))


def test_postman(tmp_path: Path) -> None:
    collection = tmp_path / "collection.json"
    run(BIN / "openapi2postmanv2", "--spec", CONTRACT, "--output", collection)
    made = json.loads(collection.read_text())

    def requests_of(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for item in items for one in requests_of(item.get("item", [])) or [item] if "request" in one]

    assert len(requests_of(made["item"])) == len(load_contract().operations)
    assert {one["key"]: one["value"] for one in made["variable"]}["baseUrl"] == "http://127.0.0.1:8000"


def test_openapi_python_client(tmp_path: Path) -> None:
    if not PYTHON_CLIENT.is_dir():
        run("make", ".venv/.stamps/ops", cwd=ROOT)
    generate = (PYTHON_CLIENT / "openapi-python-client", "generate", "--fail-on-warning", "--meta", "none")
    run(*generate, "--path", CONTRACT, "--output-path", tmp_path / "wallets")
    modules = sorted(
        ".".join(path.relative_to(tmp_path).with_suffix("").parts) for path in (tmp_path / "wallets").rglob("*.py")
    )
    assert len(modules) > len(load_contract().operations)
    run(PYTHON_CLIENT / "python", "-c", "\n".join(f"import {module}" for module in modules), cwd=tmp_path)


OPERATIONS = [(each.method, each.path) for each in load_contract().operations]
FILLED = {
    "wallet_address": ADDRESS,
    "mint_address": ADDRESS,
    "operation_id": "op_1",
    "schedule_id": "sch_1",
    "launch_id": "lau_1",
}


def first_handlers(*origin: object) -> list[tuple[str, str]]:
    """Method and path, as in the contract, of the handler of MSW that answers each operation."""
    urls = [
        (method, "http://127.0.0.1:8000" + re.sub(r"\{(\w+)\}", lambda name: FILLED[name[1]], path))
        for method, path in OPERATIONS
    ]
    found = json.loads(run("node", "first_handler.mjs", *origin, input=json.dumps(urls)))
    return [("", "") if each is None else (each[0], each[1]) for each in found]


def assert_each_is_met(found: list[tuple[str, str]]) -> None:
    """Paths are compared by their shape: generators name parameters as they like, and put a host or a star before."""

    def shape(method: str, path: str) -> tuple[str, str]:
        return method.upper(), re.sub(r"\{\w+\}|:\w+", "{}", re.sub(r"^(\*|https?://[^/]+)", "", path))

    assert [shape(*each) for each in found] == [shape(*each) for each in OPERATIONS]
