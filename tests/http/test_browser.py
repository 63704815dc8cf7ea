"""The documentation's pages in a real browser, which has nothing but this server."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
@pytest.mark.parametrize("page", ["docs", "redoc"])
def test_pages_show_every_operation(port: int, page: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            str(BROWSER),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path}",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--virtual-time-budget=15000",
            "--dump-dom",
            f"http://127.0.0.1:{port}/{page}",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    for summary in ("List wallets", "Register a wallet", "Follow a refresh-all operation", "Is the process alive"):
        assert summary in done.stdout
