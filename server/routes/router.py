"""All routes as one: found by dictionary instead of one by one, and exchanged at once while requests are under way."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from server.routes.path_route import PathRoute, raw_path


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
