"""A checkout whose contract is saved while the mock runs: what it allows from then on is allowed, end to end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulators.nats import free_port
from server.contract import contract_path
from tests.support.load import LOAD_SECONDS

ROOT = contract_path().parent
PARTS = ("backends", "contract_tools", "generated_models", "server", "wallet_cli")
FILES = ("openapi.yaml", "openapi.mock.yaml", "pyproject.toml")
LABEL = "maxLength: 100\n      pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*$'\n      examples: [Launch treasury]"
LONG = "x" * 150


class Checkout:
    """A copy of what the server needs, and a mock running from it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.client = httpx.Client(base_url=f"{url}/api/wallets")
        self.contract = folder / "openapi.yaml"

    def save(self, old: str, new: str) -> None:
        text = self.contract.read_text()
        assert text.count(old) == 1
        self.contract.write_text(text.replace(old, new))

    def log(self) -> str:
        return (self.folder / "log").read_text()


def soon(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LOAD_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, tmp_path)
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WALLET_")}
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--port", str(port)]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(
            command, cwd=tmp_path, env=environment | {"PYTHONPATH": str(tmp_path)}, stdout=log, stderr=log
        ) as server,
    ):
        found = Checkout(tmp_path, f"http://127.0.0.1:{port}")
        try:
            soon(lambda: b"running on" in (tmp_path / "log").read_bytes())
            yield found
        finally:
            found.client.close()
            server.terminate()


def test_what_a_saved_contract_allows_works_at_once(checkout: Checkout) -> None:
    address = checkout.client.get("").json()["items"][0]["wallet"]["wallet_address"]
    body: dict[str, Any] = {"label": LONG, "notes": None, "tags": [], "status_override": None}
    assert checkout.client.put(f"/{address}", json=body).status_code == 422
    checkout.save(LABEL, LABEL.replace("100", "200"))
    soon(lambda: checkout.client.put(f"/{address}", json=body).status_code == 200)
    assert checkout.client.get(f"/{address}").json()["wallet"]["label"] == LONG
    assert LONG in checkout.client.get("", params={"sort": "updated_at"}).text
    assert checkout.client.put(f"/{address}", json=body | {"label": "x" * 201}).status_code == 422
    models = checkout.folder / "generated_models" / "__init__.py"
    soon(lambda: "max_length=200" in models.read_text())


def test_a_choice_that_no_backend_knows_is_answered_from_the_contract(checkout: Checkout) -> None:
    values = "enum: [created_at, updated_at, last_balance, label]"
    assert checkout.client.get("", params={"sort": "mood"}).status_code == 422
    checkout.save(values, values.replace("label]", "label, mood]"))
    soon(lambda: checkout.client.get("", params={"sort": "mood"}).status_code == 200)
    assert checkout.client.get("", params={"sort": "mood"}).headers["X-Mock-Source"] == "example"
    assert checkout.client.get("", params={"sort": "label"}).headers["X-Mock-Source"] == "backend"
