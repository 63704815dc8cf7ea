"""The Firestore emulator runs, is found where it should be, and says what is missing."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from emulators.firestore import JAR_IN_SDK, find_jar, find_java
from emulators.process import EmulatorMissing


def _document(address: str, project: str) -> str:
    return f"http://{address}/v1/projects/{project}/databases/(default)/documents/things/one"


def test_it_keeps_documents_apart_by_project(firestore_emulator: str, firestore_project: str) -> None:
    document = {"fields": {"amount": {"stringValue": "18446744073709551615"}}}
    httpx.patch(_document(firestore_emulator, firestore_project), json=document).raise_for_status()

    answer = httpx.get(_document(firestore_emulator, firestore_project)).json()
    assert answer["fields"] == document["fields"]
    assert httpx.get(_document(firestore_emulator, "demo-another")).status_code == 404


def test_the_jar_can_be_named(tmp_path: Path) -> None:
    jar = tmp_path / "emulator.jar"
    jar.touch()
    assert find_jar({"FIRESTORE_EMULATOR_JAR": str(jar)}) == jar
    with pytest.raises(EmulatorMissing, match="FIRESTORE_EMULATOR_JAR names no file"):
        find_jar({"FIRESTORE_EMULATOR_JAR": str(tmp_path / "absent.jar")})


@pytest.mark.parametrize("found_by", ["CLOUDSDK_ROOT", "PATH"])
def test_the_jar_is_found_in_an_sdk(tmp_path: Path, found_by: str) -> None:
    jar = tmp_path / JAR_IN_SDK
    jar.parent.mkdir(parents=True)
    jar.touch()
    (tmp_path / "bin").mkdir()
    gcloud = tmp_path / "bin" / "gcloud"
    gcloud.touch(mode=0o755)
    env = {"CLOUDSDK_ROOT": str(tmp_path)} if found_by == "CLOUDSDK_ROOT" else {"PATH": str(gcloud.parent)}
    assert find_jar(env) == jar


def test_a_machine_without_java_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(EmulatorMissing, match="needs Java 11"):
        find_java({"PATH": str(tmp_path)})
