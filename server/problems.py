"""The ONE table from error to RFC 9457 problem, and the answers made from it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pydantic_core

from backends.errors import BackendError
from generated_models import ProblemCode
from server.reply import Reply

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 100
MOST_SHOWN = 80
"""Characters of a value that an error repeats."""


@dataclass(frozen=True, slots=True)
class ProblemSpec:
    """What every problem of one code has in common. `retry_after` (seconds) is sent if the error names no time."""

    status: int
    title: str
    retryable: bool = False
    retry_after: int | None = None


TABLE: Mapping[ProblemCode, ProblemSpec] = {
    ProblemCode.malformed_json: ProblemSpec(400, "The body is not valid JSON."),
    ProblemCode.invalid_page_token: ProblemSpec(400, "The page token does not fit this list."),
    ProblemCode.unauthenticated: ProblemSpec(401, "Authentication is needed."),
    ProblemCode.forbidden: ProblemSpec(403, "This is not allowed with these credentials."),
    ProblemCode.route_not_found: ProblemSpec(404, "There is nothing at this address."),
    ProblemCode.wallet_not_found: ProblemSpec(404, "This wallet is not registered."),
    ProblemCode.schedule_not_found: ProblemSpec(404, "This scheduled funding does not exist."),
    ProblemCode.operation_not_found: ProblemSpec(404, "This refresh operation does not exist."),
    ProblemCode.method_not_allowed: ProblemSpec(405, "This address does not support that method."),
    ProblemCode.launch_not_found: ProblemSpec(404, "There is no such launch."),
    ProblemCode.wallet_exists: ProblemSpec(409, "This wallet is registered already."),
    ProblemCode.unknown_wallet: ProblemSpec(409, "The request names a wallet that is not registered."),
    ProblemCode.open_schedules: ProblemSpec(409, "Open scheduled fundings stand in the way."),
    ProblemCode.schedule_completed: ProblemSpec(409, "This scheduled funding is completed already."),
    ProblemCode.schedule_cancelled: ProblemSpec(409, "This scheduled funding is cancelled."),
    ProblemCode.signature_used: ProblemSpec(409, "This transaction completed another scheduled funding."),
    ProblemCode.launch_in_future: ProblemSpec(409, "The launch lies in the future."),
    ProblemCode.launch_conflict: ProblemSpec(409, "This launch is recorded with other content."),
    ProblemCode.idempotency_key_reused: ProblemSpec(409, "This idempotency key was used for another request."),
    ProblemCode.idempotency_key_in_use: ProblemSpec(
        409, "A request with this idempotency key still runs.", retryable=True
    ),
    ProblemCode.refresh_all_running: ProblemSpec(409, "Another refresh of all wallets is running.", retryable=True),
    ProblemCode.operation_finished: ProblemSpec(409, "This refresh operation has finished already."),
    ProblemCode.precondition_failed: ProblemSpec(412, "The wallet was changed meanwhile."),
    ProblemCode.payload_too_large: ProblemSpec(413, "The body is too large."),
    ProblemCode.unsupported_media_type: ProblemSpec(415, "The body must be JSON."),
    ProblemCode.validation_failed: ProblemSpec(422, "The request does not fit the contract."),
    ProblemCode.refresh_cooldown: ProblemSpec(
        429, "This wallet was refreshed a moment ago.", retryable=True, retry_after=1
    ),
    ProblemCode.internal_error: ProblemSpec(500, "Something went wrong here."),
    ProblemCode.chain_unavailable: ProblemSpec(502, "The chain could not be read.", retryable=True),
    ProblemCode.chain_rate_limited: ProblemSpec(502, "The chain's rate limit is used up.", retryable=True),
    ProblemCode.chain_mismatch: ProblemSpec(502, "The chain is another one than before."),
    ProblemCode.store_unavailable: ProblemSpec(503, "The store can not be reached.", retryable=True, retry_after=2),
    ProblemCode.chain_timeout: ProblemSpec(504, "The chain did not answer in time.", retryable=True),
}


_AT_FAULT: Mapping[ProblemCode, Sequence[Mapping[str, str | None]]] = {
    ProblemCode.invalid_page_token: [
        {
            "where": "/query/page_token",
            "rule": "mismatch",
            "expected": "a token of this list with the same parameters",
            "got": None,
        }
    ],
}
"""What a backend need not say itself. Its own `errors` go before."""


class RequestRejected(Exception):
    """The server itself refuses a request, before any backend sees it.

    `errors` are the contract's `ProblemError` objects. `status` is given where it is not the code's usual one.
    """

    def __init__(
        self,
        code: ProblemCode,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str | None]] = (),
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}
        self.status = status


def problem_reply(error: Exception, request_id: str) -> Reply:
    """The answer to an error. An exception that is not one of ours tells nothing about itself."""
    match error:
        case BackendError(code=ProblemCode() as code):
            return _reply(
                code,
                error.detail,
                request_id,
                retryable=error.retryable or TABLE[code].retryable,
                retry_after=error.retry_after,
                errors=_AT_FAULT.get(code, ()),
                members=error.members,
            )
        case RequestRejected():
            return _reply(
                error.code,
                error.detail,
                request_id,
                status=error.status,
                errors=error.errors,
                headers=error.headers,
            )
        case _:
            return _reply(ProblemCode.internal_error, "The server failed in a way that it does not expect.", request_id)


def _reply(
    code: ProblemCode,
    detail: str,
    request_id: str,
    *,
    status: int | None = None,
    retryable: bool | None = None,
    retry_after: float | None = None,
    errors: Sequence[Mapping[str, str | None]] = (),
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Reply:
    kind = TABLE[code]
    status = status or kind.status
    body = {
        "type": f"urn:problem-type:{code.value}",
        "title": kind.title,
        "status": status,
        "detail": detail[:1000],
        "code": code.value,
        "request_id": request_id,
        "retryable": kind.retryable if retryable is None else retryable,
        "errors": list(errors[:_MOST_ERRORS]),
        **{name: value for name, value in (members or {}).items() if value is not None},
    }
    reply = Reply(status, pydantic_core.to_json(body), MEDIA_TYPE)
    wait = kind.retry_after if retry_after is None else math.ceil(retry_after)
    if wait is not None:
        reply.set("Retry-After", str(max(wait, 1)))
    for name, value in (headers or {}).items():
        reply.set(name, value)
    return reply


def show(value: Any) -> str:
    """A value from a request, shortened."""
    match value:
        case str():
            return value if len(value) <= MOST_SHOWN else f"{value[:40]}… ({len(value)} characters)"
        case dict():
            return "an object"
        case list():
            return f"an array of {len(value)}"
        case bool() | None:
            return json.dumps(value)
        case _:
            text = json.dumps(value)
            return text if len(text) <= MOST_SHOWN else f"a number of {len(text)} characters"
