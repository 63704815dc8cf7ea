"""How each declared answer is made to happen: by its status for every operation, and by name where that is not enough.

A way returns the exchanges that it made; each of them must have the status. What no way is known for fails by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from backends.errors import StoreUnavailable
from contract_tools.coverage.scene import Raw, Scene
from contract_tools.parity.recording import Exchange
from server.contract.model import Operation

Way: TypeAlias = Callable[[Scene, Operation], list[Exchange]]
_DEFAULT_LIMIT = 1024 * 1024
_FOREIGN = {"Host": "wallets.example"}


def way(operation: Operation, status: int) -> Way | None:
    """The way to an answer; None if none is known."""
    found = _OWN.get((operation.id, status))
    if found is not None:
        return found
    return _success if 200 <= status < 300 and status == min(operation.responses) else _COMMON.get(status)


def _success(scene: Scene, operation: Operation) -> list[Exchange]:
    """With each key that may."""
    keys = [scene.served.keys.operate, *([scene.served.keys.read] if operation.role == "read" else [])]
    return [scene.call(operation, key=key) for key in keys]


def _malformed(scene: Scene, operation: Operation) -> list[Exchange]:
    if operation.body is None:
        return [scene.call(operation, query={"page_token": "bm9uZSBvZiBvdXJz"})]
    return [scene.call(operation, body=Raw(b"{")), scene.call(operation, body=Raw(b"\xff"))]


def _unauthenticated(scene: Scene, operation: Operation) -> list[Exchange]:
    """Without a key, with one that never was, with one that was revoked."""
    known = {
        one.name: value for one, value in zip(operation.located("path"), scene.unknown(operation).values(), strict=True)
    }
    return [
        scene.call(operation, key=key, path=known, body=False) for key in (None, "wok_none", scene.served.keys.revoked)
    ]


def _forbidden(scene: Scene, operation: Operation) -> list[Exchange]:
    """The other role where there is one; and a page that made its own name point to a server without authentication."""
    path = scene.unknown(operation)
    found = [scene.call(operation, key=None, path=path, body=False, headers=_FOREIGN, port=scene.served.open_port)]
    if operation.role == "operate":
        found.append(scene.call(operation, key=scene.served.keys.read, path=path, body=False))
    return found


def _missing(scene: Scene, operation: Operation) -> list[Exchange]:
    return [scene.call(operation, path=scene.unknown(operation))]


def _reused_key(scene: Scene, operation: Operation) -> list[Exchange]:
    """The same idempotency key with another body."""
    key = scene.idempotency_key()
    scene.made(operation.id, headers=key)
    return [scene.call(operation, headers=key)]


def _other_version(scene: Scene, operation: Operation) -> list[Exchange]:
    return [scene.call(operation, headers={"If-Match": '"99.0.nnn"'})]


def _too_large(scene: Scene, operation: Operation) -> list[Exchange]:
    limit = max(_DEFAULT_LIMIT, operation.body.limit if operation.body else 0)
    return [scene.call(operation, path=scene.unknown(operation), body=Raw(b"", declared=limit + 1))]


def _other_media_type(scene: Scene, operation: Operation) -> list[Exchange]:
    return [scene.call(operation, path=scene.unknown(operation), body=Raw(b"a", "text/plain"))]


def _invalid(scene: Scene, operation: Operation) -> list[Exchange]:
    return [scene.call(operation, path=scene.unknown(operation), query={"no_such_parameter": "1"})]


def _failing(error: Callable[[], Exception]) -> Way:
    def happens(scene: Scene, operation: Operation) -> list[Exchange]:
        path = {one.name: scene.known(one.name) for one in operation.located("path")}
        body = scene.body(operation)
        name = "ready" if operation.id == "getReadiness" else operation.method_name
        scene.served.backend.failing[name] = error()
        try:
            return [scene.call(operation, path=path, body=body)]
        finally:
            scene.served.backend.failing.pop(name, None)

    return happens


def _unchanged(scene: Scene, operation: Operation) -> list[Exchange]:
    """With the ETag of the answer before."""
    path = {one.name: scene.known(one.name) for one in operation.located("path")}
    first = scene.call(operation, path=path)
    condition = {"If-None-Match": first.reply.headers.get("etag", '"none"')}
    return [scene.call(operation, path=path, headers=condition)]


_COMMON: Mapping[int, Way] = {
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
    500: _failing(lambda: RuntimeError("a fault to order")),
    503: _failing(lambda: StoreUnavailable("A fault to order.")),
}


def _accepted(scene: Scene, operation: Operation) -> list[Exchange]:
    headers = scene.slow_chain()
    try:
        return [scene.call(operation, body={"addresses": [_before(scene, headers)]}, headers=headers)]
    finally:
        scene.honest_chain()


def _finished(scene: Scene, operation: Operation) -> list[Exchange]:
    return [scene.call(operation, body={"addresses": [scene.wallet()]}, headers={"Prefer": "wait=30"})]


def _of_unknown_wallets(scene: Scene, operation: Operation) -> list[Exchange]:
    return [scene.call(operation, body={"addresses": [scene.address()]})]


def _cancelled(scene: Scene, operation: Operation) -> list[Exchange]:
    """While the chain takes its time."""
    headers = scene.slow_chain()
    try:
        body = {"addresses": [_before(scene, headers)]}
        running = scene.made("refreshAllWallets", body=body, headers=headers)
        return [scene.call(operation, path={"operation_id": running["operation_id"]}, headers=headers)]
    finally:
        scene.honest_chain()


def _before(scene: Scene, headers: dict[str, str]) -> str:
    return scene.wallet(headers=headers)


def _cancelled_already(scene: Scene, operation: Operation) -> list[Exchange]:
    schedule = scene.schedule()
    scene.call("cancelScheduledFunding", path={"schedule_id": schedule})
    return [scene.call(operation, path={"schedule_id": schedule})]


def _completed_already(scene: Scene, operation: Operation) -> list[Exchange]:
    schedule = scene.schedule()
    scene.made("completeScheduledFunding", path={"schedule_id": schedule})
    return [scene.call(operation, path={"schedule_id": schedule})]


def _recorded_again(scene: Scene, operation: Operation) -> list[Exchange]:
    body = scene.body(operation)
    scene.made(operation.id, body=body)
    return [scene.call(operation, body=body)]


def _in_future(scene: Scene, operation: Operation) -> list[Exchange]:
    return [scene.call(operation, body={**scene.body(operation), "launched_at": "2099-01-01T00:00:00.000Z"})]


def _with_open_schedules(scene: Scene, operation: Operation) -> list[Exchange]:
    wallet = scene.wallet()
    scene.schedule(wallet)
    return [scene.call(operation, path={"wallet_address": wallet})]


def _too_soon(scene: Scene, operation: Operation) -> list[Exchange]:
    path = {"wallet_address": scene.wallet()}
    scene.made(operation.id, path=path)
    return [scene.call(operation, path=path)]


def _chain_away(scene: Scene, operation: Operation) -> list[Exchange]:
    headers = scene.refusing_chain()
    try:
        return [scene.call(operation, path={"wallet_address": _before(scene, headers)}, headers=headers)]
    finally:
        scene.honest_chain()


def _chain_late(scene: Scene, operation: Operation) -> list[Exchange]:
    headers = scene.hanging_chain()
    try:
        return [scene.call(operation, path={"wallet_address": _before(scene, headers)}, headers=headers)]
    finally:
        scene.honest_chain()


_OWN: Mapping[tuple[str, int], Way] = {
    ("refreshAllWallets", 200): _finished,
    ("refreshAllWallets", 202): _accepted,
    ("refreshAllWallets", 409): _of_unknown_wallets,
    ("cancelRefreshOperation", 200): _cancelled,
    ("cancelRefreshOperation", 409): lambda scene, operation: [scene.call(operation)],
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
