"""The application: every operation of the contract, bound by one loop to the backend method of the same name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from backends.base import WalletBackend
from backends.steering import Steering
from backends.vouching import Vouching
from server.access import Access, Guard
from server.answers import Answers
from server.binding import Bound, bind
from server.contract import Contract, load_contract
from server.contract_model import Operation
from server.cors import Cors
from server.docs import doc_routes, document_routes
from server.draining import Draining, close_in_time
from server.envelope import Envelope
from server.health import Health
from server.kept import Keeper, Shelf
from server.metrics import Measured, Metrics, metrics_route
from server.mock_directives import MockDirectives
from server.mounts import Mount
from server.operations import Endpoint
from server.route_table import RouteTable
from server.routing import PathRoute, nothing_here
from server.settings import Settings


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
    steering: Steering | None = None,
) -> FastAPI:
    """An application that serves the contract from `backend`, and some of its groups (tags) from other backends.

    With `access`, only health and documentation are open to everybody; without, no credentials are looked at.

    `mounts` are further contracts with backends of their own. With `steering`, the operations of the main contract take
    the mock's directives and sessions (`server.mock_directives`).

    Raises `ContractError` for a contract that can't be honoured, and `BindingError`, with the operation's name, for a
    backend that lacks an operation or has it with another signature.
    """
    contract = contract or load_contract()
    draining = draining or Draining()
    metrics = metrics or Metrics()
    draining.when_begun(metrics.draining)
    groups = dict(group_backends or {})
    backends = _distinct([backend, *groups.values()])

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for each in backends:
                stack.push_async_callback(close_in_time, each.aclose, each.name)
                await each.start()
            yield

    app = FastAPI(
        title=contract.document["info"]["title"],
        openapi_url=None,  # the contract is written by hand and served as it is
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    guard = None if access is None else Guard(access)
    app.router.default = nothing_here(guard)
    health = Health(backends, draining)
    shelf = Shelf()
    directives = None if steering is None else MockDirectives(contract, steering)
    endpoints: dict[str, dict[str, ASGIApp]] = {}
    guarded: set[str] = set()

    def serve(whole: Contract, operation: Operation, bound: Bound, name: str, **more: Any) -> Endpoint:
        answers = Answers(
            operation,
            whole,
            check=settings.checks_responses,
            stream_seconds=settings.wallet_stream_seconds,
            draining=draining,
        )
        return Endpoint(
            operation,
            whole,
            bound,
            answers,
            backend_name=name,
            body_limit=settings.wallet_body_limit,
            request_seconds=settings.wallet_request_seconds,
            **more,
        )

    for operation in contract.operations:
        chosen: WalletBackend | Health = health if operation.tag == "server" else groups.get(operation.tag, backend)
        keeper = _keeper(operation, chosen, shelf)
        endpoint: ASGIApp = serve(contract, operation, bind(operation, chosen), chosen.name, keeper=keeper)
        if directives is not None:
            endpoint = directives.around(operation, endpoint)
        if guard is not None and operation.role is not None:
            endpoint = guard.around(operation.role, endpoint)
            guarded.add(operation.path)
        endpoints.setdefault(operation.path, {})[operation.method] = endpoint
    documents = [*doc_routes(contract)]
    for mount in mounts:
        for operation in mount.contract.operations:
            bound = bind(operation, mount.backend, mount.models)
            endpoints.setdefault(operation.path, {})[operation.method] = mount.around(
                serve(mount.contract, operation, bound, mount.backend.name)
            )
        documents += document_routes(mount.contract, mount.documents)
    app.router.routes.append(RouteTable([*_routes(endpoints, guard, guarded), *documents]))
    contracts = [contract, *(mount.contract for mount in mounts)]
    headers = {one.name for each in contracts for operation in each.operations for one in operation.located("header")}
    if settings.wallet_metrics:
        app.router.routes.append(metrics_route(metrics))
    app.add_middleware(Envelope, backend_name=backend.name, cors=Cors(settings.cors_origins, sorted(headers)))
    app.add_middleware(Measured, metrics=metrics)
    return app


def _keeper(operation: Operation, backend: object, shelf: Shelf) -> Keeper | None:
    """Reads are kept where the backend vouches for what it gave."""
    if operation.method != "GET" or not isinstance(backend, Vouching):
        return None
    return Keeper(shelf, backend.contents, [one.name.lower().encode() for one in operation.located("header")])


def _routes(
    endpoints: Mapping[str, Mapping[str, ASGIApp]], guard: Guard | None, guarded: Container[str]
) -> list[PathRoute]:
    """One route a path, literals before templates; a collection is served with a final slash too."""
    routes = []
    for path, methods in sorted(
        endpoints.items(), key=lambda item: [part.startswith("{") for part in item[0].split("/")]
    ):
        needed = guard if path in guarded else None
        routes.append(PathRoute(path, methods, needed))
        if any(other.startswith(f"{path}/{{") for other in endpoints):
            routes.append(PathRoute(f"{path}/", methods, needed))
    return routes


def _distinct(backends: Iterable[WalletBackend]) -> list[WalletBackend]:
    found: dict[int, WalletBackend] = {id(backend): backend for backend in backends}
    return list(found.values())
