"""What all groups of settings have in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator


class SettingsGroup(BaseModel):
    """Some settings that belong together. Units are in the descriptions."""

    model_config = ConfigDict(defer_build=True)  # never made alone

    @field_validator("*", mode="before")
    @classmethod
    def _not_blank(cls, value: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            raise ValueError("is set but blank; give it a value or unset it")
        return value


def _is_host_and_port(value: str) -> str:
    if "/" in value or not value.rpartition(":")[2].isdecimal():
        raise ValueError("is host:port, without a scheme")
    return value


HostAndPort = Annotated[str, AfterValidator(_is_host_and_port)]
"""Where an emulator listens: `host:port`."""


def items(value: str) -> tuple[str, ...]:
    """The items of a list whose items are separated by commas."""
    return tuple(item.strip() for item in value.split(","))
