"""API keys: what is kept of them, how a file of them is followed, and the command that makes them."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from backends.errors import StoreUnavailable
from server.access import api_keys
from server.access.api_keys import ApiKey, KeyFile, KeyFileError, find, new_key, read_keys, update_keys, write_keys

COMMAND = [sys.executable, "-m", "wallet_cli.main", "keys"]


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
        "[" * 100_000,
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


def test_a_failing_file_closes_the_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "_LOOK_AGAIN", 0)
    path = tmp_path / "keys"
    write_keys(path, [new_key("a", "read")[1]])
    followed = KeyFile(path, grace=0.2)
    path.write_text("damaged")
    assert followed.current()
    time.sleep(0.25)
    with pytest.raises(StoreUnavailable):
        followed.current()
    write_keys(path, [new_key("b", "read")[1]])
    assert [key.name for key in followed.current()] == ["b"]


def test_a_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real" / "keys", tmp_path / "keys"
    real.parent.mkdir()
    link.symlink_to(real)
    write_keys(link, [new_key("a", "read")[1]])
    real.chmod(0o640)
    update_keys(link, lambda keys: [replace(key, revoked=True) for key in keys])
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert [key.revoked for key in read_keys(real)] == [True]


def test_of_changes_at_once_none_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    code = (
        "import sys; from pathlib import Path; from server.access.api_keys import new_key, update_keys\n"
        "for number in range(20):\n"
        "    update_keys(Path(sys.argv[1]), lambda keys: [*keys, new_key(f'{sys.argv[2]}-{number}', 'read')[1]])"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path), who]) for who in "abc"]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert len(read_keys(path)) == 60


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be two users")
def test_revoked_by_root_for_a_server_of_another_user() -> None:
    """Another process, another user: what root writes stays readable, and holds within a second."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "keys"
        text, key = new_key("a", "operate")
        write_keys(path, [key])
        os.chown(path, 65_534, 65_534)
        listening, telling = os.pipe()
        server = os.fork()
        if server == 0:  # the server, from now on nobody's
            _serve_as_nobody(path, text, telling)
        os.close(telling)  # so that a server that dies is an end of what it tells
        try:
            assert os.read(listening, 1) == b"+"
            subprocess.run([*COMMAND, "revoke", "a", "--file", str(path)], check=True, capture_output=True)
            revoked = time.monotonic()
            assert os.read(listening, 1) == b"-"
            assert time.monotonic() - revoked < 1.5
            assert (path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) == (65_534, 0o600)
        finally:
            os.kill(server, signal.SIGKILL)
            os.waitpid(server, 0)
            os.close(listening)


def _serve_as_nobody(path: Path, text: str, telling: int) -> NoReturn:
    """Tell `+` when the key is found, and `-` when it no longer is."""
    try:
        os.setgroups([])
        os.setgid(65_534)
        os.setuid(65_534)
        followed = KeyFile(path)
        if find(followed.current(), text.encode()) is not None:
            os.write(telling, b"+")
        while find(followed.current(), text.encode()) is not None:
            time.sleep(0.02)
        os.write(telling, b"-")
    finally:
        os._exit(0)


def test_what_is_no_file_of_a_sane_size_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a pipe waits for who writes to it, and everybody who asked the server meanwhile waited too."""
    path = tmp_path / "keys"
    text, key = new_key("me", "read")
    write_keys(path, [key])
    followed = KeyFile(path)
    monkeypatch.setattr(api_keys, "_LOOK_AGAIN", 0)
    path.unlink()
    os.mkfifo(path)
    assert find(followed.current(), text.encode()) is not None, "the last good keys, for a while"
    with pytest.raises(KeyFileError, match="no regular file"):
        read_keys(path)
    with pytest.raises(KeyFileError, match="directory"):
        read_keys(tmp_path)
    monkeypatch.setattr(api_keys, "_MOST_BYTES", 1000)
    path.unlink()
    path.write_bytes(b"#" * 1001)
    with pytest.raises(KeyFileError, match="more than 1,000 bytes"):
        read_keys(path)


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="can't be read"):
        KeyFile(tmp_path / "none")


def _keys(*arguments: str, file: Path | None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "COLUMNS": "100"}
    if file is not None:
        environment["WALLET_API_KEYS_FILE"] = str(file)
    command = [sys.executable, "-m", "wallet_cli.main", "keys", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, env=environment, check=False)


def test_the_keys_command_makes_lists_and_revokes(tmp_path: Path) -> None:
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
