"""What the methods of a backend return: an answer of some kind, with a model, a download or events to stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)
T_co = TypeVar("T_co", covariant=True)


class AnswerKind(Enum):
    """What an answer means; the server turns it into the status that the contract declares for it."""

    OK = auto()
    CREATED = auto()
    ACCEPTED = auto()
    EMPTY = auto()


@dataclass(frozen=True, slots=True)
class Answer(Generic[T_co]):
    """A successful answer. `etag` is quoted, as it goes on the wire; `headers` are values of headers that the
    contract declares. One that tells the time is not `cacheable`, however little has changed.
    """

    kind: AnswerKind
    value: T_co
    etag: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cacheable: bool = True

    def json(self) -> bytes:
        """The value, a model or nothing, as it goes on the wire."""
        value: Any = self.value
        if value is None:
            return b""
        json: bytes = value.__pydantic_serializer__.to_json(value)
        return json


class SerializedAnswer(Answer[M]):
    """An answer that was serialized already. Its value is made from the JSON where somebody asks for it: on the way to
    the wire nobody does.
    """

    __slots__ = ("_json", "_model")
    _json: bytes
    _model: type[M]

    def __init__(self, kind: AnswerKind, model: type[M], json: bytes) -> None:
        own: dict[str, object] = {
            "kind": kind,
            "etag": None,
            "headers": {},
            "cacheable": True,
            "_model": model,
            "_json": json,
        }
        for name, content in own.items():
            object.__setattr__(self, name, content)  # frozen, as every answer

    @property
    def value(self) -> M:
        return self._model.model_validate_json(self._json)

    def json(self) -> bytes:
        return self._json


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One Server-Sent Event. `data` is JSON text; an event without an id can't be resumed from."""

    event: str
    data: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A body that is sent piece by piece, of one of the media types that the contract declares.

    What `pieces` raises before its first piece is answered as any error; afterwards it breaks the answer off.
    """

    media_type: str
    pieces: AsyncIterator[bytes]
