"""Google's official Firestore emulator: found, started on a free loopback port, stopped.

The emulator is a Java archive that comes with the Google Cloud SDK, with Google's Debian packages and with
firebase-tools; it is on no package registry that this project installs from.
"""

from __future__ import annotations

import os
import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from emulators.process import Child, EmulatorMissing

JAR_IN_SDK = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
HOW_TO_GET_IT = (
    "install it with `gcloud components install cloud-firestore-emulator`, with Google's Debian package "
    "google-cloud-cli-firestore-emulator, or with `npx firebase-tools setup:emulators:firestore`; "
    "or name the jar in FIRESTORE_EMULATOR_JAR"
)


def _sdk_roots(env: Mapping[str, str]) -> Iterator[Path]:
    """Where a Cloud SDK may be: as configured, around `gcloud` on PATH, then where its installers put it."""
    for variable in ("CLOUDSDK_ROOT", "CLOUDSDK_ROOT_DIR"):
        if env.get(variable):
            yield Path(env[variable])
    gcloud = shutil.which("gcloud", path=env.get("PATH"))
    if gcloud:
        yield Path(gcloud).resolve().parent.parent
    for place in (
        "/usr/lib/google-cloud-sdk",  # Debian package
        "/usr/share/google-cloud-sdk",
        "/usr/local/share/google-cloud-sdk",
        "/opt/homebrew/share/google-cloud-sdk",
        "/opt/google-cloud-sdk",
        "~/google-cloud-sdk",
    ):
        yield Path(place).expanduser()


def find_jar(env: Mapping[str, str] = os.environ) -> Path:
    """The emulator's jar; raises EmulatorMissing with what to do."""
    named = env.get("FIRESTORE_EMULATOR_JAR")
    if named:
        if Path(named).is_file():
            return Path(named)
        raise EmulatorMissing(f"FIRESTORE_EMULATOR_JAR names no file: {named}")
    for root in _sdk_roots(env):
        if (root / JAR_IN_SDK).is_file():
            return root / JAR_IN_SDK
    downloaded = Path("~/.cache/firebase/emulators").expanduser().glob("cloud-firestore-emulator-v*.jar")
    newest = max(downloaded, key=lambda jar: jar.stat().st_mtime, default=None)  # firebase-tools keeps old ones
    if newest:
        return newest
    raise EmulatorMissing(f"the Firestore emulator was not found: {HOW_TO_GET_IT}")


def find_java(env: Mapping[str, str] = os.environ) -> str:
    """The `java` to run it with: JAVA_HOME's, else the one on PATH; raises EmulatorMissing."""
    home = env.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else None
    java = java or shutil.which("java", path=env.get("PATH"))
    if java is None:
        raise EmulatorMissing("the Firestore emulator needs Java 11 or newer: no `java` on PATH or in JAVA_HOME")
    return java


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _says_ok(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/", timeout=1) as answer:
            return bool(answer.read().strip() == b"Ok")
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def firestore_emulator() -> Iterator[str]:
    """Runs an empty emulator; gives `host:port`, the form that FIRESTORE_EMULATOR_HOST takes.

    Raises:
        EmulatorMissing: no Java or no emulator on this machine.
        EmulatorFailed: it was found but does not run.
    """
    address = f"127.0.0.1:{_free_port()}"
    host, port = address.split(":")
    # What optimizes code that runs for hours would take half of the processor for the first minutes.
    java = [find_java(), "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    with Child([*java, "-cp", str(find_jar()), MAIN_CLASS, "--host", host, "--port", port]) as child:
        child.wait_until(lambda: _says_ok(address), what="the Firestore emulator", seconds=60)
        yield address
