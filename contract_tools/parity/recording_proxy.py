"""A small reverse proxy that writes down what passes through it, without secrets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, TextIO

import httpx
import uvicorn

from contract_tools.parity.recording import Exchange, Reply, Request, exchange_line, header_line
from contract_tools.parity.redaction import redacted
from server.contract import Contract

_HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length"}
_SECONDS = 120.0
_MOST_BYTES = 4 * 1024 * 1024
"""Larger answers pass, but are not kept."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Recorder:
    """The proxy as an ASGI application. `kept` and `left_out` count exchanges."""

    def __init__(self, upstream: str, file: TextIO, contract: Contract) -> None:
        self._client = httpx.AsyncClient(base_url=upstream, timeout=_SECONDS)
        self._file = file
        self._contract = contract
        self.kept = 0
        self.left_out = 0
        print(header_line(), file=file, flush=True)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send, self._client)
        elif scope["type"] == "http":
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        target = scope["raw_path"].decode("latin-1").partition("?")[0]
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        headers = [(name, value) for name, value in scope["headers"] if name.decode() not in _HOP_BY_HOP]
        # Nothing compressed: what passes is what is written down.
        headers = [(name, value) for name, value in headers if name != b"accept-encoding"]
        sent = self._client.build_request(
            scope["method"], target, headers=[*headers, (b"accept-encoding", b"identity")], content=body
        )
        try:
            answer = await self._client.send(sent, stream=True)
        except httpx.HTTPError as error:
            text = f"the recorder can't reach the server: {type(error).__name__}".encode()
            await send({"type": "http.response.start", "status": 502, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": text})
            return
        passed = [(name, value) for name, value in answer.headers.raw if name.decode().lower() not in _HOP_BY_HOP]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": passed})
        kept = bytearray()
        async for chunk in answer.aiter_raw():
            if len(kept) <= _MOST_BYTES:
                kept += chunk
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await answer.aclose()
        await send({"type": "http.response.body", "body": b""})
        request = Request(
            scope["method"],
            target,
            {name.decode(): value.decode("latin-1") for name, value in headers},
            body.decode(errors="replace") if body else None,
        )
        self._keep(request, answer, bytes(kept))

    def _keep(self, request: Request, answer: httpx.Response, body: bytes) -> None:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        exchange = Exchange(request, Reply(answer.status_code, headers, body.decode(errors="replace")))
        clean = redacted(exchange, self._contract) if len(body) <= _MOST_BYTES else None
        if clean is None:
            self.left_out += 1
        else:
            self.kept += 1
            print(exchange_line(clean), file=self._file, flush=True)


def record(upstream: str, path: Path, host: str, port: int, contract: Contract) -> Recorder:
    """Proxy until Ctrl-C or SIGTERM. The recording is complete at every moment."""
    with path.open("w", encoding="utf-8") as file:
        recorder = Recorder(upstream, file, contract)
        uvicorn.run(recorder, host=host, port=port, log_level="warning", access_log=False, server_header=False)
        return recorder


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


async def _lifespan(receive: Receive, send: Send, client: httpx.AsyncClient) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await client.aclose()
    await send({"type": "lifespan.shutdown.complete"})
