"""A folder of built files over HTTP: what is kept, what is packed, and what a path can't reach."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from server.app import create_app
from server.routes import console
from server.routes.console import console_routes
from server.routes.static_files import static_routes
from server.settings import Settings
from tests.http.example_backend import CONTRACT, ExampleBackend

PAGE = b"<!doctype html><title>t</title>" + b"<p>text</p>" * 100
SCRIPT = b"export const a = 1;\n" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_bytes(PAGE)
    (built / "icon.svg").write_bytes(b"<svg/>")
    (built / "assets" / "a-1f2e.js").write_bytes(SCRIPT)
    (built / "assets" / "dot.png").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "secret.txt").write_text("not for you")
    return built


@pytest.fixture
async def files(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=list(static_routes(folder, "/files/", {"X-Extra": "yes"})))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost", headers={"Accept-Encoding": "identity"}
    ) as client:
        yield client


async def test_the_page_is_checked_each_time_and_hashed_files_are_kept(files: httpx.AsyncClient) -> None:
    page = await files.get("/files/")
    assert (page.status_code, page.content, page.headers["cache-control"]) == (200, PAGE, "no-cache")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    script = await files.get("/files/assets/a-1f2e.js")
    assert script.content == SCRIPT
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert {page.headers["x-extra"], script.headers["x-extra"]} == {"yes"}


async def test_packed_for_who_takes_it(files: httpx.AsyncClient) -> None:
    for accepted in ("gzip", "br, gzip;q=0.5", "*", "deflate, GZIP"):
        packed = await files.get("/files/assets/a-1f2e.js", headers={"Accept-Encoding": accepted})
        assert packed.headers["content-encoding"] == "gzip"
        assert int(packed.headers["content-length"]) == len(gzip.compress(SCRIPT, 9, mtime=0)) < len(SCRIPT)
        assert packed.content == SCRIPT
    for refused in ("identity", "gzip;q=0", "gzip;q=0.000, *", "br", "*;q=0"):
        plain = await files.get("/files/assets/a-1f2e.js", headers={"Accept-Encoding": refused})
        assert "content-encoding" not in plain.headers
        assert plain.content == SCRIPT


async def test_what_does_not_shrink_is_not_packed(files: httpx.AsyncClient) -> None:
    for path in ("/files/assets/dot.png", "/files/icon.svg"):
        answer = await files.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_who_has_it_is_told_so(files: httpx.AsyncClient, encoding: str) -> None:
    asked = {"Accept-Encoding": encoding}
    etag = (await files.get("/files/", headers=asked)).headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        answer = await files.get("/files/", headers={**asked, "If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        assert answer.headers["cache-control"] == "no-cache"
    assert (await files.get("/files/", headers={**asked, "If-None-Match": '"other"'})).status_code == 200


async def test_the_two_forms_have_two_tags(files: httpx.AsyncClient) -> None:
    tags = [(await files.get("/files/", headers={"Accept-Encoding": each})).headers["etag"] for each in ("br", "gzip")]
    assert len(set(tags)) == 2


async def test_head_is_get_without_the_body(files: httpx.AsyncClient) -> None:
    got, asked = await files.get("/files/"), await files.head("/files/")
    assert asked.content == b""
    assert dict(asked.headers) == dict(got.headers)


@pytest.mark.parametrize(
    "path",
    [
        "/files/../secret.txt",
        "/files/%2e%2e/secret.txt",
        "/files/..%2fsecret.txt",
        "/files/assets/..%5c..%5csecret.txt",
        "/files/assets/",
        "/files/assets",
        "/files/index.html",
        "/files//",
        "/files/assets/none.js",
    ],
)
async def test_a_path_that_is_no_file_is_a_404(files: httpx.AsyncClient, path: str) -> None:
    assert (await files.get(path)).status_code == 404


async def _console(folder: Path, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    monkeypatch.setattr(console, "console_folder", lambda: folder)
    app = create_app(ExampleBackend(), settings=Settings(), contract=CONTRACT)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


async def test_the_console_is_served_with_its_policy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await _console(folder, monkeypatch) as client:
        page = await client.get("/", follow_redirects=True)
        assert (page.url.path, page.content) == ("/console/", PAGE)
        assert (await client.get("/console", follow_redirects=True)).content == PAGE
        directives = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
        assert directives["default-src"] == directives["base-uri"] == directives["trusted-types"] == "'none'"
        assert directives["script-src"] == directives["style-src"] == directives["connect-src"] == "'self'"
        assert directives["require-trusted-types-for"] == "'script'"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cross-origin-opener-policy"] == "same-origin"
        assert page.headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in page.headers["permissions-policy"]
        missing = await client.get("/console/assets/gone-1.js")
        assert (missing.status_code, missing.json()["code"]) == (404, "route_not_found")
        assert (await client.post("/console/")).status_code == 405


async def test_firebase_sign_in_opens_googles_two_hosts_and_no_others(folder: Path) -> None:
    settings = Settings(
        wallet_backend="real",
        wallet_store="sqlite",
        solana_rpc_url=SecretStr("http://127.0.0.1:1"),
        wallet_firebase_project="demo-project",
        wallet_firebase_web_key="demo-web-key",
    )
    app = Starlette(routes=list(console_routes(folder, firebase=settings.firebase_sign_in)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        page, told = await client.get("/console/"), await client.get("/console/sign-in.json")
    directives = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    google = "https://identitytoolkit.googleapis.com", "https://securetoken.googleapis.com"
    assert directives["connect-src"].split() == ["'self'", *google]
    assert told.json() == {"firebase": {"key": "demo-web-key", "accounts": google[0], "tokens": google[1]}}
    assert Settings(wallet_firebase_web_key="demo-web-key").firebase_sign_in is None, "the mock knows no users"


async def test_not_built_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await _console(tmp_path, monkeypatch) as client:
        answer = await client.get("/console/")
        assert answer.status_code == 503
        assert answer.text.count("\n") == 1
        assert "make install" in answer.text
        assert (await client.get("/healthz")).status_code == 200
