"""Routing by the raw path, so that an encoded slash stays in its segment: one route for each path, found by dictionary,
and all of them exchanged at once while requests are under way.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Receive, Scope, Send

from generated_models import ProblemCode
from server.access.guard import Guard
from server.problems import RequestRejected, problem_reply

_TEMPLATE = re.compile(r"{([^}]*)}")
_UNRESERVED = {f"{byte:02X}": chr(byte) for byte in range(128) if re.match(r"[A-Za-z0-9._~-]", chr(byte))}
_UNRESERVED |= {digits.lower(): character for digits, character in _UNRESERVED.items()}
"""The characters that need no escape, by the digits of theirs."""


class PathRoute(BaseRoute):
    """All methods of one path. A method that the path lacks is a 405 with the full `Allow`; GET also serves HEAD.

    With a guard, whoever it does not admit learns nothing, not even the methods.
    """

    def __init__(self, path: str, endpoints: Mapping[str, ASGIApp], guard: Guard | None = None) -> None:
        self.path = path
        self._guard = guard
        self.path_format = path
        self.methods = set(endpoints) | ({"HEAD"} if "GET" in endpoints else set())
        self._endpoints = {**endpoints, **({"HEAD": endpoints["GET"]} if "GET" in endpoints else {})}
        self._names = _TEMPLATE.findall(path)
        parts = _TEMPLATE.split(path)
        literal = [re.escape(part) for part in parts[::2]]
        self._regex = re.compile("([^/]+)".join(literal))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is this one, and its parameters, decoded."""
        if scope["type"] != "http":
            return Match.NONE, {}
        values = self.parameters(raw_path(scope))
        return (Match.NONE, {}) if values is None else (Match.FULL, {"path_params": values, "endpoint": self})

    def parameters(self, path: str) -> dict[str, str] | None:
        """The decoded parameters in a raw path; None if it is another one."""
        found = self._regex.fullmatch(path)
        if found is None:
            return None
        return {name: unquote(text, errors="replace") for name, text in zip(self._names, found.groups(), strict=True)}

    def handle(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:  # type: ignore[override]
        """Hand over to the method's endpoint."""
        if self._guard is not None:
            return self._guarded(self._guard, scope, receive, send)
        return self._endpoints.get(scope["method"], self._no_method)(scope, receive, send)

    async def _guarded(self, guard: Guard, scope: Scope, receive: Receive, send: Send) -> None:
        if await guard.admits(scope, send):
            await self._endpoints.get(scope["method"], self._no_method)(scope, receive, send)

    async def _no_method(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 (an ASGI application)
        allow = ", ".join(sorted(self.methods))
        error = RequestRejected(
            ProblemCode.method_not_allowed, f"The methods of this path are {allow}.", headers={"Allow": allow}
        )
        await problem_reply(error, scope["request_id"]).send(send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """No route here has a name: links between operations are the contract's."""
        raise NoMatchFound(name, path_params)


class Router(BaseRoute):
    """Routes of distinct paths. Literal paths win over templates, templates are tried in their order."""

    def __init__(self, routes: Iterable[PathRoute]) -> None:
        self.path_format = ""
        """The template of the latest match: what FastAPI's telemetry reads, right after it."""
        self.routes: tuple[PathRoute, ...] = ()
        self.use(routes)

    def use(self, routes: Iterable[PathRoute]) -> None:
        """Serve these from now on. A request that was matched before goes on where it is."""
        routes = tuple(routes)
        literals = {route.path: route for route in routes if "{" not in route.path}
        templates: dict[int, list[PathRoute]] = {}
        for route in routes:
            if "{" in route.path:
                templates.setdefault(route.path.count("/"), []).append(route)
        self.routes = routes
        self._index = literals, templates

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The route of the path, as the scope's `endpoint`, and the path's parameters."""
        if scope["type"] != "http":
            return Match.NONE, {}
        path = raw_path(scope)
        literals, templates = self._index
        route = literals.get(path)
        if route is not None:
            self.path_format = route.path
            return Match.FULL, {"path_params": {}, "endpoint": route}
        for route in templates.get(path.count("/"), ()):
            found = route.parameters(path)
            if found is not None:
                self.path_format = route.path
                return Match.FULL, {"path_params": found, "endpoint": route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the route that matched."""
        await scope["endpoint"].handle(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """No route here has a name: links between operations are the contract's."""
        raise NoMatchFound(name, path_params)


def path_routes(
    endpoints: Mapping[str, Mapping[str, ASGIApp]], guard: Guard | None = None, guarded: Container[str] = ()
) -> list[PathRoute]:
    """One route a path, literals before templates; a collection is served with a final slash too. Those of the paths in
    `guarded` are behind the guard.
    """
    routes = []
    for path, methods in sorted(
        endpoints.items(), key=lambda item: [part.startswith("{") for part in item[0].split("/")]
    ):
        needed = guard if path in guarded else None
        routes.append(PathRoute(path, methods, needed))
        if any(other.startswith(f"{path}/{{") for other in endpoints):
            routes.append(PathRoute(f"{path}/", methods, needed))
    return routes


def raw_path(scope: Scope) -> str:
    """The path as it was sent, with needless escapes undone (RFC 3986, 6.2.2.2) and none else."""
    raw: bytes | None = scope.get("raw_path")
    path = quote(scope["path"], safe="/%") if raw is None else raw.decode("latin-1")
    if "%" not in path:
        return path
    first, *escaped = path.split("%")  # a function called for each escape of a long path takes tens of milliseconds
    return first + "".join(
        [_UNRESERVED[part[:2]] + part[2:] if part[:2] in _UNRESERVED else f"%{part}" for part in escaped]
    )


def nothing_here(guard: Guard | None, hint: Callable[[str], str | None]) -> ASGIApp:
    """The answer for every path that has no route. `hint` may know a better sentence for a path."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (an ASGI application)
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
        elif guard is None or await guard.admits(scope, send):
            await _no_route(scope, send, hint(scope["path"]))

    return answer


async def _no_route(scope: Scope, send: Send, hint: str | None) -> None:
    # The path is not repeated: a secret may have been pasted into it.
    detail = hint or "No operation of this API has this path. /docs lists them all."
    error = RequestRejected(ProblemCode.route_not_found, detail)
    await problem_reply(error, scope["request_id"]).send(send, head=scope["method"] == "HEAD")
