"""Answers that are sent piece by piece: begun or refused, whole or recognisably broken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from backends.answers import Answer, AnswerKind, Download
from backends.errors import StoreUnavailable
from server.app import create_app
from server.operations.streams import DownloadStream
from server.reply import Reply
from server.settings import Settings
from tests.http.conftest import serving
from tests.http.example_backend import CONTRACT, OPERATIONS, ExampleBackend

PATH = "/api/wallets/export"


async def test_the_form_decides_the_media_type(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    table = await client.get(PATH)
    assert table.headers["content-type"] == "text/csv"
    assert table.headers["content-disposition"] == 'attachment; filename="wallets.csv"'
    assert table.headers["cache-control"] == "private, no-cache"
    assert "content-length" not in table.headers
    assert table.content == b"wallet_address\r\none\r\n"
    lines = await client.get(PATH, params={"format": "jsonl"})
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert backend.closed_streams == 2
    assert (await client.get(PATH, params={"format": "xml"})).status_code == 422


async def test_what_fails_before_the_first_piece_is_a_problem(
    client: httpx.AsyncClient, backend: ExampleBackend
) -> None:
    backend.pieces = [StoreUnavailable()]
    response = await client.get(PATH)
    assert (response.status_code, response.json()["code"]) == (503, "store_unavailable")


async def test_a_head_reads_one_piece(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    backend.pieces = [b"x", StoreUnavailable()]
    response = await client.head(PATH)
    assert (response.status_code, response.content) == (200, b"")
    assert backend.closed_streams == 1


async def test_an_undeclared_media_type_is_a_500(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b""

    backend.answers["export_wallets"] = Answer(AnswerKind.OK, Download("text/html", pieces()))
    assert (await client.get(PATH)).status_code == 500


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_breaks_off_does_not_end_properly() -> None:
    backend = ExampleBackend()
    backend.pieces = [b"wallet_address\r\n", StoreUnavailable()]
    with (
        serving(create_app(backend, settings=Settings(), contract=CONTRACT)) as port,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        httpx.get(f"http://127.0.0.1:{port}{PATH}")
    assert backend.closed_streams == 1


class _Endless:
    """One piece, and then nothing for ever."""

    def __init__(self) -> None:
        self.closed = False

    async def pieces(self) -> AsyncIterator[bytes]:
        try:
            yield b"one"
            await asyncio.Event().wait()
        finally:
            self.closed = True


async def _sent(stream: DownloadStream, *, leaves: bool) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        if not leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    await stream.send(receive, send)
    return messages


@pytest.mark.parametrize("leaves", [True, False], ids=["the client leaves", "it takes too long"])
async def test_it_is_not_sent_for_ever(leaves: bool) -> None:
    endless = _Endless()
    stream = await DownloadStream.begin(Reply(200), Download("text/csv", endless.pieces()), seconds=0.05)
    messages = await _sent(stream, leaves=leaves)
    assert endless.closed
    assert all(message.get("more_body", True) for message in messages), "an end would call it whole"


def test_the_lines_of_the_contract_are_what_it_says() -> None:
    content = CONTRACT.document["paths"][PATH]["get"]["responses"]["200"]["content"]
    (example,) = content["application/x-ndjson"]["examples"].values()
    validator = CONTRACT.schemas.at(content["application/x-ndjson"]["x-line-schema"].removeprefix("#"))
    for line in example["value"].splitlines():
        assert validator.is_valid(json.loads(line))
    assert set(OPERATIONS["exportWallets"].responses[200].media_types) == set(content)
