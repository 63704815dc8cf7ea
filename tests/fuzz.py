"""`make fuzz`: every schemathesis check and phase against a server of our own, over HTTP.

Settings of the fuzzer are in schemathesis.toml; arguments after `--` are passed on to `st run`.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from emulators.process import Child, EmulatorFailed, EmulatorMissing
from emulators.run_real import answers, create_wallets, start_world

ROOT = Path(__file__).parent.parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fuzz(backend: str, seed: int, more: Sequence[str]) -> int:
    port = _free_port()
    base_url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        env, world = start_world(stack, os.environ) if backend == "real" else ({}, None)
        # A cooldown would answer most refreshes with 429.
        env = {**os.environ, **env, "WALLET_REFRESH_COOLDOWN": "0"}
        command = [sys.executable, "-m", "server.cli", "serve", "--backend", backend, "--port", str(port)]
        server = stack.enter_context(Child(command, env=env))
        server.wait_until(lambda: answers(base_url), what="the server", seconds=60)
        if world:
            create_wallets(base_url, world)
        st = [str(Path(sys.executable).parent / "st"), "run", "openapi.yaml", f"--url={base_url}"]
        code = subprocess.run([*st, f"--seed={seed}", *more], cwd=ROOT, check=False).returncode
        if code:
            print(f"The server's last words:\n{server.tail()}\nAgain: make fuzz BACKEND={backend} SEED={seed}")
        return code


def main() -> int:
    """The exit code of `st run`; 1 when the server or an emulator does not start."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--backend", choices=["mock", "real"], default="mock")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options, more = parser.parse_known_args()
    try:
        return _fuzz(options.backend, options.seed, [argument for argument in more if argument != "--"])
    except (EmulatorMissing, EmulatorFailed) as reason:
        print(f"make fuzz: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
