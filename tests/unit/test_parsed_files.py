"""What a contract's file says is parsed once, and never told of another text than the file's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from server.contract import parsed_files
from server.contract.parsed_files import parse_file
from server.contract.yaml_json import YamlError, parse_yaml


@pytest.fixture(name="path")
def _path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    return tmp_path / "contract.yaml"


def _kept(path: Path) -> list[Path]:
    return [*(path.parent / "__pycache__").glob("*")]


def test_it_is_parsed_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'a: [1, 1.5, null, true, "1", é]\nb: {c: ""}\n'.encode()
    found = parse_file(path, text)
    assert found == parse_yaml(text.decode())
    with monkeypatch.context() as patch:
        patch.setattr(parsed_files, "parse_yaml", None)
        assert parse_file(path, text) == found
    assert parse_file(path, b"a: 2") == {"a": 2}
    assert len(_kept(path)) == 1  # of the text that it was before nothing is left


def test_what_is_damaged_is_parsed_again(path: Path) -> None:
    parse_file(path, b"a: 1")
    (kept,) = _kept(path)
    kept.write_bytes(b'{"a":')
    assert parse_file(path, b"a: 1") == {"a": 1}
    assert kept.read_bytes() == b'{"a":1}'


def test_what_is_refused_is_not_kept(path: Path) -> None:
    for _ in range(2):
        with pytest.raises(YamlError, match="a second time"):
            parse_file(path, b"a: 1\na: 2")
    assert _kept(path) == []


def test_where_nothing_can_be_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path.parent / "__pycache__").write_text("no folder")
    assert parse_file(path, b"a: 1") == {"a": 1}
    (path.parent / "__pycache__").unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert parse_file(path, b"a: 1") == {"a": 1}
    assert _kept(path) == []
