"""What the contract declares, resolved: operations, their parameters, bodies, answers and links."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from server.contract.json_pointer import tokens

Location: TypeAlias = Literal["path", "query", "header"]

SERVER_TAG = "server"
"""The contract's tag of operations about the process itself, which the server answers."""


def argument_name(name: str) -> str:
    """A parameter's name as an argument: `If-Match` is `if_match`, and `from`, a word of Python's, `from_`."""
    argument = name.replace("-", "_").lower()
    return f"{argument}_" if keyword.iskeyword(argument) else argument


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `argument` is the backend method's name for it; `model` the component it refers to, if any;
    `values` are all that it may be, if they are listed.
    """

    name: str
    location: Location
    required: bool
    type: str
    pointer: str
    model: str | None
    values: tuple[Any, ...]
    default: Any

    @property
    def argument(self) -> str:
        return argument_name(self.name)


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON request body; `model` is its component's name, `limit` the bytes it may have where that is more than the
    server lets any body have.
    """

    required: bool
    model: str
    pointer: str
    examples: Mapping[str, Any]
    limit: int


@dataclass(frozen=True, slots=True)
class Link:
    """Where a `Location` points: a path, its parameters taken from the answer's body or the request's path."""

    path: str
    sources: Mapping[str, tuple[Literal["body", "path"], str]]

    def render(self, value: Any, path_arguments: Mapping[str, Any]) -> str:
        """The path, filled in from a model (or JSON object) and the request's own path arguments."""
        filled = self.path
        for name, (source, key) in self.sources.items():
            found = path_arguments[key] if source == "path" else _at(value, key)
            filled = filled.replace("{" + name + "}", quote(str(found), safe=""))
        return filled


@dataclass(frozen=True, slots=True)
class Header:
    """One declared header of an answer; `pointer` names its schema."""

    required: bool
    pointer: str


@dataclass(frozen=True, slots=True)
class Response:
    """One declared answer. `pointer` names the schema of its body; only a body without one has several media types.
    `place` is where the answer itself stands.
    """

    status: int
    place: str
    media_types: tuple[str, ...]
    model: str | None
    pointer: str | None
    headers: Mapping[str, Header]
    location: Link | None
    examples: Mapping[str, Any]

    @property
    def media_type(self) -> str | None:
        """The media type; the first, where an answer is a download in one of several."""
        return self.media_types[0] if self.media_types else None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, resolved."""

    id: str
    method: str
    path: str
    tag: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[int, Response]
    role: str | None
    """What its caller needs; None for everybody."""

    @property
    def method_name(self) -> str:
        """The backend method: the id in snake_case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.id).lower()

    def located(self, location: Location) -> tuple[Parameter, ...]:
        """The parameters of one place."""
        return tuple(parameter for parameter in self.parameters if parameter.location == location)


def _at(value: Any, pointer: str) -> Any:
    for token in tokens(pointer):
        value = value[token] if isinstance(value, Mapping) else getattr(value, token)
    return value
