"""Mock mode loads no cloud SDK, no Solana library, and nothing that only a suspicious request needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CODE = """
import asyncio, sys, httpx
from server.app import create_app
from server.composition import build
from server.settings import Settings
from tests.support.client import app_client

async def main():
    settings = Settings()
    backends = await build(settings)
    app = create_app(backends.main, settings=settings)
    async with app.router.lifespan_context(app):
        async with app_client(app) as client:
            wallets = (await client.get("/api/wallets")).json()["items"]
            address = wallets[0]["wallet"]["wallet_address"]
            assert (await client.post(f"/api/wallets/{address}/refresh")).status_code == 200

asyncio.run(main())
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
HEAVY = {
    "google",
    "grpc",
    "firebase_admin",
    "solana",
    "solders",
    "nats",
    "cryptography",
    "mnemonic",
    "nacl",
}


def test_what_the_mock_imports() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=30, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(done.stdout.split())
