"""The request validator: refuses every request that the contract does not allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.contract.schemas import Schemas
from server.operations.validation_errors import explain, validation_failed


class RequestValidator:
    """Validates the requests of one operation by the JSON Schema of them all, compiled once.

    `schema` describes a request as `{path, query, header, body}` (`Contract.request_schema`).
    """

    def __init__(self, schema: Mapping[str, Any], schemas: Schemas) -> None:
        self._schema = dict(schema)
        self._schemas = schemas
        self._compiled = schemas.compile(self._schema)

    def check(self, request: Mapping[str, Any]) -> None:
        """Return if the request fits.

        Raises:
            RequestRejected: with everything that is wrong with it (422).
        """
        if not self._compiled.is_valid(request):
            raise validation_failed(explain(self._compiled, request, self._schema, self._schemas))
