"""A canary in every secret, every fault of the chain, logs at their loudest: nothing that leaves the process sings."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import base58
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mnemonic import Mnemonic

from backends.errors import ChainRateLimited
from emulators.process import Child
from server.access.api_keys import ApiKey, digest, write_keys
from server.settings import Settings
from tests.support import rpc_world
from tests.support.rpc_faults import FAULTS
from tests.support.scripted_rpc import ScriptedRpc, behave

CANARY = "c4nary"
KEY = "wok_C4NARYapikey000000000000000000000000000000000"
WRONG_KEY = "wok_C4NARYwrong0000000000000000000000000000000000"
SEED = bytes(range(32))
KEYPAIR = SEED + Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
PRIVATE_KEY = base58.b58encode(KEYPAIR).decode()
PHRASE = Mnemonic("english").to_mnemonic(bytes(range(16)))
TOKEN = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
    for part in ({"alg": "RS256", "kid": "k"}, {"aud": "p", "sub": "C4NARY"}, {"C4NARY": "signature"})
)
NEEDLES = [CANARY, TOKEN.lower(), TOKEN.split(".")[1].lower(), PRIVATE_KEY.lower(), PHRASE, KEYPAIR.hex()]
WALLETS = "/api/wallets"


def found_in(text: str) -> list[str]:
    return [needle[:12] for needle in NEEDLES if needle in text.lower()]


class WatchedServer:
    """A server in a process of its own, and everything that it has said to anybody."""

    def __init__(self, child: Child, client: httpx.AsyncClient) -> None:
        self.child = child
        self._client = client
        self.answers: list[str] = []

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> int:
        answer = await self._client.request(method, path, json=body, headers={"X-API-Key": KEY} | headers)
        self.answers.append(f"{answer.status_code} {answer.headers} {answer.text}")
        return answer.status_code

    def assert_discreet(self) -> None:
        log = self.child.output()
        assert "DEBUG" in log or '"debug"' in log, "the logs are at their loudest"
        assert [line for line in log.splitlines() if found_in(line)] == []
        assert [answer for answer in self.answers if found_in(answer)] == []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=1).is_success
    except httpx.TransportError:
        return False


def credentials(folder: Path) -> Path:
    """A service account's file, as Google gives it out."""
    path = folder / "credentials.json"
    account = {
        "type": "service_account",
        "project_id": "p",
        "private_key_id": "C4NARYid",
        "private_key": "-----BEGIN PRIVATE KEY-----\nC4NARYpem\n-----END PRIVATE KEY-----\n",
        "client_email": "x@p.iam.gserviceaccount.com",
        "client_id": "C4NARYclient",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    path.write_text(json.dumps(account))
    return path


def environment(folder: Path, rpc_url: str) -> dict[str, str]:
    keys = folder / "keys.jsonl"
    write_keys(keys, [ApiKey("tester", "operate", digest(KEY.encode()).hex())])
    return {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "WALLET_BACKEND": "real",
        "WALLET_STORE": "sqlite",
        "WALLET_SQLITE_PATH": str(folder / "wallets.sqlite3"),
        "WALLET_API_KEYS_FILE": str(keys),
        "WALLET_FIREBASE_PROJECT": "p",
        "GOOGLE_APPLICATION_CREDENTIALS": str(credentials(folder)),
        "SOLANA_RPC_URL": rpc_url,
        "SOLANA_RPC_RPS": "5000",
        "SOLANA_RPC_TIMEOUT": "0.3",
        "WALLET_REFRESH_SECONDS": "1",
        "WALLET_REFRESH_COOLDOWN": "0",
        "WALLET_LOG_LEVEL": "debug",
    }


@asynccontextmanager
async def told(env: dict[str, str]) -> AsyncIterator[WatchedServer]:
    url = f"http://127.0.0.1:{_free_port()}"
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--port", url.rpartition(":")[2]]
    with Child(command, env=env) as child:
        await asyncio.to_thread(child.wait_until, lambda: _answers(url), what="the server", seconds=30)
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield WatchedServer(child, client)


@pytest.fixture
async def rpc() -> AsyncIterator[ScriptedRpc]:
    async with ScriptedRpc(rpc_world.answer, path="/v1/C4NARYpath/?api-key=C4NARYquery") as server:
        yield server


def _url(rpc: ScriptedRpc) -> str:
    return rpc.url.replace("http://", "http://C4NARYuser:C4NARYpassword@")


async def _pasted_secrets(server: WatchedServer) -> None:
    new = {"wallet_address": rpc_world.SENDER}
    for secret in (PRIVATE_KEY, PHRASE, KEYPAIR.hex(), str(list(KEYPAIR))):
        assert await server.ask("POST", WALLETS, {**new, "notes": secret}) == 422
        assert await server.ask("POST", f"{WALLETS}/import", {"wallets": [{**new, "label": secret}]}) == 422
        assert await server.ask("GET", f"{WALLETS}/audit?subject={secret}") == 422
        assert await server.ask("GET", f"{WALLETS}/{secret}/nothing") == 404
        await server.ask("GET", WALLETS, None, **{"X-Request-Id": secret[:200]})


async def _wrong_credentials(server: WatchedServer) -> None:
    for headers in (
        {"X-API-Key": WRONG_KEY},
        {"X-API-Key": "", "Authorization": f"Bearer {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}"},
    ):
        assert await server.ask("GET", WALLETS, None, **headers) in (401, 503)


@pytest.mark.parametrize("style", ["json", "console"])
async def test_every_fault_of_the_chain(rpc: ScriptedRpc, tmp_path: Path, style: str) -> None:
    names = list(FAULTS) if style == "json" else ["redirect", "reset", "html", "hang", "limited"]
    # Last what makes the server ask no more for a while.
    names.sort(key=lambda name: (FAULTS[name].raises is ChainRateLimited, name == "limited_for_an_hour"))
    async with told(environment(tmp_path, _url(rpc)) | {"WALLET_LOG_FORMAT": style}) as server:
        assert await server.ask("POST", WALLETS, {"wallet_address": rpc_world.OWNER}) == 201
        assert await server.ask("POST", f"{WALLETS}/{rpc_world.OWNER}/refresh") == 200
        for name in names:
            rpc.behaviour = FAULTS[name].behaviour
            asked = len(rpc.requests)
            assert await server.ask("POST", f"{WALLETS}/{rpc_world.OWNER}/refresh") in (200, 502, 504), name
            assert len(rpc.requests) > asked, f"{name} was not met"
        await server.ask("POST", f"{WALLETS}/refresh-all", {"scope": "all"}, Prefer="wait=3")
        await rpc.stop()
        assert await server.ask("POST", f"{WALLETS}/{rpc_world.OWNER}/refresh") == 502
        await rpc.listen()
        rpc.behaviour = behave
        await _pasted_secrets(server)
        await _wrong_credentials(server)
        for path in ("", f"/{rpc_world.OWNER}", "/audit", "/export", "/export?format=jsonl", "/portfolio/summary"):
            assert await server.ask("GET", WALLETS + path) == 200
        for path in ("/metrics", "/readyz", "/healthz", "/openapi.json"):
            assert await server.ask("GET", path) == 200
        server.assert_discreet()


async def test_a_queue_that_is_not_there(rpc: ScriptedRpc, tmp_path: Path) -> None:
    queue = f"nats://C4NARYuser:C4NARYpassword@127.0.0.1:{_free_port()}"
    async with told(environment(tmp_path, _url(rpc)) | {"WALLET_QUEUE_URL": queue}) as server:
        assert await server.ask("POST", WALLETS, {"wallet_address": rpc_world.OWNER}) == 201
        await server.ask("POST", f"{WALLETS}/refresh-all", {"scope": "all"}, Prefer="wait=1")
        await asyncio.sleep(1)
        server.assert_discreet()


async def test_credentials_that_are_no_good(tmp_path: Path) -> None:
    env = environment(tmp_path, "http://C4NARYuser:C4NARYpassword@127.0.0.1:9/C4NARYpath")
    env |= {"WALLET_STORE": "firestore", "GOOGLE_CLOUD_PROJECT": "p"}
    del env["WALLET_SQLITE_PATH"]
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--port", str(_free_port())]
    with Child(command, env=env) as child:
        assert await asyncio.to_thread(child.wait) == 2
        assert "Firestore can't be used" in child.output()
        assert found_in(child.output()) == []


def test_settings_are_shown_without_their_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path, "https://C4NARYuser:x@rpc.example/C4NARYpath?key=C4NARY").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WALLET_QUEUE_URL", "nats://C4NARY:C4NARY@127.0.0.1:4222")
    settings = Settings()
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert found_in(shown) == []
