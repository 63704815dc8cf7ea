"""`.ci/run` says by its exit code what the tests and the checks said: with a `make` that fails where it is told to."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED_FOR = ["python3", "node", "npm", "chromium-headless-shell", "curl", "jq", "java", "apt-get", "renice"]
"""What `.ci/run` looks for, or would install with: here each is found, and does nothing."""
MAKE = """#!/bin/sh
for target; do
    case $target in [0-9]* | --*) continue ;; esac
    echo "$target" >>made
    echo "says $target"
    for no in $FAILS; do [ "$no" = "$target" ] && exit 2; done
done
exit 0
"""


@pytest.mark.parametrize(
    ("fails", "code", "says"),
    [
        ("", 0, "says check"),
        ("check", 1, "says check"),
        ("test", 0, "what failed runs once more"),
        ("test test-failed", 2, "says test-failed"),
        ("audit", 1, "says audit"),
        ("install", 2, "says install"),
    ],
)
def test_ci_passes_where_everything_does(tmp_path: Path, fails: str, code: int, says: str) -> None:
    for name in ASKED_FOR:
        _script(tmp_path / "bin" / name, "#!/bin/sh\n")
    _script(tmp_path / "bin/make", MAKE)
    _script(tmp_path / ".venv/bin/python", "#!/bin/sh\n")
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "FAILS": fails, "TMPDIR": str(tmp_path)}
    run = [tmp_path / ".ci/run"]  # in a session of its own, whose priority it may raise
    done = subprocess.run(run, env=environment, capture_output=True, text=True, timeout=60, start_new_session=True)
    assert (done.returncode, says in done.stdout + done.stderr) == (code, True), done
    assert not list(tmp_path.glob("tmp.*")), "what the checks said is not left behind"
    if not fails:
        assert sorted((tmp_path / "made").read_text().split()) == ["audit", "check", "install", "test"]


def _script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
