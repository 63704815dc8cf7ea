"""The FastAPI application class that everything is mounted on."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from server.routes.router import Router

# FastAPI has sixty models of what OpenAPI is; not one is used here, and building them is a twentieth of the start.
BaseModel.model_config["defer_build"] = True
try:
    from fastapi import FastAPI
finally:
    del BaseModel.model_config["defer_build"]


class Application(FastAPI):
    """FastAPI with our middleware alone: its own serves its own kind of routes, of which there are none here. Errors
    end in the operations, and what escapes those in `CommonHeaders`.
    """

    table: Router | None = None
    """What is asked before FastAPI's router, which goes through its routes one by one and does more for each."""

    def build_middleware_stack(self) -> ASGIApp:
        """What a request goes through, outermost first: the middleware in the reverse order of being added."""
        app: ASGIApp = self._routed
        for layer, arguments, options in reversed(self.user_middleware):
            app = layer(app, *arguments, **options)
        return app

    async def _routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Under telemetry FastAPI's router is the one that names the route.
        if self.table is not None and "fastapi.telemetry" not in scope:
            match, found = self.table.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                await self.table.handle(scope, receive, send)
                return
        await self.router(scope, receive, send)
