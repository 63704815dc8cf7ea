"""The FastAPI application class that everything is mounted on."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.types import ASGIApp

# FastAPI has sixty models of what OpenAPI is; not one is used here, and building them is a twentieth of the start.
BaseModel.model_config["defer_build"] = True
try:
    from fastapi import FastAPI
finally:
    del BaseModel.model_config["defer_build"]


class Application(FastAPI):
    """FastAPI with our middleware alone: its own serves its own kind of routes, of which there are none here. Errors
    end in the operations, and what escapes those in `Envelope`.
    """

    def build_middleware_stack(self) -> ASGIApp:
        """What a request goes through, outermost first: the middleware in the reverse order of being added."""
        app: ASGIApp = self.router
        for layer, arguments, options in reversed(self.user_middleware):
            app = layer(app, *arguments, **options)
        return app
