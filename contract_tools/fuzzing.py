"""Runs schemathesis with this project's settings (schemathesis.toml): all checks, all phases, nothing left out."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contract_tools.exit_codes import FINE, FOUND, UNABLE, ToolError
from contract_tools.fuzz_failures import Failure, read_failures
from contract_tools.fuzz_hooks import CONTRACT_FILE, FAILURES_FILE
from server.contract import contract_path

_STOP_SECONDS = 20.0
_SECRET = {"x-api-key", "authorization", "cookie"}
_REPLAY = "WALLET_AUTH=off WALLET_REFRESH_COOLDOWN=0"
_REPLAY_PORT = 8000
REPLAY_URL = f"http://127.0.0.1:{_REPLAY_PORT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzPlan:
    """One run. `seconds` None: each phase once; else fuzzing goes on until they are spent. `limit`: the end, always."""

    url: str
    seed: int
    contract: Path
    seconds: int | None = None
    limit: float = 180.0
    examples: int | None = None
    junit: Path | None = None
    har: Path | None = None
    headers: Sequence[str] = ()
    credential: Sequence[str] = ()
    """Headers of a server of our own, in no report."""
    more: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FuzzResult:
    """How a run ended: an exit code of `outcome`, and what it found."""

    code: int
    failures: Sequence[Failure]
    timed_out: bool


def fuzz(plan: FuzzPlan) -> FuzzResult:
    """Fuzz a running server; schemathesis shows its progress on the terminal. Raises `ToolError`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "failures.jsonl"
        env = {**os.environ, FAILURES_FILE: str(file), CONTRACT_FILE: str(plan.contract.resolve())}
        with subprocess.Popen(_command(plan), env=env, cwd=_settings_file().parent) as running:
            timed_out = False
            try:
                running.wait(plan.limit)
            except subprocess.TimeoutExpired:
                timed_out = True
                running.send_signal(signal.SIGINT)  # it reports what it has found so far
                try:
                    running.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    running.kill()
        failures = read_failures(file, plan.url if plan.credential else "", REPLAY_URL)
    if failures or running.returncode == FOUND:
        return FuzzResult(FOUND, failures, timed_out)
    return FuzzResult(UNABLE if running.returncode or timed_out else FINE, failures, timed_out)


def again(plan: FuzzPlan, backend: str) -> str:
    """The command line that makes the same run: contract, headers, backend and store included, secrets left out."""
    words = ["wallet-orchestrator", "fuzz", "--backend", backend, "--seed", str(plan.seed)]
    if plan.contract.resolve() != contract_path():
        words += ["--contract", str(plan.contract)]
    for option, value in (("--time", plan.seconds), ("--max-examples", plan.examples)):
        words += [] if value is None else [option, str(value)]
    words += [f"--limit={plan.limit:g}"]
    for header in plan.headers:
        name, _, text = header.partition(":")
        words += ["--header", f"{name}: {'YOURS' if name.strip().lower() in _SECRET else text.strip()}"]
    return f"{_store(backend)}{shlex.join([*words, *(['--', *plan.more] if plan.more else [])])}"


def server_of_replay(backend: str) -> str:
    """How to start a server that a failure's curl can be sent to, at `REPLAY_URL`; or the one that was given."""
    if backend == "mock":
        return f"{_REPLAY} wallet-orchestrator serve --backend mock --port {_REPLAY_PORT}"
    if backend == "real":
        return f"{_store(backend)}{_REPLAY} python -m emulators.run_real --port {_REPLAY_PORT}"
    return f"the server at {backend}, with its credential"


def _store(backend: str) -> str:
    store = os.environ.get("WALLET_STORE")
    return f"WALLET_STORE={shlex.quote(store)} " if store and backend == "real" else ""


def _command(plan: FuzzPlan) -> list[str]:
    program = Path(sys.executable).with_name("st")
    if not program.exists():
        raise ToolError("schemathesis is missing: pip install 'wallet-orchestrator[tools]' (or make install)")
    command = [str(program), "--config-file", str(_settings_file()), "run", str(plan.contract.resolve())]
    command += [f"--url={plan.url}", f"--seed={plan.seed}"]
    if plan.seconds is not None:
        command.append(f"--max-time={plan.seconds}")
    if plan.examples is not None:
        command.append(f"--max-examples={plan.examples}")
    command += [f"--header={header}" for header in (*plan.credential, *plan.headers)]
    reports = {"junit": plan.junit, "har": plan.har}
    wanted = {kind: path.resolve() for kind, path in reports.items() if path is not None}
    if wanted:
        command += [f"--report={','.join(wanted)}", *(f"--report-{kind}-path={path}" for kind, path in wanted.items())]
    return [*command, *plan.more]


def _settings_file() -> Path:
    return contract_path().with_name("schemathesis.toml")
