"""Children end when we do, however we do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emulators.process import Child, EmulatorFailed


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):  # it just ended, or there is no /proc
        return not Path("/proc/self").exists()
    return state.rpartition(")")[2].split()[0] != "Z"


def _ends(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not _lives(pid)


def test_stop_sends_sigterm_and_waits() -> None:
    script = "trap 'echo bye; exit 0' TERM; echo $$; while :; do sleep 0.05; done"
    with Child(["/bin/sh", "-c", script]) as child:
        child.wait_until(lambda: "\n" in child.output(), what="it", seconds=5)
        pid = int(child.output())
        assert _lives(pid)
    assert child.wait() == 0
    assert not _lives(pid)


def test_one_that_ignores_sigterm_is_killed() -> None:
    with Child(["/bin/sh", "-c", "trap '' TERM; echo $$; while :; do sleep 0.05; done"], stop_seconds=0.2) as child:
        child.wait_until(lambda: "\n" in child.output(), what="it", seconds=5)
        pid = int(child.output())
    assert _ends(pid)


def test_it_does_not_survive_kill_9_of_its_parent() -> None:
    script = (
        "import time; from emulators.process import Child\n"
        "child = Child(['/bin/sh', '-c', 'echo $$; exec sleep 600'])\n"
        "child.wait_until(lambda: '\\n' in child.output(), what='it', seconds=5)\n"
        "print(child.output().strip(), flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert _lives(pid)
        parent.send_signal(signal.SIGKILL)
    assert _ends(pid)


def test_one_that_dies_is_reported_with_its_last_words() -> None:
    with (
        Child(["/bin/sh", "-c", "echo no such luck >&2; exit 3"]) as child,
        pytest.raises(EmulatorFailed, match=r"ended with code 3.*\nno such luck"),
    ):
        child.wait_until(lambda: False, what="it", seconds=5)


def test_one_that_never_answers_is_reported() -> None:
    with Child(["sleep", "600"]) as child, pytest.raises(EmulatorFailed, match="did not answer within"):
        child.wait_until(lambda: False, what="it", seconds=0.1)
