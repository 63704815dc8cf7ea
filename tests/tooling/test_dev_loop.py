"""One set of commands: the hooks call the Makefile's targets, and unit tests can neither open a socket nor sleep."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()

pytest_plugins = ["pytester"]


def test_hooks_call_the_makefile() -> None:
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"], "nothing is fetched"
    entries = [hook["entry"] for hook in repositories[0]["hooks"]]
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert entries == ["make check", "make quick"]
    assert {entry.removeprefix("make ") for entry in entries} <= targets


def test_every_part_of_check_is_a_target_and_is_run() -> None:
    parts = set(re.findall(r"^(check-[a-z]+):", MAKEFILE, re.MULTILINE))
    found = re.search(r"^CHECKS\s*:=(.*)$", MAKEFILE, re.MULTILINE)
    assert found
    assert set(found[1].split()) == parts


def test_a_unit_test_neither_sleeps_nor_opens_a_socket(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest((ROOT / "tests/unit/conftest.py").read_text())
    pytester.makepyfile("""
        import asyncio, socket, time

        def test_a_sleep():
            time.sleep(0.001)

        def test_a_connection():
            socket.create_connection(("127.0.0.1", 9))

        def test_a_listener():
            socket.socket().bind(("127.0.0.1", 0))

        async def test_an_hour_takes_no_time():
            await asyncio.sleep(3600)
            assert asyncio.get_running_loop().time() == 3600
    """)
    outcome = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--asyncio-mode=auto")
    outcome.assert_outcomes(passed=1, failed=3)
    outcome.stdout.fnmatch_lines(["*a unit test opens no socket and never sleeps*"] * 3)
