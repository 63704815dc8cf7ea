"""What coverage works with: one server, fresh resources on it, and requests made from the contract."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import base58

from contract_tools.coverage.servers_under_test import ServersUnderTest
from contract_tools.exit_codes import ToolError
from contract_tools.parity.recording import Exchange, Reply, Request
from server.contract import Contract
from server.contract.model import Operation

_JSON = {"Content-Type": "application/json"}
_SECONDS = 30.0
_SLOW_MS = 2_000
_UNKNOWN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Raw:
    """A body as it is sent; `declared` bytes are announced where that is another number."""

    data: bytes
    media_type: str = "application/json"
    declared: int | None = None


class Fixtures:
    """Makes requests and what they need. Every wallet, schedule, launch and operation is a new one."""

    def __init__(self, contract: Contract, servers: ServersUnderTest, seed: int) -> None:
        self.servers = servers
        self._operations = {operation.id: operation for operation in contract.operations}
        self._contract = contract
        self._seed = seed
        self._made = 0

    def call(
        self,
        operation: Operation | str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        key: str | None = "",
        port: int | None = None,
    ) -> Exchange:
        """One request and its answer. `body` is JSON, or `Raw`; None for the operation's own example, False for none.
        `key` is the caller's, the operating one if it is empty, none if it is None. Missing path parameters are made.
        """
        one = self._operations[operation] if isinstance(operation, str) else operation
        values = {parameter.name: "" for parameter in one.located("path")}
        values |= path or {}
        target = one.path
        for name, value in values.items():
            target = target.replace(f"{{{name}}}", quote(value or self.known(name), safe=""))
        sent = dict(headers or {})
        if key is not None and one.role is not None:
            sent["X-API-Key"] = key or self.servers.keys.operate
        if body is None and one.body is not None:
            body = self.body(one)
        raw = body if isinstance(body, Raw) else None
        if body is not None and body is not False and raw is None:
            raw = Raw(json.dumps(body).encode())
        if raw is not None:
            sent["Content-Type"] = raw.media_type
            sent["Content-Length"] = str(len(raw.data) if raw.declared is None else raw.declared)
        elif one.method in ("POST", "PUT"):
            sent["Content-Length"] = "0"
        request = Request(one.method, f"{target}?{urlencode(query)}" if query else target, sent)
        reply = self._send(port or self.servers.port, request, raw.data if raw else None)
        text = raw.data.decode(errors="replace") if raw and raw.declared is None else None
        return Exchange(Request(request.method, request.target, sent, text), reply)

    def made(self, operation: str, **how: Any) -> Any:
        """The body of an answer that has to be a success. Raises `ToolError`."""
        reply = self.call(operation, **how).reply
        if reply.status >= 300:
            raise ToolError(f"{operation}, needed for others, was answered {reply.status}: {reply.body[:500]}")
        return reply.json()

    def address(self) -> str:
        """An address that nobody has used."""
        self._made += 1
        return base58.b58encode(hashlib.sha256(f"{self._seed} {self._made}".encode()).digest()).decode()

    def signature(self) -> str:
        """A signature that nobody has used."""
        self._made += 1
        return base58.b58encode(hashlib.sha512(f"{self._seed} {self._made}".encode()).digest()).decode()

    def wallet(self, **how: Any) -> str:
        """The address of a registered wallet."""
        created = self.made("createWallet", body={"wallet_address": self.address()}, **how)
        return str(created["wallet"]["wallet_address"])

    def schedule(self, wallet: str = "") -> str:
        """The id of an open scheduled funding."""
        body = {**self.body("scheduleFunding"), "wallet_address": wallet or self.wallet()}
        return str(self.made("scheduleFunding", body=body)["schedule_id"])

    def finished(self) -> str:
        """The id of a refresh-all that has ended."""
        body = {"addresses": [self.wallet()]}
        done = self.made("refreshAllWallets", body=body, headers={"Prefer": "wait=30"})
        return str(done["operation_id"])

    def slow_chain(self) -> dict[str, str]:
        """From now on the chain takes its time: the headers of requests that meet it."""
        return self._chain("hang", {"latency_ms": _SLOW_MS})

    def hanging_chain(self) -> dict[str, str]:
        """The chain does not answer in time."""
        return self._chain("hang", {"faults": [{"failure": "timeout"}]})

    def refusing_chain(self) -> dict[str, str]:
        """The chain can't be reached."""
        return self._chain("refuse", {"faults": [{"failure": "unavailable"}]})

    def restored_chain(self) -> None:
        """The end of the chain's faults; a mock's sessions keep theirs for themselves."""
        if self.servers.chain is not None:
            self.servers.chain.mode = "pass"

    def _chain(self, mode: Any, world: Mapping[str, Any]) -> dict[str, str]:
        if self.servers.chain is not None:
            self.servers.chain.mode = mode
            return {}
        self._made += 1
        session = {"X-Mock-Session": f"coverage-{self._made}"}
        body = json.dumps({"description": {"name": "faulty", "wallets": 3, **world}}).encode()
        sent = {**_JSON, **session, "X-API-Key": self.servers.keys.operate, "Content-Length": str(len(body))}
        reply = self._send(self.servers.port, Request("POST", "/__mock__/world", sent), body)
        if reply.status != 200:
            raise ToolError(f"the mock's world was answered {reply.status}: {reply.body[:500]}")
        return session

    def known(self, name: str) -> str:
        """A path parameter's value that exists. Raises `ToolError` for one that nothing is known of."""
        match name:
            case "wallet_address" | "mint_address":
                return self.wallet()
            case "schedule_id":
                return self.schedule()
            case "operation_id":
                return self.finished()
            case "launch_id":
                return str(self.made("recordLaunch")["launch_id"])
        raise ToolError(
            f"coverage knows no value of the path parameter {name}: contract_tools/coverage/fixtures.py makes them"
        )

    def unknown(self, operation: Operation) -> dict[str, str]:
        """Path parameters of something that does not exist."""
        found = {}
        for parameter in operation.located("path"):
            schema = self._contract.schemas.target(self._contract.schemas.reference(parameter.pointer))
            shown = str(schema["examples"][0])
            found[parameter.name] = _UNKNOWN.sub("0" * 32, shown) if _UNKNOWN.search(shown) else self.address()
        return found

    def body(self, operation: Operation | str) -> Any:
        """A valid body: the contract's example, with wallets of our own. False for an operation without one."""
        one = self._operations[operation] if isinstance(operation, str) else operation
        if one.body is None:
            return False
        body = json.loads(json.dumps(next(iter(one.body.examples.values()))))
        if "wallet_address" in body:
            body["wallet_address"] = self.address() if one.id == "createWallet" else self.wallet()
        if "addresses" in body:
            body["addresses"] = [self.wallet()]
        if "signature" in body:
            body["signature"] = self.signature()
        for each in body.get("wallets", ()):
            each["wallet_address"] = self.address()
        return body

    def idempotency_key(self) -> dict[str, str]:
        """A header with a key of its own."""
        self._made += 1
        return {"Idempotency-Key": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._seed} {self._made}"))}

    def _send(self, port: int, request: Request, body: bytes | None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
        try:
            connection.putrequest(request.method, request.target, skip_host="Host" in request.headers)
            for name, value in request.headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            text = answer.read().decode()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)
        except (OSError, http.client.HTTPException) as error:
            raise ToolError(f"{request.method} {request.target} was not answered: {type(error).__name__}") from error
        finally:
            connection.close()
