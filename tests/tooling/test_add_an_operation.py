"""Adding an operation takes the hand-edited files that docs/add-an-operation.md names, and no others.

An operation is really added to a copy of the checkout, by editing exactly those files; then the models are generated,
and the copy must keep the contract's rules, pass the operation's own test and serve it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("backends", "generated_models", "server", "contract_tools", "emulators", "bench", "tests")
FILES = ("openapi.yaml", "openapi.mock.yaml", "pyproject.toml", "firestore.indexes.json")

OPERATION = """\
  /api/wallets/portfolio/launch-count:
    get:
      operationId: getLaunchCount
      tags: [portfolio]
      summary: Count the launches
      description: How many launches were recorded, in all.
      responses:
        '200':
          description: The count.
          headers:
            X-Request-Id:
              $ref: '#/components/headers/X-Request-Id'
            X-Backend:
              $ref: '#/components/headers/X-Backend'
            Cache-Control:
              $ref: '#/components/headers/Cache-Control'
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/LaunchCount'
              examples:
                two:
                  summary: Two
                  value:
                    launches: 2
"""
SCHEMA = """\
    LaunchCount:
      type: object
      description: How many launches there are.
      additionalProperties: false
      required: [launches]
      properties:
        launches:
          $ref: '#/components/schemas/Count'

"""
SIGNATURE = "async def get_launch_count(self) -> Answer[LaunchCount]:"
RULE = '''
    async def launch_count(self) -> Answer[LaunchCount]:
        """How many launches were recorded."""
        return Answer(AnswerKind.OK, LaunchCount(launches=await self._context.store.count(queries.launches())))
'''
TEST = """
    async def test_launches_are_counted(self, world: World, client: Client) -> None:
        address = await world.address()
        await client.create(address)
        await client.launch(address, await world.address())
        assert (await client.backend.get_launch_count()).value.launches == 1
"""
SERVED = """
import asyncio
from server.composition.mock import build_mock
from server.app import create_app
from server.settings import Settings
from tests.support.client import app_client

async def main():
    backends = await build_mock(Settings())
    app = create_app(backends.main, settings=Settings(), mounts=backends.mounts)
    async with app.router.lifespan_context(app), app_client(app) as client:
        answer = await client.get("/api/wallets/portfolio/launch-count")
        print(answer.status_code, answer.json())
        assert answer.status_code == 200 and answer.json()["launches"] > 0

asyncio.run(main())
"""


def named_files() -> list[str]:
    """The table of the page: a row for each file that is edited by hand."""
    text = (ROOT / "docs" / "add-an-operation.md").read_text()
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def _insert(path: Path, before: str, text: str) -> None:
    found = path.read_text()
    assert found.count(before) == 1, f"{path.name}: {before!r}"
    path.write_text(found.replace(before, text + before))


def _insert_import(path: Path, behind: str = "LaunchAnalytics") -> None:
    text = path.read_text()
    assert f"    {behind},\n" in text
    path.write_text(text.replace(f"    {behind},\n", f"    {behind},\n    LaunchCount,\n", 1))


def _edit(checkout: Path) -> None:
    contract = checkout / "openapi.yaml"
    text = contract.read_text()
    always = "".join(
        re.findall(
            r"        '(?:401|403|422|500|503)':\n          \$ref: .*\n",
            text[text.index("operationId: getPortfolioSummary") : text.index("  /api/wallets/portfolio/tokens:")],
        )
    )
    _insert(contract, "  /api/wallets/portfolio/summary:\n", OPERATION + always + "\n")
    _insert(contract, "    PortfolioSummary:\n      type: object", SCHEMA)

    port = checkout / "backends/base.py"
    _insert_import(port)
    _insert(port, "    async def get_launch_analytics(", f"    {SIGNATURE} ...\n\n")

    orchestrator = checkout / "backends/orchestrator/orchestrator.py"
    _insert_import(orchestrator)
    body = f"    {SIGNATURE}\n        return await self._portfolio.launch_count()\n\n"
    _insert(orchestrator, "    async def get_launch_analytics(", body)

    rule = checkout / "backends/orchestrator/portfolio.py"
    _insert_import(rule, "FreshnessState")
    _insert(rule, "\n    async def summary(self)", RULE)

    _insert(checkout / "tests/contract/wallet_backend.py", "\n    # core\n", TEST)


def _state(checkout: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(checkout)): path.read_bytes()
        for path in checkout.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "generated_models" not in path.parts
    }


def _run(checkout: Path, *command: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WALLET_", "PYTEST"))}
    done = subprocess.run(
        command, cwd=checkout, env=environment | {"PYTHONPATH": str(checkout)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for part in COPIED:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for file in FILES:
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def test_the_page_names_every_file_that_is_edited_by_hand(checkout: Path) -> None:
    before = _state(checkout)
    _edit(checkout)
    edited = {name for name, content in _state(checkout).items() if content != before[name]}
    named = named_files()
    assert len(named) <= 5
    assert {_row_of(name, named) for name in edited} == set(named), edited

    _run(checkout, str(Path(sys.executable).with_name("datamodel-codegen")))
    _run(checkout, sys.executable, "-c", SERVED)
    _run(
        checkout,
        *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"),
        "tests/contract_file/test_operations.py",
        "tests/http/test_start.py",
        "tests/contract/test_wallet_backend.py::TestMock::test_launches_are_counted",
    )


def _row_of(file: str, rows: list[str]) -> str | None:
    """The row that names a file: by itself, or the folder that one module of is meant."""
    return next((row for row in rows if file == row or (row.endswith("/") and file.startswith(row))), None)
