"""A small reverse proxy that writes down what passes through it, without secrets."""

from __future__ import annotations

import asyncio
from typing import TextIO

import httpx
from starlette.types import Receive, Scope, Send

from contract_tools.parity.recording import Exchange, Reply, Request, exchange_line, header_line
from contract_tools.parity.redaction import redacted
from contract_tools.proxy.relay import MOST_KEPT, RequestBody, lifespan, relay
from contract_tools.proxy.upstream import Upstream, UpstreamFailed, end_to_end, target
from server.contract import Contract
from server.operations.json_body import Disconnected

_MOST_SENT = 16 * 1024 * 1024
_REQUEST_SECONDS = 30.0
_LARGE = 131_072


class RecordingWriter:
    """Writes exchanges to a file as they come. `kept` and `left_out` count them."""

    def __init__(self, file: TextIO, contract: Contract) -> None:
        self._file = file
        self._contract = contract
        self.kept = 0
        self.left_out = 0
        print(header_line(), file=file, flush=True)

    async def keep(self, scope: Scope, sent: bytes, answer: httpx.Response, body: bytes | None) -> None:
        """Write one exchange, unless it is too large, has a secret in it, or did not come to its end (None)."""
        if body is None or len(body) > MOST_KEPT:
            self.left_out += 1
            return
        request = Request(
            scope["method"],
            target(scope),
            {name.decode("latin-1"): value.decode("latin-1") for name, value in end_to_end(scope["headers"])},
            sent.decode(errors="replace") if sent else None,
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        exchange = Exchange(request, Reply(answer.status_code, headers, body.decode(errors="replace")))
        if len(sent) + len(body) > _LARGE:  # others are not to wait for it
            line = await asyncio.to_thread(self._line, exchange)
        else:
            line = self._line(exchange)
        if line is None:
            self.left_out += 1
        else:
            self.kept += 1
            print(line, file=self._file, flush=True)

    def _line(self, exchange: Exchange) -> str | None:
        clean = redacted(exchange, self._contract)
        return None if clean is None else exchange_line(clean)


class Recorder:
    """The proxy as an ASGI application."""

    def __init__(self, upstream: Upstream, file: TextIO, contract: Contract) -> None:
        self._upstream = upstream
        self.writer = RecordingWriter(file, contract)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on one request."""
        if scope["type"] == "lifespan":
            await lifespan(receive, send, self._upstream)
        elif scope["type"] == "http":
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await RequestBody(receive, _MOST_SENT, _REQUEST_SECONDS).rest()
        except (Disconnected, TimeoutError):
            return
        if body is None:
            await _plain(send, 413, f"The recorder takes at most {_MOST_SENT} bytes.")
            return
        try:
            answer = await self._upstream.send(scope, body)
        except UpstreamFailed as failed:
            await _plain(send, 502, f"The recorder has no answer from the server behind it: {failed}.")
            return
        passed = await relay(answer, receive, send)
        await self.writer.keep(scope, body, answer, passed)


async def _plain(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
