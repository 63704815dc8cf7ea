"""Sends requests as they are: nothing added that a recording does not have, no redirects followed."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx

from contract_tools.exit_codes import ToolError
from contract_tools.parity.recording import Reply, Request


class Server:
    """One server to talk to.

    Args:
        name: what reports call it.
        url: where it is.
        headers: go with every request.
        keys: the credentials of the callers that requests name (`Request.who`); without, all are the same.
        seconds: for which an answer is waited for.
    """

    def __init__(
        self,
        name: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        keys: Mapping[str, Mapping[str, str]] | None = None,
        seconds: float = 120.0,
    ) -> None:
        self.name = name
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=seconds, headers={"Accept-Encoding": "identity"})
        self._headers = headers or {}
        self._keys = keys or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def send(self, request: Request) -> Reply:
        """Send one request. Raises `ToolError` when there is no answer at all."""
        try:
            answer = self._client.request(
                request.method,
                httpx.URL(f"{self.url}{request.target}"),
                headers={**self._headers, **self._keys.get(request.who, {}), **request.headers},
                content=None if request.body is None else request.body.encode(),
            )
        except httpx.HTTPError as error:
            raise ToolError(
                f"{self.name} did not answer {request.method} {request.target}: {type(error).__name__}"
            ) from error
        return Reply(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.text)
