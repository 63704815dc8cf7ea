"""What a backend may know of the request that it serves, beside the arguments of its method: context variables that the
server sets.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple

from generated_models import CallerRole, SignInMethod


class Caller(NamedTuple):
    """Who is asking, as the server established it; `sign_in` are the kinds of credentials that it accepts."""

    actor: str = "anonymous"
    request_id: str = ""
    role: CallerRole = CallerRole.operate
    sign_in: tuple[SignInMethod, ...] = ()


CALLER: ContextVar[Caller] = ContextVar("caller", default=Caller())  # noqa: B039 (frozen)

GIVEN_ARGUMENTS: ContextVar[frozenset[str] | None] = ContextVar("given_arguments", default=None)
"""The names of the arguments that came with the request: the others are defaults. None where nobody can tell."""
