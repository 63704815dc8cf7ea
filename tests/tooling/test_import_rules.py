"""Each import rule is broken by the import that it forbids, and by nothing that is allowed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"
RULES = tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]["contracts"]
LAYERS = [
    f"{container}.{module}"
    for rule in RULES
    for container in rule.get("containers", ())
    for layer in rule["layers"]
    for module in layer.split(" | ")
]
MODULES = [
    *["server", "wallet_cli", "wallet_cli.main"],
    *["backends", "backends.answers", "backends.base", "backends.errors", "backends.request_context"],
    *["backends.orchestrator", "backends.mock", "backends.real"],
    *["generated_models", "emulators", "contract_tools", "contract_tools.cli", "tests"],
    *LAYERS,
]
ALLOWED = [
    ("server.composition.mock", "backends.mock"),
    ("server.composition.real", "backends.real"),
    ("server.app", "backends.base"),
    ("server.app", "fastapi"),
    ("backends.base", "generated_models"),
    ("backends.mock", "backends.orchestrator"),
    ("backends.real", "backends.orchestrator"),
    ("backends.orchestrator.refresh_operations", "backends.orchestrator.refresh"),
    ("backends.real", "solders"),
    ("backends.mock", "faker"),
    ("wallet_cli.main", "contract_tools.cli"),
    ("tests", "server"),
    ("tests", "emulators"),
]
FORBIDDEN = {
    "generated_models <- backends <- server": ("generated_models", "backends"),
    "Backends know no HTTP server": ("backends.real", "starlette"),
    "The mock and the real world know nothing of each other": ("backends.mock", "backends.real"),
    "The rules know no world and no SDK": ("backends.orchestrator", "solders"),
    "The orchestrator is layered": ("backends.orchestrator.refresh", "backends.orchestrator.refresh_operations"),
    "Mock mode loads no cloud SDK": ("backends.mock", "google"),
    "Only the composition root names a concrete backend": ("server.app", "backends.mock"),
    "What serves imports neither tests nor emulators": ("server.app", "emulators"),
    "The command line stands above the server and the contract's tools": ("server.app", "contract_tools"),
    "The server is layered: a request goes down, and returns to none": ("server.problems", "server.app"),
    "The contract's tools are layered": ("contract_tools.parity", "contract_tools.cli"),
    "The emulators stand alone": ("emulators", "server"),
}


def _broken(folder: Path, imports: list[tuple[str, str]]) -> set[str]:
    """The rules that a tree of these imports breaks, by the project's own configuration."""
    for module in MODULES:
        lines = "".join(f"import {imported}\n" for importer, imported in imports if importer == module)
        is_package = module in {"backends", "backends.orchestrator", "backends.mock", "backends.real"}
        path = folder / module.replace(".", "/")
        path = path / "__init__.py" if is_package or "." not in module else path.with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(lines)
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--config", str(PYPROJECT)]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)(?: \(.*)?$", answer.stdout, re.MULTILINE))
    assert set(verdicts) == set(FORBIDDEN), answer.stdout
    assert answer.returncode == ("BROKEN" in verdicts.values())
    return {rule for rule, verdict in verdicts.items() if verdict == "BROKEN"}


def test_what_is_allowed_breaks_no_rule(tmp_path: Path) -> None:
    assert _broken(tmp_path, ALLOWED) == set()


def test_what_is_forbidden_breaks_every_rule(tmp_path: Path) -> None:
    assert _broken(tmp_path, [*ALLOWED, *FORBIDDEN.values()]) == set(FORBIDDEN)


def test_every_rule_is_tested() -> None:
    assert {rule["name"] for rule in RULES} == set(FORBIDDEN)
