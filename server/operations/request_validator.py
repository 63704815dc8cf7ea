"""The request validator: refuses every request that the contract does not allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generated_models import ProblemCode
from server.contract.schemas import Schemas
from server.operations.validation_errors import explain, validation_failed
from server.problems import RequestRejected


class RequestValidator:
    """Validates the requests of one operation by the JSON Schema of them all, compiled once.

    `schema` describes a request as `{path, query, header, body}` (`Contract.request_schema`); of the query parameters
    `at_most_one_of`, a request has no more than one.
    """

    def __init__(self, schema: Mapping[str, Any], schemas: Schemas, *, at_most_one_of: Sequence[str] = ()) -> None:
        self._schema = dict(schema)
        self._schemas = schemas
        self._at_most_one_of = at_most_one_of
        self._compiled = schemas.compile(self._schema)

    def check(self, request: Mapping[str, Any]) -> None:
        """Return if the request fits.

        Raises:
            RequestRejected: with everything that is wrong with it (422); with the parameters that exclude each other
                (400).
        """
        if not self._compiled.is_valid(request):
            raise validation_failed(explain(self._compiled, request, self._schema, self._schemas))
        if self._at_most_one_of:
            self._check_exclusive(request["query"])

    def _check_exclusive(self, query: Mapping[str, Any]) -> None:
        names = self._at_most_one_of
        given = [name for name in names if name in query]
        if len(given) > 1:
            raise RequestRejected(
                ProblemCode.validation_failed,
                f"Give at most one of {', '.join(names[:-1])} and {names[-1]}.",
                errors=[{"where": "/query", "expected": f"at most one of {', '.join(names)}", "got": ", ".join(given)}],
                status=400,
            )
