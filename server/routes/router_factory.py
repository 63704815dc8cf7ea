"""The one loop: every operation of the contract becomes a route to the backend method of the same name."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.types import ASGIApp

from backends.base import WalletBackend
from backends.revision import Revisioned
from backends.session_control import SessionControl
from server.access.guard import Guard
from server.contract import Contract
from server.contract.model import SERVER_TAG, Operation
from server.draining import Draining
from server.mocking.directed_operation import DirectedOperation
from server.mocking.directives import MockDirectives
from server.mocking.unimplemented import AnswerCompletion, ContractAnswers, UnimplementedEndpoint
from server.operations.answer_validator import AnswerValidator
from server.operations.answers import Answers
from server.operations.endpoint import Endpoint
from server.operations.relation_context import context_source
from server.operations.response_cache import LruStore, ResponseCache
from server.operations.signature_check import MatchedMethod, match_method
from server.routes.console import CONSOLE, console_routes, redirect
from server.routes.docs import control_doc_routes, doc_routes
from server.routes.health import Health
from server.routes.mounts import Mount
from server.routes.router import PathRoute, path_routes
from server.settings import Settings

logger = logging.getLogger(__name__)


class RouterFactory:
    """Makes routes of a contract: at the start, and again whenever the contract's file has changed.

    Args:
        backend: answers the operations.
        groups: other backends for single groups (tags) of the contract.
        health: answers the operations of the group `server`.
        settings: of the process.
        draining: tells event streams when the process shuts down.
        guard: checks callers; None where no credentials are looked at.
        mounts: further contracts, with backends of their own.
        session_control: of mock mode.
    """

    def __init__(
        self,
        backend: WalletBackend,
        groups: Mapping[str, WalletBackend],
        *,
        health: Health,
        settings: Settings,
        draining: Draining,
        guard: Guard | None,
        mounts: Sequence[Mount],
        session_control: SessionControl | None,
    ) -> None:
        self._backend = backend
        self._groups = groups
        self._health = health
        self._settings = settings
        self._draining = draining
        self._guard = guard
        self._mounts = mounts
        self._session_control = session_control
        self._announced: list[str] = []

    def probes(self, contract: Contract) -> list[PathRoute]:
        """The routes of the operations that the server answers itself."""
        endpoints: dict[str, dict[str, ASGIApp]] = {}
        for operation in contract.operations:
            if operation.tag == SERVER_TAG:
                method = match_method(operation, self._health)
                endpoint = self._endpoint(contract, operation, method, self._health.name)
                endpoints.setdefault(operation.path, {})[operation.method] = endpoint
        return path_routes(endpoints)

    def routes(self, contract: Contract) -> list[PathRoute]:
        """All routes: operations, documentation, mounted contracts. Raises `ContractError` or `SignatureMismatch`."""
        store = LruStore()
        directives = None if self._session_control is None else MockDirectives(contract, self._session_control)
        endpoints: dict[str, dict[str, ASGIApp]] = {}
        guarded: set[str] = set()
        unimplemented: list[str] = []
        for operation in contract.operations:
            chosen = self._chosen(operation)
            endpoint: ASGIApp
            if self._is_unimplemented(operation, chosen):
                unimplemented.append(operation.id)
                endpoint = self._from_contract(contract, operation)
            else:
                endpoint = self._implemented(contract, operation, chosen, store)
            if directives is not None:
                endpoint = DirectedOperation(directives, operation, endpoint)
            if self._guard is not None and operation.role is not None:
                endpoint = self._guard.around(operation.role, endpoint)
                guarded.add(operation.path)
            endpoints.setdefault(operation.path, {})[operation.method] = endpoint
        self._announce(unimplemented)
        if directives is not None:
            directives.session_control.use_rules(directives.rules)
        console = self._settings.wallet_console
        documents = [
            PathRoute("/", {"GET": redirect(CONSOLE if console else "/docs")}),
            *doc_routes(contract, control=next((mount.docs for mount in self._mounts), None)),
            *(console_routes(firebase=self._settings.firebase_sign_in) if console else ()),
        ]
        for mount in self._mounts:
            for operation in mount.contract.operations:
                method = match_method(operation, mount.backend, mount.models)
                endpoints.setdefault(operation.path, {})[operation.method] = mount.around(
                    self._endpoint(mount.contract, operation, method, mount.backend.name)
                )
            documents += control_doc_routes(mount.contract, mount.documents, mount.docs)
        return [*path_routes(endpoints, self._guard, guarded), *documents]

    def _is_unimplemented(self, operation: Operation, chosen: object) -> bool:
        """In mock mode a missing method is no fault: the contract comes first. Real mode does not start without it."""
        return self._session_control is not None and not hasattr(chosen, operation.method_name)

    def _announce(self, unimplemented: list[str]) -> None:
        if unimplemented and unimplemented != self._announced:
            logger.warning("not implemented, answered from the contract: %s", ", ".join(unimplemented))
        self._announced = unimplemented

    def _chosen(self, operation: Operation) -> WalletBackend | Health:
        return self._health if operation.tag == SERVER_TAG else self._groups.get(operation.tag, self._backend)

    def _endpoint(
        self, contract: Contract, operation: Operation, method: MatchedMethod, name: str, **more: Any
    ) -> Endpoint:
        answers = self._answers(contract, operation)
        return Endpoint(operation, contract, method, answers, **self._limits(name), **more)

    def _implemented(
        self, contract: Contract, operation: Operation, backend: WalletBackend | Health, store: LruStore
    ) -> Endpoint:
        control, cache = self._session_control, _cache(operation, backend, store)
        method = match_method(operation, backend, draft=control is not None)
        fallback = None
        if control is not None and method.enums:
            fallback = ContractAnswers(operation, contract, control.seed).reply
        answers = self._answers(contract, operation)
        return Endpoint(
            operation,
            contract,
            method,
            answers,
            cache=cache,
            fallback=fallback,
            context=context_source(contract, answers.validator, backend) if self._develops else None,
            **self._limits(backend.name),
        )

    def _from_contract(self, contract: Contract, operation: Operation) -> UnimplementedEndpoint:
        assert self._session_control is not None  # noqa: S101  # for the type checker: mock mode alone asks
        answers, seed = self._answers(contract, operation), self._session_control.seed
        return UnimplementedEndpoint(operation, contract, answers, seed=seed, **self._limits(self._backend.name))

    def _answers(self, contract: Contract, operation: Operation) -> Answers:
        return Answers(
            operation,
            contract,
            AnswerValidator(operation, contract, enabled=self._settings.checks_responses, develops=self._develops),
            stream_seconds=self._settings.wallet_stream_seconds,
            draining=self._draining,
            complete=None if self._session_control is None else AnswerCompletion(contract),
        )

    @property
    def _develops(self) -> bool:
        return self._settings.wallet_backend == "mock"

    def _limits(self, backend_name: str) -> dict[str, Any]:
        return {
            "backend_name": backend_name,
            "body_limit": self._settings.wallet_body_limit,
            "request_seconds": self._settings.wallet_request_seconds,
        }


def _cache(operation: Operation, backend: object, store: LruStore) -> ResponseCache | None:
    """Reads are cached where the backend has a revision."""
    if operation.method != "GET" or not isinstance(backend, Revisioned):
        return None
    return ResponseCache(store, backend.revision, [one.name.lower().encode() for one in operation.located("header")])
