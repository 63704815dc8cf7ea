"""Runs the real server on this machine, with local stand-ins for what is not configured (`make run-real`).

A Firestore emulator is started unless FIRESTORE_EMULATOR_HOST is set or WALLET_STORE is sqlite, a local
Solana runtime (or, with `--chain faked`, the mock's chain) unless SOLANA_RPC_URL is set. A chain of our own gets
a small world, whose wallets are created through the API; a chain that was given is never written to. Ctrl-C or
SIGTERM stops everything.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType

import httpx

from emulators.chain import LAMPORTS_PER_SOL, LocalChain, keypair
from emulators.chain_seed import SeededWorld, seed_small_world
from emulators.firestore import firestore_emulator
from emulators.process import Child, EmulatorFailed, EmulatorMissing, answers
from emulators.solana import solana_runtime

SERVER_STOP_SECONDS = 15.0
_ON_A_FAKED_CHAIN = ("Main", "Launches", "Treasury", "Market maker", "Cold storage")


async def _seed(rpc_url: str) -> SeededWorld:
    async with LocalChain(rpc_url) as chain:
        return await seed_small_world(chain)


def start_world(
    stack: ExitStack, given: Mapping[str, str], *, faked: bool = False
) -> tuple[dict[str, str], SeededWorld | None]:
    """Starts what `given` lacks; returns settings for the server, and what was put on a chain of our own.

    `faked`: instead of a local runtime, the mock's chain, to which nothing needs to be put.
    """
    settings = {"WALLET_BACKEND": "real", "WALLET_STORE": given.get("WALLET_STORE") or "firestore"}
    world = None
    if given.get("SOLANA_RPC_URL"):
        _say("Solana: SOLANA_RPC_URL as given; nothing is put on that chain")
    elif faked:
        settings["SOLANA_RPC_URL"] = stack.enter_context(faked_chain())
        settings["SOLANA_RPC_RPS"] = given.get("SOLANA_RPC_RPS") or "500"
        _say(f"Solana: a faked chain at {settings['SOLANA_RPC_URL']}, on which every address has a history")
    else:
        settings["SOLANA_RPC_URL"] = stack.enter_context(solana_runtime())
        settings["SOLANA_RPC_RPS"] = given.get("SOLANA_RPC_RPS") or "500"  # nobody counts calls to a local chain
        world = asyncio.run(_seed(settings["SOLANA_RPC_URL"]))
        _say(f"Solana: a local runtime at {settings['SOLANA_RPC_URL']}")

    # A chain of our own is another one at each start and a store belongs to one chain, so is the store.
    if settings["WALLET_STORE"] == "sqlite":
        if not given.get("WALLET_SQLITE_PATH") and (world or faked):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wallet-orchestrator-"))
            settings["WALLET_SQLITE_PATH"] = f"{folder}/wallets.sqlite3"
            _say(f"Store: SQLite in {settings['WALLET_SQLITE_PATH']}, removed at the end")
        return settings, world
    if given.get("FIRESTORE_EMULATOR_HOST"):
        _say("Store: FIRESTORE_EMULATOR_HOST as given")
    else:
        settings["FIRESTORE_EMULATOR_HOST"] = stack.enter_context(firestore_emulator())
        _say(f"Store: a Firestore emulator at {settings['FIRESTORE_EMULATOR_HOST']}, in memory")
    if not given.get("GOOGLE_CLOUD_PROJECT"):
        settings["GOOGLE_CLOUD_PROJECT"] = f"demo-wallets-{uuid.uuid4().hex[:8]}"
    return settings, world


@contextmanager
def faked_chain(*options: str) -> Iterator[str]:
    """Runs `wallet-orchestrator chain` with more options at a free port; gives its JSON-RPC URL."""
    with Child([sys.executable, "-m", "wallet_cli.main", "chain", "--port", "0", *options]) as child:

        def url() -> str | None:
            return next((line for line in child.output().split("\n")[:-1] if line.startswith("http://")), None)

        child.wait_until(lambda: url() is not None, what="the faked chain", seconds=180)
        yield url() or ""


def _need_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise EmulatorFailed(f"port {port} is taken by another server: choose one with `make run-real PORT=...`")


def create_wallets(base_url: str, wallets: Mapping[str, str]) -> None:
    """Creates wallets, address and label, through the API."""
    for address, label in wallets.items():
        body = {"wallet_address": address, "label": label, "tags": ["seeded"]}
        answer = httpx.post(f"{base_url}/api/wallets", json=body, timeout=30, follow_redirects=True)
        if answer.status_code not in {201, 409}:  # 409: a store that was given has it from an earlier run
            raise EmulatorFailed(f"creating wallet {address} was answered {answer.status_code}: {answer.text}")


def _to_create(world: SeededWorld | None, *, faked: bool) -> dict[str, str]:
    """What the chain's wallets are called, by address; on a faked chain any address will do."""
    if world:
        return {str(wallet.address): wallet.label for wallet in world.wallets}
    labels = _ON_A_FAKED_CHAIN if faked else ()
    return {str(keypair(f"faked-chain/{label}").pubkey()): label for label in labels}


