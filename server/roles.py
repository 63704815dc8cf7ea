"""The two roles of callers, as the contract's `security` names them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """`operate` includes `read`."""

    read = "read"
    operate = "operate"


ROLES = tuple(role.value for role in Role)
