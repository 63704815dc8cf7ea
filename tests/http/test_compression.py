"""gzip where it is asked for and worth it; conditional requests of lists, whose tags are made from what they say."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from backends.mock.factory import MockWorld
from server.app import create_app
from server.content_coding import takes_gzip
from server.operations import answers
from server.operations.entity_tags import content_tag, matched
from server.settings import Settings
from tests.support.client import app_client
from tests.support.default_world import default_world

LISTS = ["", "/portfolio/summary", "/portfolio/launches", "/portfolio/tokens", "/tags", "/attention", "/audit"]
ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"
GZIP = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
async def world() -> MockWorld:
    return await default_world()


@pytest.fixture
async def client(world: MockWorld) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(world.backend(), settings=Settings())
    async with app.router.lifespan_context(app), app_client(app) as client:
        yield client


async def _raw(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
    """An answer and its body as it came."""
    async with client.stream("GET", path, headers=headers) as response:
        return response, b"".join([piece async for piece in response.aiter_raw()])


@pytest.mark.parametrize("path", ["/api/wallets?page_size=200", "/api/wallets/export", "/openapi.yaml"])
async def test_compressed_for_who_takes_it(client: httpx.AsyncClient, path: str) -> None:
    plain, body = await _raw(client, path, PLAIN)
    packed, sent = await _raw(client, path, GZIP)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(sent) == body
    assert len(sent) < len(body) / 2
    assert int(packed.headers.get("content-length", len(sent))) == len(sent)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["vary"].split(", ")
    head = await client.head(path, headers=GZIP)
    assert (head.content, head.headers["content-encoding"]) == (b"", "gzip")
    assert "content-length" not in head.headers


async def test_small_answers_are_sent_as_they_are(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz", headers=GZIP)
    assert "content-encoding" not in answer.headers


async def test_a_compressed_wallet_has_a_tag_of_its_own_that_every_condition_takes(client: httpx.AsyncClient) -> None:
    listed = await client.get("/api/wallets?sort=created_at", headers=PLAIN)
    path = f"/api/wallets/{listed.json()['items'][0]['wallet']['wallet_address']}"
    plain, packed = await client.get(path, headers=PLAIN), await client.get(path, headers=GZIP)
    assert packed.headers["etag"] == plain.headers["etag"].removesuffix('"') + '-gzip"'
    for answer in (plain, packed):
        tag = answer.headers["etag"]
        unchanged = await client.get(path, headers={"If-None-Match": tag})
        assert (unchanged.status_code, unchanged.headers["etag"]) == (304, tag)
    body: dict[str, object] = {"label": "mine", "notes": None, "tags": [], "status_override": None}
    for status in (200, 412):  # the second comes too late
        edited = await client.put(path, json=body, headers={"If-Match": packed.headers["etag"]})
        assert edited.status_code == status


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_that_says_the_same_is_not_sent_again(
    client: httpx.AsyncClient, world: MockWorld, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(answers, "wall_clock", lambda: 0.0)
    first = await client.get(f"/api/wallets{path}", headers=GZIP)
    tag = first.headers["etag"]
    world.clock.move(timedelta(seconds=1))  # another moment, and nothing else
    same = await client.get(f"/api/wallets{path}", headers=GZIP | {"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert same.headers["vary"] == "Accept-Encoding"
    assert (await client.get(f"/api/wallets{path}", headers={"If-None-Match": 'W/"other"'})).status_code == 200
    created = await client.post("/api/wallets", json={"wallet_address": ADDRESS, "tags": ["new"]})
    assert created.status_code == 201
    if path != "/portfolio/tokens":
        changed = await client.get(f"/api/wallets{path}", headers={"If-None-Match": tag})
        assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)


def test_a_tag_leaves_out_when_an_answer_was_made_and_nothing_else() -> None:
    one = content_tag(b'{"items":[{"label":"a"}],"computed_at":"2026","next_page_token":"x"}', 300)
    later = b'{"items":[{"label":"a"}],"computed_at":"2027","next_page_token":"y"}'
    assert one == content_tag(later, 599)
    assert one != content_tag(later, 600), "what was left out has its time"
    for other in (
        b'{"items":[{"label":"b"}],"computed_at":"2026","next_page_token":"x"}',
        b'{"items":[{"label":"a"}],"computed_at":"2026","next_page_token":null}',
        rb'{"items":[{"label":"\"computed_at\":\"1"}],"computed_at":"2026","next_page_token":"x"}',
    ):
        assert content_tag(other, 300) != one
    texts = [b'{"label":"\\"computed_at\\":\\"%d"}' % number for number in (1, 2)]
    assert content_tag(texts[0], 0) != content_tag(texts[1], 0)
    assert content_tag(texts[0], 0) == content_tag(texts[0], 600), "nothing was left out"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [('"a"', '"a"'), ('W/"a"', '"a"'), ('"b", "a-gzip"', '"a-gzip"'), ("*", '"a"'), ('"b"', None), ("a", None)],
)
def test_a_condition_names_a_tag(condition: str, expected: str | None) -> None:
    assert matched('"a"', condition) == expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [(b"gzip", True), (b"br, GZIP;q=0.5", True), (b"*", True), (b"gzip;q=0, *", False), (b"br", False), (b"", False)],
)
def test_accept_encoding_tells_who_takes_gzip(accepted: bytes, expected: bool) -> None:
    assert takes_gzip(accepted) is expected
