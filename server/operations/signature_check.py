"""Compares backend methods with the contract's operations, so that what would fail at a request fails at the start."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

import generated_models
from backends.answers import Answer, Download, ServerEvent
from backends.request_context import GIVEN_ARGUMENTS
from server.contract.model import Operation, Parameter, argument_name

NOT_PASSED = frozenset({"If-None-Match"})  # the server answers it from the answer's ETag

EVENTS: Any = AsyncIterator[ServerEvent]
"""What a method answers with whose operation is a stream of events."""

_TYPES: Mapping[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}


class SignatureMismatch(TypeError):
    """A backend lacks an operation, or has it with another signature. The message names the operation."""


class UnknownChoice(ValueError):
    """A request's parameter has a value that the contract allows and the backend does not know yet."""


@dataclass(frozen=True, slots=True)
class MatchedMethod:
    """A backend method with what is needed to call it. `returns` is the type of its answers' value; `ignored` are
    arguments that it does not take yet.
    """

    method: Callable[..., Awaitable[Answer[Any]]]
    returns: Any
    enums: Mapping[str, type[Enum]]
    defaults: Mapping[str, Any]
    body_model: type[BaseModel] | None
    ignored: frozenset[str] = frozenset()

    def arguments(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The method's arguments for a request that the request validator let through; `GIVEN_ARGUMENTS` says which
        came with it.

        Raises:
            ValidationError: pydantic's, for a body that its model refuses.
            UnknownChoice: for a value that the backend does not know, where it may lack some.
        """
        given = {
            argument_name(name): value
            for place in ("path", "query", "header")
            for name, value in request[place].items()
            if name not in NOT_PASSED
        }
        GIVEN_ARGUMENTS.set(frozenset(given))
        arguments = {**self.defaults, **given}
        for name, enum in self.enums.items():
            if arguments[name] is not None:
                try:
                    arguments[name] = enum(arguments[name])
                except ValueError:
                    raise UnknownChoice(name) from None
        if self.body_model is not None and "body" in request:
            arguments["body"] = self.body_model.model_validate(request["body"])
        for name in self.ignored:
            arguments.pop(name, None)
        return arguments


def match_method(
    operation: Operation, backend: object, models: types.ModuleType = generated_models, *, draft: bool = False
) -> MatchedMethod:
    """The backend's method for an operation, whose types are among `models`.

    With `draft` the contract may be ahead: parameters that the method does not take are ignored, and values of an
    enumeration that the backend does not know are `UnknownChoice` when they come.

    Raises:
        SignatureMismatch: for a method that is missing, or that does not fit.
    """
    method = getattr(backend, operation.method_name, None)
    if method is None:
        raise SignatureMismatch(f"{operation.id}: {type(backend).__name__} has no method {operation.method_name}")
    expected: dict[str, Any] = {}
    enums: dict[str, type[Enum]] = {}
    defaults: dict[str, Any] = {}
    for parameter in operation.parameters:
        if parameter.name in NOT_PASSED:
            continue
        expected[parameter.argument] = _parameter_type(parameter, models)
        if parameter.values and parameter.model is not None:
            enums[parameter.argument] = _enumeration(operation, parameter, parameter.model, models, draft=draft)
        if not parameter.required:
            defaults[parameter.argument] = parameter.default
    ignored: frozenset[str] = frozenset()
    if draft:
        ignored = frozenset(expected.keys() - _parameters(method))
        expected = {name: kind for name, kind in expected.items() if name not in ignored}
        enums = {name: enum for name, enum in enums.items() if name not in ignored}
    body_model = None
    if operation.body is not None:
        body_model = _generated(operation, operation.body.model, models)
        expected["body"] = body_model if operation.body.required else body_model | None
        if not operation.body.required:
            defaults["body"] = None
    returns = _answer_type(operation, models)
    expected["return"] = Answer[returns]  # type: ignore[valid-type]  # a type made at run time
    _compare(operation, backend, method, expected)
    return MatchedMethod(method, returns, enums, defaults, body_model, ignored)


def _generated(operation: Operation, name: str, models: types.ModuleType) -> Any:
    try:
        return getattr(models, name)
    except AttributeError:
        raise SignatureMismatch(f"{operation.id}: {models.__name__} has no {name}; run `make generate`") from None


def _enumeration(
    operation: Operation, parameter: Parameter, name: str, models: types.ModuleType, *, draft: bool
) -> type[Enum]:
    enum: type[Enum] = _generated(operation, name, models)
    known = {member.value for member in enum}
    unknown = [str(value) for value in parameter.values if value not in known]
    if unknown and not draft:
        raise SignatureMismatch(
            f"{operation.id}: {parameter.name} may be {', '.join(unknown)}, which the backend does not know; run "
            "`make generate` and start anew"
        )
    return enum


def _parameter_type(parameter: Parameter, models: types.ModuleType) -> Any:
    plain: Any = _TYPES[parameter.type]
    if parameter.values and parameter.model is not None:
        plain = getattr(models, parameter.model, plain)
    return plain if parameter.required or parameter.default is not None else plain | None


def _answer_type(operation: Operation, models: types.ModuleType) -> Any:
    found: set[Any] = set()
    for status, response in operation.responses.items():
        if 200 <= status < 300:
            if response.media_type == "text/event-stream":
                found.add(EVENTS)
            elif response.media_types and response.pointer is None:
                found.add(Download)
            else:
                found.add(_generated(operation, response.model, models) if response.model else type(None))
    if len(found) != 1:
        raise SignatureMismatch(f"{operation.id}: its successes are of {len(found)} types, not of one")
    return found.pop()


def _parameters(method: Any) -> Mapping[str, inspect.Parameter]:
    """What a method is called with; whose it is makes no difference."""
    function = getattr(method, "__func__", None)
    return _all_parameters(method) if function is None else dict(list(_all_parameters(function).items())[1:])


@lru_cache(256)
def _all_parameters(function: Any) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


@lru_cache(256)
def _hints(function: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(function)


def _compare(operation: Operation, backend: object, method: Any, expected: Mapping[str, Any]) -> None:
    where = f"{operation.id}: {type(backend).__name__}.{operation.method_name}"
    if not inspect.iscoroutinefunction(method):
        raise SignatureMismatch(f"{where} is not an async method")
    parameters = _parameters(method)
    for parameter in parameters.values():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise SignatureMismatch(f"{where}: {parameter.name} is not keyword-only")
        if parameter.name not in expected:
            raise SignatureMismatch(f"{where} takes {parameter.name}, which the contract does not give")
    if missing := [name for name in expected if name != "return" and name not in parameters]:
        raise SignatureMismatch(f"{where} does not take {', '.join(missing)}")
    try:
        hints = _hints(getattr(method, "__func__", method))
    except NameError as error:
        raise SignatureMismatch(f"{where}: its annotations can't be read at run time ({error})") from error
    for name, wanted in expected.items():
        if name not in hints:
            raise SignatureMismatch(f"{where}: {name} has no annotation")
        if _plain(hints[name]) != _plain(wanted):
            raise SignatureMismatch(f"{where}: {name} is {_named(hints[name])}, but the contract says {_named(wanted)}")


def _plain(annotation: Any) -> Any:
    """An annotation without aliases and constraints, in a form that compares: `WalletAddress` is `str`."""
    if isinstance(value := getattr(annotation, "__value__", None), object) and value is not None:
        return _plain(value)
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _plain(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return frozenset(_plain(part) for part in typing.get_args(annotation))
    if origin is not None:
        return (origin, *(_plain(part) for part in typing.get_args(annotation)))
    return type(None) if annotation is None else annotation


def _named(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)
