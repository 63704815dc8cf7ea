"""API keys: what is kept of them, how a file of them is followed, and the command that makes them."""

from __future__ import annotations

import hashlib
import json
import logging
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from server.access import api_keys
from server.access.api_keys import ApiKey, KeyFile, KeyFileError, find, new_key, read_keys, write_keys


def test_only_a_hash_is_kept() -> None:
    text, key = new_key("ci", "read")
    assert text.startswith("wok_")
    assert len(text) == 4 + 43  # 256 bits
    assert key.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert text not in key.line
    assert new_key("ci", "read")[0] != text


@pytest.mark.parametrize(("name", "role"), [("", "read"), ("a b", "read"), ("x" * 65, "read"), ("a", "admin")])
def test_names_and_roles_are_closed(name: str, role: str) -> None:
    with pytest.raises(KeyFileError):
        new_key(name, role)


def test_a_key_is_found_by_itself_alone() -> None:
    text, key = new_key("a", "read")
    other, revoked = new_key("b", "operate")
    revoked = ApiKey("b", "operate", revoked.sha256, revoked=True)
    assert find([revoked, key], text.encode()) is key
    assert find([revoked, key], other.encode()) is None
    assert find([key], key.sha256.encode()) is None
    assert find([key], b"\xff\x00") is None
    assert find([], b"") is None


def test_a_file_keeps_what_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    keys = [new_key("a", "read")[1], ApiKey("b", "operate", "0" * 64, "2026-11-22T16:10:00Z", revoked=True)]
    write_keys(path, keys)
    assert read_keys(path) == keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("# of the team\n\n" + path.read_text())
    assert read_keys(path) == keys


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "1",
        '{"name": "a", "role": "read"}',
        json.dumps({"name": "a", "role": "admin", "sha256": "0" * 64}),
        json.dumps({"name": "a", "role": "read", "sha256": "0" * 63}),
        json.dumps({"name": "a b", "role": "read", "sha256": "0" * 64}),
        json.dumps({"name": "a", "role": "read", "sha256": "0" * 64, "revoked": "no"}),
        json.dumps({"name": 1, "role": "read", "sha256": "0" * 64}),
        json.dumps({"name": "a", "role": [], "sha256": "0" * 64}),
    ],
)
def test_a_damaged_file_names_the_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "keys"
    path.write_text(f"{new_key('good', 'read')[1].line}{line}\n")
    with pytest.raises(KeyFileError, match="line 2"):
        read_keys(path)


def test_a_name_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="the name a twice"):
        write_keys(tmp_path / "keys", [new_key("a", "read")[1], new_key("a", "operate")[1]])
    assert not (tmp_path / "keys").exists()


def test_a_file_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(api_keys, "_LOOK_AGAIN", 0)
    path = tmp_path / "keys"
    text, key = new_key("a", "read")
    write_keys(path, [key])
    followed = KeyFile(path)
    assert find(followed.current(), text.encode()) == key
    more = new_key("b", "read")[1]
    write_keys(path, [key, more])
    assert followed.current() == [key, more]
    path.write_text("damaged")
    with caplog.at_level(logging.ERROR):
        assert followed.current() == followed.current() == [key, more]
    assert len(caplog.records) == 1
    write_keys(path, [ApiKey("a", "read", key.sha256, revoked=True)])
    assert find(followed.current(), text.encode()) is None
    path.unlink()
    assert followed.current() == ()


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="can't be read"):
        KeyFile(tmp_path / "none")


def _keys(*arguments: str, file: Path | None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "COLUMNS": "100"}
    if file is not None:
        environment["WALLET_API_KEYS_FILE"] = str(file)
    command = [sys.executable, "-m", "wallet_cli.main", "keys", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, env=environment, check=False)


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    made = _keys("new", "--name", "ci", "--role", "operate", file=file)
    assert made.returncode == 0
    text = made.stdout.strip()
    assert find(read_keys(file), text.encode()) is not None
    assert text not in file.read_text() + made.stderr
    again = _keys("new", "--name", "ci", file=file)
    assert (again.returncode, again.stdout) == (2, "")
    assert _keys("list", file=file).stdout.startswith("ci\toperate\t20")
    assert _keys("revoke", "nobody", file=file).returncode == 2
    assert _keys("revoke", "ci", file=file).returncode == 0
    assert _keys("list", file=file).stdout.endswith("\trevoked\n")
    assert find(read_keys(file), text.encode()) is None


def test_the_command_without_a_file() -> None:
    made = _keys("new", "--name", "ci", file=None)
    key = json.loads(made.stderr.splitlines()[-1])
    assert key["sha256"] == hashlib.sha256(made.stdout.strip().encode()).hexdigest()
    assert _keys("list", file=None).stderr.startswith("wallet-orchestrator: WALLET_API_KEYS_FILE is missing")
