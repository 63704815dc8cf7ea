"""The container files, checked without Docker: what they copy exists, what they start starts, nobody is root."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulators.nats import find_nats_server
from emulators.process import Child, EmulatorMissing
from emulators.solana import find_node
from server.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
DOCKERFILES = [ROOT / "Dockerfile", ROOT / "emulators/solana_runtime/Dockerfile"]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service.get("image") == "wallet-orchestrator"]
COMMAND = Path(sys.executable).parent / "wallet-orchestrator"
_IMAGE = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)?:[a-z0-9.-]+")  # an official name with a tag, of no other host


def _instructions(file: Path) -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", file.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


@pytest.mark.parametrize("file", DOCKERFILES, ids=["server", "solana"])
def test_dockerfiles(file: Path) -> None:
    instructions = _instructions(file)
    bases = [rest.split()[0] for name, rest in instructions if name == "FROM"]
    assert all(_IMAGE.fullmatch(base) and not base.endswith(":latest") for base in bases)
    assert "ADD" not in {name for name, _ in instructions}
    users = [rest for name, rest in instructions if name == "USER"]
    assert users
    assert users[-1] not in ("root", "0")
    for name, rest in instructions:
        if name == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                assert (file.parent / source).exists(), source
        if name == "RUN" and "pip install" in rest and "-r " in rest:
            assert rest.count("-r ") == rest.count("--require-hashes")
    assert "://" not in re.sub(r"http://127\.0\.0\.1", "", file.read_text())


def test_what_is_copied_is_sent_to_the_build() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source
        for name, rest in _instructions(ROOT / "Dockerfile")
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    assert copied == sent


def test_the_health_check_is_python() -> None:
    text = next(rest for name, rest in _instructions(ROOT / "Dockerfile") if name == "HEALTHCHECK")
    command: list[str] = json.loads(text[text.index("[") :])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "health check", "exec")


def test_every_service_is_named() -> None:
    assert set(SERVICES) == {"mock", "real", "worker", "keys", "firestore", "solana", "nats"}
    for name, service in SERVICES.items():
        assert "build" in service or _IMAGE.fullmatch(service["image"]), name
        for needed in service.get("depends_on", {}):
            assert needed in SERVICES
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_ours_can_do_nothing_but_serve(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not any(port.count(":") < 2 or not port.startswith("127.0.0.1:") for port in service.get("ports", ()))


@pytest.mark.parametrize("name", ["mock", "real", "worker"])
def test_their_settings_are_settings(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in os.environ:
        if variable.startswith(("WALLET_", "SOLANA_", "FIRESTORE_", "FIREBASE_", "GOOGLE_")) or variable in (
            "HOST",
            "PORT",
        ):
            monkeypatch.delenv(variable)
    environment = {"HOST": "0.0.0.0", "WALLET_LOG_FORMAT": "json", **SERVICES[name]["environment"]}
    assert set(environment) <= {field.upper() for field in Settings.model_fields}
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    load_settings().check_access()


@pytest.mark.parametrize("name", OURS)
def test_their_commands_are_ours(name: str) -> None:
    command = list(SERVICES[name]["command"])
    words = command[: 2 if command[0] == "keys" else 1]
    asked = subprocess.run(
        [COMMAND, *words, "--help"], capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"}
    )
    assert asked.returncode == 0, asked.stderr
    for option in (word for word in command if word.startswith("--")):
        assert option in asked.stdout


def test_a_key_is_made_as_the_file_says(tmp_path: Path) -> None:
    command = [word.replace("/keys/", f"{tmp_path}/") for word in SERVICES["keys"]["command"]]
    subprocess.run([COMMAND, *command], check=True, capture_output=True)
    assert (tmp_path / "api-keys.json").exists()


def test_the_solana_container_listens() -> None:
    try:
        node = find_node()
    except EmulatorMissing as reason:
        pytest.skip(str(reason))
    with Child([node, str(ROOT / "emulators/solana_runtime/serve.mjs"), "--host=127.0.0.1", "--port=0"]) as child:
        child.wait_until(lambda: "\n" in child.output(), what="the forwarder", seconds=20)
        assert child.output().startswith("http://127.0.0.1:"), child.output()


def test_the_queue_takes_its_options() -> None:
    try:
        server = find_nats_server()
    except EmulatorMissing as reason:
        pytest.skip(str(reason))
    asked = subprocess.run([server, "--help"], capture_output=True, text=True)
    for option in SERVICES["nats"]["command"]:
        assert option.split("=")[0] in asked.stdout + asked.stderr


def test_hadolint_finds_nothing() -> None:
    linter = shutil.which("hadolint") or shutil.which("hadolint", path=ROOT / ".venv/ops/bin")
    if linter is None:
        pytest.skip("hadolint is not installed")
    checked = subprocess.run([linter, *map(str, DOCKERFILES)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