def _server(port: int, env: Mapping[str, str], *, quiet: bool) -> Child:
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "real", "--port", str(port)]
    return Child(command, env=env, quiet=quiet, stop_seconds=SERVER_STOP_SECONDS)


def _seeded(world: SeededWorld) -> list[str]:
    """What is on the chain, and what a refresh will find of each wallet."""
    tokens = {token.mint: token for token in world.tokens}
    lines = ["", "On the chain:"]
    lines += [
        f"  {token.mint}  {token.program}: {token.name} ({token.ticker}), {token.decimals} decimals"
        for token in world.tokens
    ]
    lines += ["", "Wallets, created and never refreshed yet (amounts are what a refresh will find):"]
    for wallet in world.wallets:
        sol, lamports = divmod(wallet.lamports, LAMPORTS_PER_SOL)
        amounts = [f"{sol}.{lamports:09d} SOL by {len(wallet.funding)} transfer(s)"]
        amounts += [f"{raw} raw {tokens[mint].ticker}" for mint, raw in wallet.holdings.items()]
        lines.append(f"  {wallet.address}  {wallet.label}: {', '.join(amounts)}")
    return lines


def _describe(base_url: str, wallets: Mapping[str, str], world: SeededWorld | None, credentials: str) -> str:
    lines = _seeded(world) if world else ["", "Wallets, created and never refreshed yet:"]
    if world is None:
        lines += [f"  {address}  {label}" for address, label in wallets.items()]
    first = f"{base_url}/api/wallets/{next(iter(wallets))}"
    lines += [
        "",
        "Try:",
        f"  curl -s -X POST {first}/refresh",
        f"  curl -s{credentials} {first}",
        f"  curl -s{credentials} -X POST -H 'Prefer: wait=10' {base_url}/api/wallets/refresh-all \\",
        """       -H 'Content-Type: application/json' -d '{"scope": "all"}'""",
        f"  curl -s{credentials} {base_url}/api/wallets/portfolio/tokens",
        f"Documentation: {base_url}/docs    Stop: Ctrl-C",
        "",
    ]
    return "\n".join(lines)


def _say(text: str) -> None:
    print(text, flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until stopped; returns 0 when it was asked to stop, else the server's exit code."""
    parser = argparse.ArgumentParser(prog="python -m emulators.run_real", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the server's port (default: 8000)")
    parser.add_argument(
        "--chain",
        choices=("local", "faked"),
        default="local",
        help="a local Solana runtime (needs Node.js), or the mock's faked chain as a node (default: local)",
    )
    options = parser.parse_args(arguments)
    port = options.port
    base_url = f"http://127.0.0.1:{port}"
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _need_free(port)
        with ExitStack() as stack:
            faked = options.chain == "faked" and not os.environ.get("SOLANA_RPC_URL")
            settings, world = start_world(stack, os.environ, faked=faked)
            wallets = _to_create(world, faked=faked)
            given = {name: value for name, value in os.environ.items() if value}
            env = {"WALLET_AUTH": "off", "HOST": "127.0.0.1", **given, **settings}
            open_to_all = env["WALLET_AUTH"] == "off"
            if open_to_all:
                _say("Access: authentication is off (WALLET_AUTH=on and WALLET_API_KEYS_FILE turn it on)")
            elif wallets:
                # We have no credentials: a server of our own, for nobody else, makes the wallets beforehand.
                with socket.create_server(("127.0.0.1", 0)) as listener:
                    own_port = listener.getsockname()[1]
                with _server(own_port, env | {"WALLET_AUTH": "off", "HOST": "127.0.0.1"}, quiet=True) as own:
                    own_url = f"http://127.0.0.1:{own_port}"
                    own.wait_until(lambda: answers(own_url), what="the server", seconds=60)
                    create_wallets(own_url, wallets)
            server = stack.enter_context(_server(port, env, quiet=False))
            server.wait_until(lambda: answers(base_url), what="the server", seconds=60)
            if wallets:
                if open_to_all:
                    create_wallets(base_url, wallets)
                _say(_describe(base_url, wallets, world, "" if open_to_all else " -H 'X-API-Key: …'"))
            return server.wait()
    except KeyboardInterrupt:
        return 0
    except (EmulatorMissing, EmulatorFailed) as reason:
        print(f"make run-real: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
