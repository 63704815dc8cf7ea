"""How each declared answer is made to happen: by its status for every operation, and by name where that is not enough.

A trigger returns the exchanges that it made; each of them must have the status. What has no trigger fails by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from backends.errors import StoreUnavailable
from contract_tools.coverage.fixtures import Fixtures, Raw
from contract_tools.parity.recording import Exchange
from server.contract.model import Operation

Trigger: TypeAlias = Callable[[Fixtures, Operation], list[Exchange]]
_DEFAULT_LIMIT = 1024 * 1024
_FOREIGN = {"Host": "wallets.example"}


def trigger(operation: Operation, status: int) -> Trigger | None:
    """What makes an answer happen; None if nothing is known to."""
    found = _OWN.get((operation.id, status))
    if found is not None:
        return found
    return _success if 200 <= status < 300 and status == min(operation.responses) else _COMMON.get(status)


def _success(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    """With each key that may."""
    keys = [fixtures.servers.keys.operate, *([fixtures.servers.keys.read] if operation.role == "read" else [])]
    return [fixtures.call(operation, key=key) for key in keys]


def _malformed(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    if operation.body is None:
        return [fixtures.call(operation, query={"page_token": "bm9uZSBvZiBvdXJz"})]
    return [fixtures.call(operation, body=Raw(b"{")), fixtures.call(operation, body=Raw(b"\xff"))]


def _unauthenticated(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    """Without a key, with one that never was, with one that was revoked."""
    known = {
        one.name: value
        for one, value in zip(operation.located("path"), fixtures.unknown(operation).values(), strict=True)
    }
    return [
        fixtures.call(operation, key=key, path=known, body=False)
        for key in (None, "wok_none", fixtures.servers.keys.revoked)
    ]


def _forbidden(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    """The other role where there is one; and a page that made its own name point to a server without authentication."""
    path = fixtures.unknown(operation)
    found = [
        fixtures.call(operation, key=None, path=path, body=False, headers=_FOREIGN, port=fixtures.servers.open_port)
    ]
    if operation.role == "operate":
        found.append(fixtures.call(operation, key=fixtures.servers.keys.read, path=path, body=False))
    return found


def _missing(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    return [fixtures.call(operation, path=fixtures.unknown(operation))]


def _reused_key(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    """The same idempotency key with another body."""
    key = fixtures.idempotency_key()
    fixtures.made(operation.id, headers=key)
    return [fixtures.call(operation, headers=key)]


def _other_version(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    return [fixtures.call(operation, headers={"If-Match": '"99.0.nnn"'})]


def _too_large(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    limit = max(_DEFAULT_LIMIT, operation.body.limit if operation.body else 0)
    return [fixtures.call(operation, path=fixtures.unknown(operation), body=Raw(b"", declared=limit + 1))]


def _other_media_type(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    return [fixtures.call(operation, path=fixtures.unknown(operation), body=Raw(b"a", "text/plain"))]


def _invalid(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    return [fixtures.call(operation, path=fixtures.unknown(operation), query={"no_such_parameter": "1"})]


def _failing(error: Callable[[], Exception]) -> Trigger:
    def happens(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
        path = {one.name: fixtures.known(one.name) for one in operation.located("path")}
        body = fixtures.body(operation)
        name = "ready" if operation.id == "getReadiness" else operation.method_name
        fixtures.servers.backend.failing[name] = error()
        try:
            return [fixtures.call(operation, path=path, body=body)]
        finally:
            fixtures.servers.backend.failing.pop(name, None)

    return happens


def _unchanged(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    """With the ETag of the answer before."""
    path = {one.name: fixtures.known(one.name) for one in operation.located("path")}
    first = fixtures.call(operation, path=path)
    condition = {"If-None-Match": first.reply.headers.get("etag", '"none"')}
    return [fixtures.call(operation, path=path, headers=condition)]


_COMMON: Mapping[int, Trigger] = {
    304: _unchanged,
    400: _malformed,
    401: _unauthenticated,
    403: _forbidden,
    404: _missing,
    409: _reused_key,
    412: _other_version,
    413: _too_large,
    415: _other_media_type,
    422: _invalid,
    500: _failing(lambda: RuntimeError("a fault on demand")),
    503: _failing(lambda: StoreUnavailable("A fault on demand.")),
}


def _accepted(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    headers = fixtures.slow_chain()
    try:
        return [fixtures.call(operation, body={"addresses": [_before(fixtures, headers)]}, headers=headers)]
    finally:
        fixtures.restored_chain()


def _finished(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    return [fixtures.call(operation, body={"addresses": [fixtures.wallet()]}, headers={"Prefer": "wait=30"})]


def _of_unknown_wallets(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    return [fixtures.call(operation, body={"addresses": [fixtures.address()]})]


def _cancelled(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    """While the chain takes its time."""
    headers = fixtures.slow_chain()
    try:
        body = {"addresses": [_before(fixtures, headers)]}
        running = fixtures.made("refreshAllWallets", body=body, headers=headers)
        return [fixtures.call(operation, path={"operation_id": running["operation_id"]}, headers=headers)]
    finally:
        fixtures.restored_chain()


def _before(fixtures: Fixtures, headers: dict[str, str]) -> str:
    return fixtures.wallet(headers=headers)


def _cancelled_already(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    schedule = fixtures.schedule()
    fixtures.call("cancelScheduledFunding", path={"schedule_id": schedule})
    return [fixtures.call(operation, path={"schedule_id": schedule})]


def _completed_already(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    schedule = fixtures.schedule()
    fixtures.made("completeScheduledFunding", path={"schedule_id": schedule})
    return [fixtures.call(operation, path={"schedule_id": schedule})]


def _recorded_again(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    body = fixtures.body(operation)
    fixtures.made(operation.id, body=body)
    return [fixtures.call(operation, body=body)]


def _in_future(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    return [fixtures.call(operation, body={**fixtures.body(operation), "launched_at": "2099-01-01T00:00:00.000Z"})]


def _with_open_schedules(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    wallet = fixtures.wallet()
    fixtures.schedule(wallet)
    return [fixtures.call(operation, path={"wallet_address": wallet})]


def _too_soon(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    path = {"wallet_address": fixtures.wallet()}
    fixtures.made(operation.id, path=path)
    return [fixtures.call(operation, path=path)]


def _chain_away(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    headers = fixtures.refusing_chain()
    try:
        return [fixtures.call(operation, path={"wallet_address": _before(fixtures, headers)}, headers=headers)]
    finally:
        fixtures.restored_chain()


def _chain_late(fixtures: Fixtures, operation: Operation) -> list[Exchange]:
    headers = fixtures.hanging_chain()
    try:
        return [fixtures.call(operation, path={"wallet_address": _before(fixtures, headers)}, headers=headers)]
    finally:
        fixtures.restored_chain()


_OWN: Mapping[tuple[str, int], Trigger] = {
    ("refreshAllWallets", 200): _finished,
    ("refreshAllWallets", 202): _accepted,
    ("refreshAllWallets", 409): _of_unknown_wallets,
    ("cancelRefreshOperation", 200): _cancelled,
    ("cancelRefreshOperation", 409): lambda fixtures, operation: [fixtures.call(operation)],
    ("updateScheduledFunding", 409): _cancelled_already,
    ("cancelScheduledFunding", 409): _completed_already,
    ("completeScheduledFunding", 409): _cancelled_already,
    ("recordLaunch", 200): _recorded_again,
    ("recordLaunch", 201): _success,
    ("updateLaunch", 409): _in_future,
    ("deleteWallet", 409): _with_open_schedules,
    ("refreshWallet", 429): _too_soon,
    ("refreshWallet", 502): _chain_away,
    ("refreshWallet", 504): _chain_late,
}
