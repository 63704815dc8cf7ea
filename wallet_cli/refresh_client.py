"""A client of the refresh operations: starts one, follows its events wherever they left off, counts results."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

import httpx

_API = "/api/wallets"
_PATIENCE = 30.0  # seconds without a server before we give up on it
_PAUSE = 1.0
_SILENCE = 45.0  # seconds; three heartbeats
_KEPT_FAILURES = 10_000
PARTS = ("sol_balance", "token_holdings", "funding_transactions")


class Rejected(Exception):
    """The server said no, with a reason fit to print."""


class Unreachable(Exception):
    """No server answers there, or no more."""


@dataclass
class Progress:
    """What is known of an operation so far."""

    operation: dict[str, Any]
    parts: dict[str, Counter[str]] = field(default_factory=lambda: {part: Counter() for part in PARTS})
    failures: list[dict[str, Any]] = field(default_factory=list)
    last_event_id: str | None = None

    @property
    def state(self) -> str:
        """PENDING, RUNNING, COMPLETED or CANCELLED."""
        return str(self.operation["state"])

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.operation["finished_at"] is not None

    def add(self, item: dict[str, Any]) -> None:
        """Count one wallet's result."""
        for part in PARTS:
            if (result := item["results"][part]) is not None:
                self.parts[part][result["outcome"]] += 1
        if item["outcome"] in ("partial", "failed") and len(self.failures) < _KEPT_FAILURES:
            self.failures.append(item)

    def forget_results(self) -> None:
        """Begin to count anew."""
        self.parts = {part: Counter() for part in PARTS}
        self.failures = []
        self.last_event_id = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request would do: the kind of server that it goes to (`mock`, `real`), and how many wallets it reads."""

    backend: str
    wallets: int


class RefreshClient:
    """Raises `Rejected` and `Unreachable`."""

    def __init__(self, url: str, api_key: str | None = None, *, transport: httpx.BaseTransport | None = None) -> None:
        try:
            fits = urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname
            self._http = httpx.Client(
                base_url=url,
                timeout=httpx.Timeout(10, read=_SILENCE),
                transport=transport,
                headers={"X-API-Key": api_key} if api_key else None,
            )
        except (httpx.InvalidURL, ValueError):
            fits = None
        if not fits:
            raise Rejected(f"{url} is not a server's address such as http://127.0.0.1:8000")
        self._url = url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def plan(self, request: dict[str, object]) -> Plan:
        """What `start` would do; nothing is read from the chain."""
        ready = self._answer("GET", "/readyz")
        if (addresses := request.get("addresses")) is not None:
            return Plan(ready.headers.get("X-Backend", "unknown"), len(set(cast("list[str]", addresses))))
        estimate = self._ask("GET", f"{_API}/refresh-estimate", params={"scope": str(request["scope"])})
        return Plan(ready.headers.get("X-Backend", "unknown"), estimate["wallets"])

    def start(self, request: dict[str, object]) -> Progress:
        """Ask for a refresh."""
        return Progress(self._ask("POST", f"{_API}/refresh-all", json=request))

    def look(self, operation_id: str) -> Progress:
        """An operation that was started before."""
        return Progress(self._ask("GET", f"{_API}/refresh-operations/{operation_id}"))

    def follow(self, progress: Progress) -> Iterator[None]:
        """Keep `progress` current until the operation ends; yields at every change.

        By events, resumed wherever the stream broke off; by asking every second where there is no stream.
        """
        reached = time.monotonic()
        while True:
            try:
                for _ in self._events(progress):
                    reached = time.monotonic()
                    yield
                if progress.ended:
                    return
            except _NoStream:
                yield from self._poll(progress)
                return
            except Unreachable:
                if time.monotonic() - reached > _PATIENCE:
                    raise
            time.sleep(_PAUSE)

    def _events(self, progress: Progress) -> Iterator[None]:
        """One connection's events."""
        headers = {"Accept": "text/event-stream"}
        if progress.last_event_id:
            headers["Last-Event-ID"] = progress.last_event_id
        path = f"{_API}/refresh-operations/{progress.operation['operation_id']}/events"
        try:
            with self._http.stream("GET", path, headers=headers) as answer:
                if answer.status_code >= 500:
                    raise Unreachable(f"the server at {self._url} answers {answer.status_code}")
                if answer.status_code != 200 or "text/event-stream" not in answer.headers.get("Content-Type", ""):
                    raise _NoStream
                for event, data, event_id in _parsed(answer.iter_lines()):
                    if event == "result":
                        progress.add(json.loads(data))
                    elif event in ("progress", "done"):
                        progress.operation = json.loads(data)
                    progress.last_event_id = event_id or progress.last_event_id
                    yield
        except httpx.TransportError as error:
            raise self._unreachable(error) from None
        except (ValueError, KeyError, TypeError):
            raise _NoStream from None

    def _poll(self, progress: Progress) -> Iterator[None]:
        path = f"{_API}/refresh-operations/{progress.operation['operation_id']}"
        reached = time.monotonic()
        while not progress.ended:
            try:
                progress.operation = self._ask("GET", path)
                reached = time.monotonic()
                yield
            except Unreachable:
                if time.monotonic() - reached > _PATIENCE:
                    raise
            if not progress.ended:
                time.sleep(_PAUSE)
        progress.forget_results()
        token: str | None = None
        while True:
            query: dict[str, str | int] = {"page_size": 200} if token is None else {"page_token": token}
            page = self._ask("GET", f"{path}/results", params=query)
            for item in page["items"]:
                progress.add(item)
            yield
            token = page["next_page_token"]
            if token is None:
                return

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self._answer(method, path, **options)
        try:
            body: Any = answer.json()
        except ValueError:
            body = None
        if answer.is_success and isinstance(body, dict):
            return body
        if answer.status_code >= 500 or not isinstance(body, dict) or "detail" not in body:
            raise Unreachable(f"the server at {self._url} answers {answer.status_code}")
        running = body.get("operation_id")
        hint = f" (wallet-orchestrator refresh --operation {running} watches it)" if running else ""
        errors = "; ".join(f"{error['where']}: expected {error['expected']}" for error in body.get("errors") or ())
        raise Rejected(f"{body['detail']}{hint}{f' {errors}' if errors else ''}")

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        return Unreachable(f"no server answers at {self._url}: {str(error) or type(error).__name__}")


class _NoStream(Exception):
    """The server, or something before it, gives no events."""


def _parsed(lines: Iterator[str]) -> Iterator[tuple[str, str, str | None]]:
    """Events as (type, data, id), as the WHATWG's HTML standard reads them."""
    kind, data, event_id = "message", list[str](), None
    for line in lines:
        if not line:
            if data:
                yield kind, "\n".join(data), event_id
            kind, data = "message", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            event_id = value
