"""The application: every operation of the contract, bound by one loop to the backend method of the same name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from backends.base import WalletBackend
from backends.session_control import SessionControl
from server.access.guard import Access, Guard
from server.contract import Contract, load_contract
from server.draining import Draining, close_in_time
from server.middleware.common_headers import CommonHeaders
from server.middleware.cors import Cors
from server.middleware.metrics import MetricsMiddleware
from server.middleware.origin_guard import OriginGuard
from server.mocking.directives import session_header
from server.mocking.request_log import RequestLog
from server.mocking.session_path import SessionPath
from server.routes.health import Health
from server.routes.metrics_page import metrics_route
from server.routes.mounts import Mount, unknown_path_hint
from server.routes.router import PathRoute, Router, nothing_here
from server.routes.router_factory import RouterFactory
from server.settings import Settings, asks_for_telemetry
from server.telemetry.metrics import Metrics


class Application(FastAPI):
    """FastAPI with our middleware alone: its own serves its own kind of routes, of which there are none here. Errors
    end in the operations, and what escapes those in `CommonHeaders`.
    """

    table: Router | None = None
    """What is asked before FastAPI's router, which goes through its routes one by one and does more for each."""
    instrumented = True
    """Whether FastAPI looks at each request for OpenTelemetry's instruments, and a root path."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of any type."""
        if self.instrumented or scope["type"] != "http" or self.middleware_stack is None:
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """What a request goes through, outermost first: the middleware in the reverse order of being added."""
        app: ASGIApp = self._routed
        for layer, arguments, options in reversed(self.user_middleware):
            app = layer(app, *arguments, **options)
        return app

    def _routed(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # As the other layers that only pass on: no coroutine of its own, which would take half a microsecond.
        # Under telemetry FastAPI's router is the one that names the route.
        if self.table is not None and "fastapi.telemetry" not in scope:
            match, found = self.table.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                route: PathRoute = found["endpoint"]
                return route.handle(scope, receive, send)
        return self.router(scope, receive, send)


def create_app(
    backend: WalletBackend,
    *,
    group_backends: Mapping[str, WalletBackend] | None = None,
    settings: Settings,
    contract: Contract | None = None,
    draining: Draining | None = None,
    metrics: Metrics | None = None,
    access: Access | None = None,
    mounts: Sequence[Mount] = (),
    session_control: SessionControl | None = None,
    probes_only: bool = False,
) -> Application:
    """An application that serves the contract.

    `app.state.take_over(contract)` serves another contract from then on; requests under way end as they began.

    Args:
        backend: answers the operations.
        group_backends: other backends for single groups (tags) of the contract.
        settings: of the process.
        contract: what to serve; left out, `openapi.yaml`.
        draining: tells when the process shuts down.
        metrics: of the process.
        access: identifies callers: then only health and documentation are open to everybody. None: no credentials are
            looked at.
        mounts: further contracts with backends of their own.
        session_control: of mock mode: the operations of the main contract take directives and sessions
            (`server.mocking.directives`).
        probes_only: serve health and readiness alone, as a worker does.

    Raises:
        ContractError: for a contract that can't be honoured.
        SignatureMismatch: with the operation's name, for a backend that lacks it or has it with another signature.
    """
    contract = contract or load_contract()
    draining = draining or Draining()
    metrics = metrics or Metrics()
    draining.when_begun(metrics.draining)
    groups = dict(group_backends or {})
    backends = _distinct([backend, *groups.values()])
    guard = None if access is None else Guard(access)
    factory = RouterFactory(
        backend,
        groups,
        health=Health(backends, draining),
        settings=settings,
        draining=draining,
        guard=guard,
        mounts=mounts,
        session_control=session_control,
    )
    routes = factory.probes if probes_only else factory.routes
    table = Router(routes(contract))
    app = _application(contract, backends)
    app.table = table
    app.state.take_over = lambda changed: table.use(routes(changed))
    app.router.routes.append(table)
    if settings.wallet_metrics:
        app.router.routes.append(metrics_route(metrics, guard))
    app.router.default = nothing_here(guard, partial(unknown_path_hint, mounts=mounts))
    _add_middleware(
        app,
        backend_name=backend.name,
        contracts=[contract, *(mount.contract for mount in mounts)],
        settings=settings,
        metrics=metrics,
        is_open=access is None,
        session=None if session_control is None else session_header(contract).lower().encode(),
    )
    return app


def _application(contract: Contract, backends: Sequence[WalletBackend]) -> Application:
    """FastAPI without routes, which starts the backends and closes them."""

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for each in backends:
                stack.push_async_callback(close_in_time, each.aclose, each.name)
                await each.start()
            yield

    instrumented = asks_for_telemetry()
    app = Application(
        title=contract.document["info"]["title"],
        openapi_url=None,  # the contract is written by hand and served as it is
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=None if instrumented else {"tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan,
    )
    app.instrumented = instrumented
    return app


def _add_middleware(
    app: Application,
    *,
    backend_name: str,
    contracts: Iterable[Contract],
    settings: Settings,
    metrics: Metrics,
    is_open: bool,
    session: bytes | None,
) -> None:
    """The layers around the routes, the innermost first. `is_open`: no credentials are looked at. `session` is the
    header that names a mock's session, in lower case; None in real mode.
    """
    if is_open:
        app.add_middleware(
            OriginGuard,
            hosts=settings.wallet_allowed_hosts,
            origins=settings.wallet_cors_origins,
            effects=() if session is None else (session,),  # whoever names a session begins it
        )
    declared = {one.name for each in contracts for operation in each.operations for one in operation.located("header")}
    app.add_middleware(CommonHeaders, backend_name=backend_name, cors=Cors(settings.cors_origins, sorted(declared)))
    if settings.wallet_metrics:
        app.add_middleware(MetricsMiddleware, metrics=metrics)
    if session is not None and not settings.quiet:
        app.add_middleware(RequestLog, header=session)
    if session is not None:
        app.add_middleware(SessionPath, header=session)


def _distinct(backends: Iterable[WalletBackend]) -> list[WalletBackend]:
    found: dict[int, WalletBackend] = {id(backend): backend for backend in backends}
    return list(found.values())
