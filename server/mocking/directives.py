"""What a request asks of the mock: its session, and the directives of `Prefer`.

The contract documents them under `x-mock-prefer` and `x-mock-session`; their schemas are the ones applied here.
"""

from __future__ import annotations

import difflib
from typing import Any

from backends.session_control import SessionControl
from generated_models import ProblemCode
from server.contract import Contract
from server.contract.json_pointer import tokens
from server.mocking.armed import DeclaredAnswerRules
from server.mocking.declared import DeclaredAnswers
from server.operations.validation_errors import describe
from server.problems import RequestRejected, show

_PREFER = "/x-mock-prefer"
_SESSION = "/x-mock-session/schema"
_VALUED = ("code", "example", "delay", "fail")
_OURS = (*_VALUED, "drop")
_STANDARD = ("wait", "respond-async", "return", "handling")
"""Those of RFC 7240, which may be passed over."""


def session_header(contract: Contract) -> str:
    """The name of the header that names a session."""
    name: str = contract.document["x-mock-session"]["header"]
    return name


class MockDirectives:
    """Reads the session and the directives of a request, by one contract; what its operations share in mock mode.

    Attributes:
        header: the name of the session's header, in lower case.
        declared: what each operation may answer, by operationId.
        rules: which answers may be armed.
        paths: the paths of requests, as they may be shown.
    """

    def __init__(self, contract: Contract, session_control: SessionControl) -> None:
        self.contract = contract
        self.session_control = session_control
        self._header = session_header(contract)
        self.header = self._header.lower().encode()
        self.declared: dict[str, DeclaredAnswers] = {}
        self.rules = DeclaredAnswerRules(contract, self.declared)

    def session(self, raw: bytes) -> str:
        """A session's name. Raises `RequestRejected` (400)."""
        name = raw.decode("latin-1")
        schemas = self.contract.schemas
        if not schemas.at(_SESSION).is_valid(name):
            schema = schemas.node(tokens(_SESSION))
            expected = f"{describe(schema, schemas)} that matches {schema['pattern']}"
            raise bad_directive(
                f"A session's name is {expected}.", expected, name, f"/header/{self._header}", rule="pattern"
            )
        return name

    def values(self, preferences: dict[str, str], *, open_ended: bool) -> dict[str, Any]:
        """The directives among the preferences, typed. Raises `RequestRejected` (400), also for what is no preference
        that anybody knows, unless `open_ended`: the operation has preferences of its own.
        """
        found: dict[str, Any] = {}
        for name in preferences:
            if name not in _OURS and name not in _STANDARD and not open_ended:
                close = difflib.get_close_matches(name, _OURS, n=1)
                hint = f"; did you mean {close[0]}?" if close else ""
                known = ", ".join(_OURS)
                raise bad_directive(
                    f"There is no directive {show(name)}, but {known}{hint}",
                    f"one of {known}{hint}",
                    name,
                    rule="unknown",
                )
        for name in _OURS:
            if name in preferences:
                text = preferences[name]
                value: Any = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text
                if name == "drop":
                    if text:
                        raise bad_directive(
                            f"drop takes no value, but {show(text)} was given.", "drop", f"drop={show(text)}"
                        )
                else:
                    if name == "example":
                        value = text
                    self._check(f"{_PREFER}/{name}/schema", value, f"{name}={text}", "/header/Prefer", name)
                found[name] = value
        return found

    def _check(self, pointer: str, value: Any, got: str, where: str, name: str = "") -> None:
        schemas = self.contract.schemas
        if not schemas.at(pointer).is_valid(value):
            expected = f"{name and name + '='}{describe(schemas.node(tokens(pointer)), schemas)}"
            raise bad_directive(
                f"{where.rpartition('/')[2]} does not fit: expected {expected}.", expected, got, where, rule="pattern"
            )


def bad_directive(
    detail: str, expected: str, got: str, where: str = "/header/Prefer", *, rule: str = "choice"
) -> RequestRejected:
    """The 400 for a directive, or a session's name, that can't be followed; `where` is a JSON Pointer to it."""
    return RequestRejected(
        ProblemCode.validation_failed,
        detail,
        errors=[{"where": where, "rule": rule, "expected": expected[:500], "got": show(got)}],
        status=400,
    )
