"""Load on one URL: wrk where it is installed, else locust, fetched by uv for the occasion."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 16

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_LOCUST = """
import os
from locust import FastHttpUser, task

class Reader(FastHttpUser):
    @task
    def read(self):
        self.client.get(os.environ["BENCH_PATH"], name="read")
"""


class LoadFailed(Exception):
    """The load could not be made, or was answered with something other than 200."""


@dataclass(frozen=True)
class Load:
    """What one URL bore. Latencies are in milliseconds."""

    requests: int
    per_second: float
    p50: float
    p99: float


def tool() -> str:
    """What makes the load here."""
    return "wrk" if shutil.which("wrk") else "locust"


def load(url: str, seconds: int) -> Load:
    """Read a URL over 16 connections at once, as often as it answers. Raises `LoadFailed`."""
    return _wrk(url, seconds) if tool() == "wrk" else _locust(url, seconds)


def _wrk(url: str, seconds: int) -> Load:
    output = _run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "--latency", url])
    if failed := re.search(r"Non-2xx.*|Socket errors: .*", output):
        raise LoadFailed(f"{url}: {failed[0]}")
    return Load(
        requests=int(_found(r"(\d+) requests in", output)),
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        p50=_milliseconds(_found(r"50%\s+([\d.]+[a-z]+)", output)),
        p99=_milliseconds(_found(r"99%\s+([\d.]+[a-z]+)", output)),
    )


def _locust(url: str, seconds: int) -> Load:
    parts = urlsplit(url)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "locustfile.py")
        script.write_text(_LOCUST, "utf-8")
        arguments = ["-f", str(script), "--headless", "-u", str(CONNECTIONS), "-r", str(CONNECTIONS), "--only-summary"]
        arguments += ["-t", f"{seconds}s", "-H", f"{parts.scheme}://{parts.netloc}", "--csv", f"{folder}/run"]
        uv = [sys.executable, "-m", "uv", "run", "--quiet", "--no-project", "--with", "locust", "locust"]
        _run([*uv, *arguments], BENCH_PATH=parts.path)
        with Path(folder, "run_stats.csv").open(encoding="utf-8") as file:
            row = next(row for row in csv.DictReader(file) if row["Name"] == "read")
    if int(row["Failure Count"]):
        raise LoadFailed(f"{url}: {row['Failure Count']} requests failed")
    return Load(int(row["Request Count"]), float(row["Requests/s"]), float(row["50%"]), float(row["99%"]))


def _run(command: list[str], **environment: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    if done.returncode:
        raise LoadFailed(f"{command[0]}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise LoadFailed(f"nothing like {pattern!r} in: {text[:500]}")
    return match[1]


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()  # type: ignore[union-attr]
    return float(number) * _UNITS[unit]
