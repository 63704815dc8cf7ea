"""What becomes of models whose contract is saved while the server runs: its schemas judge from then on, they do not."""

from __future__ import annotations

import types
import typing
from functools import reduce
from operator import or_
from typing import Any

from pydantic import BaseModel

_BUILT = ("__pydantic_core_schema__", "__pydantic_validator__", "__pydantic_serializer__")


def relax(models: types.ModuleType) -> None:
    """Take from a module's models, for good, the limits on lengths, numbers and forms that they were generated with;
    properties that they don't know are left out. The classes stay the same, since backends hold them.
    """
    found = [each for each in vars(models).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    for model in found:
        model.model_rebuild()
    for model in found:
        for field in model.model_fields.values():
            field.annotation, field.metadata = _unlimited(field.annotation), []
        model.model_config["extra"] = "ignore"
        for name in _BUILT:  # else one would be built from what another was built from before
            if name in vars(model):
                delattr(model, name)
    for model in found:
        model.model_rebuild(force=True)


def _unlimited(annotation: Any) -> Any:
    """A type without what annotates it, however deep."""
    if (value := getattr(annotation, "__value__", None)) is not None and not isinstance(annotation, type):
        return _unlimited(value)
    origin = typing.get_origin(annotation)
    if origin is None:
        return annotation
    parts = [_unlimited(part) for part in typing.get_args(annotation)[: 1 if origin is typing.Annotated else None]]
    if origin is typing.Annotated:
        return parts[0]
    if origin in (typing.Union, types.UnionType):
        return reduce(or_, parts)
    return origin[tuple(parts)]
