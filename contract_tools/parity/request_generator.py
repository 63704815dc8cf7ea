"""Makes a sequence of requests from the contract: every operation, valid and invalid, then random ones from a seed."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from contract_tools.parity.invalid_requests import wrong_bodies, wrong_in_all, wrong_values
from contract_tools.parity.observed_values import ObservedValues
from contract_tools.parity.page_scenarios import page_scenarios
from contract_tools.parity.reads import Reads
from contract_tools.parity.recording import Pause, Reply, Request, Script
from contract_tools.parity.refusal_scenarios import unrouted_requests
from contract_tools.parity.scenarios import scenarios
from contract_tools.parity.seeding import TAGS, seed_both, whale
from contract_tools.parity.shared_world import WorldAddresses, address
from server.contract import Contract
from server.contract.model import Operation, Parameter

# Those that make what others need come first; deleting comes last.
_ORDER = ("POST", "PUT", "GET", "DELETE")
_JSON = {"Content-Type": "application/json"}


_PAUSES = (0.001, 0.001, 1, 1, 9.999, 10, 61, 3600, 3600.001, 30_000)
"""Seconds: on both sides of the cooldown and of a reading's freshness."""


class RequestGenerator:
    """Generates one sequence of requests: the same contract, seed and answers give the same requests.

    In a shared world time is the sequence's own: `addresses` are what it is about, `now` tells the time.
    """

    def __init__(
        self,
        contract: Contract,
        seed: int,
        *,
        addresses: WorldAddresses | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._contract = contract
        self._random = random.Random(seed)
        self._addresses = addresses
        self._now = now or (lambda: datetime(2031, 1, 1, tzinfo=UTC))
        known = [address(number) for number in range(6)] if addresses is None else [*addresses.exact, *addresses.moving]
        self._observed = ObservedValues(known)
        self._moments = datetime(2031, 1, 1, tzinfo=UTC)
        self._operations = sorted(
            (one for one in contract.operations if one.tag != "server"),
            key=lambda one: (_ORDER.index(one.method), "{" in one.path, one.id != "createWallet"),
        )

    def script(self, steps: int, *, thorough: bool = True) -> Script:
        """What is made ready and read, every operation with valid and invalid requests, then `steps` random ones.

        Not `thorough`: without the invalid ones, and with fewer reads, at the end alone.
        """
        yield from unrouted_requests()
        if self._addresses is not None:
            yield from self._watched(seed_both(self._addresses, self._instant(self._now()), self._soon()))
        for operation in self._operations if thorough else ():  # one each, early: it tells of most rules for requests
            yield from self._step(operation, self._wrong_everywhere(operation, self._valid(operation, few=True)))
        if self._addresses is not None:
            yield from self._watched(scenarios(self._addresses, self._now))
            if thorough:
                yield from self._reads(thorough=True)
        for operation in self._operations:
            for _ in range(4):
                yield from self._step(operation, self._valid(operation))
        for operation in self._operations if thorough else ():
            for request in self._wrong(operation):
                yield from self._step(operation, request)
        for _ in range(steps):
            operation = self._random.choice(self._operations)
            if self._random.random() < 0.25:
                request = self._random.choice([*self._wrong(operation)])
            elif self._random.random() < 0.1 and self._observed.sent:
                request = replace(self._random.choice(self._observed.sent), note="the same key again")
            else:
                request = self._valid(operation, few=self._random.random() < 0.75)
            if self._addresses is not None and self._random.random() < 0.3:
                yield Pause(self._random.choice(_PAUSES))
            yield from self._step(operation, request)
        if self._addresses is not None:
            yield from self._watched(whale(self._addresses))
            yield from self._reads(thorough=False)
            if thorough:
                yield from page_scenarios(self._addresses, self._now)

    def _reads(self, *, thorough: bool) -> Script:
        now = self._now()
        instants = tuple(self._instant(now - timedelta(seconds=ago)) for ago in (0, 3600, 40_000))
        yield from self._watched(Reads(self._contract, self._observed, instants).script(thorough=thorough))

    def _watched(self, script: Script) -> Script:
        """What a script asks for, its answers noted."""
        step = next(script, None)
        while step is not None:
            reply = yield step
            if isinstance(step, Request) and reply is not None:
                self._note(step, reply)
            try:
                step = script.send(reply)
            except StopIteration:
                return

    def _note(self, request: Request, reply: Reply) -> None:
        for operation in self._operations:
            if operation.method == request.method and operation.path == request.path:
                self._observed.note(operation.id, request, reply)
                return
        self._observed.note("", request, reply)

    def _soon(self) -> Iterator[str]:
        """Instants of the near future, an hour apart."""
        begun = self._now()
        return (self._instant(begun + timedelta(hours=hours)) for hours in range(1, 1000))

    @staticmethod
    def _instant(moment: datetime) -> str:
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def _step(self, operation: Operation, request: Request) -> Script:
        reply = yield request
        if reply is not None:
            self._observed.note(operation.id, request, reply)

    def _valid(self, operation: Operation, *, few: bool = False) -> Request:
        """A request that is valid by the contract; of `few` wallets, if it may be of them or of all."""
        query: dict[str, str] = {}
        for parameter in operation.located("query"):
            value = self._query(operation, parameter)
            if value is not None:
                query[parameter.name] = value
        if "page_token" in query:
            query = {"page_token": query["page_token"]}
        wallet = self._wallet()
        path = self._path(operation, wallet)
        headers = self._headers(operation, wallet)
        body = None
        if operation.body is not None and (operation.body.required or few or self._random.random() < 0.8):
            body = json.dumps(self._body(operation, wallet, few=few))
            headers.update(_JSON)
        return Request(operation.method, _target(path, query), headers, body, operation.id)

    def _wallet(self) -> str:
        """Mostly one that is registered."""
        registered = self._observed.registered
        known = registered if registered and self._random.random() < 0.8 else self._observed.wallets
        return self._random.choice(known)

    def _path(self, operation: Operation, wallet: str) -> str:
        path = operation.path
        for name, known in (
            ("wallet_address", [wallet]),
            ("mint_address", [wallet]),
            ("schedule_id", self._observed.schedules[-4:]),
            ("operation_id", self._observed.operations[-2:]),
            ("launch_id", self._observed.launches[-4:]),
        ):
            path = path.replace("{" + name + "}", quote(self._random.choice(known), safe=""))
        return path

    def _query(self, operation: Operation, parameter: Parameter) -> str | None:
        if self._random.random() > 0.3:
            return None
        if parameter.name == "page_token":
            tokens = self._observed.tokens[operation.id]
            return tokens[-1] if tokens else None
        schema = self._contract.schemas.target(self._contract.schemas.reference(parameter.pointer))
        if "enum" in schema:
            return str(self._random.choice(schema["enum"]))
        match schema.get("type"):
            case "integer":
                return str(self._random.choice([schema.get("minimum", 1), schema.get("default", 5), 2]))
            case "boolean":
                return self._random.choice(["true", "false"])
        if parameter.name == "wallet_address":
            return self._random.choice(self._observed.wallets)
        if parameter.name == "q":
            return self._random.choice(("alpha", "ALPHA", "e", "treasury"))
        return self._random.choice(TAGS) if parameter.name == "tag" else None

    def _headers(self, operation: Operation, wallet: str) -> dict[str, str]:
        headers = {}
        etags = self._observed.etags[wallet]
        for parameter in operation.located("header"):
            match parameter.name:
                case "Prefer":
                    headers["Prefer"] = "wait=30"  # what still runs would be a matter of luck
                case "Idempotency-Key" if self._random.random() < 0.4:
                    headers["Idempotency-Key"] = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
                case "If-Match" | "If-None-Match" as name if self._random.random() < 0.4:
                    headers[name] = self._random.choice([*etags[-2:], "*", '"99.0.nnn"'])
        return headers

    def _body(self, operation: Operation, wallet: str, *, few: bool = False) -> Any:
        assert operation.body is not None  # noqa: S101  # for the type checker
        examples = list(operation.body.examples.values())
        if few:
            examples = [each for each in examples if "addresses" in each] or examples
        body = json.loads(json.dumps(self._random.choice(examples)))
        if "wallet_address" in body:
            body["wallet_address"] = wallet
        if "scheduled_for" in body:
            body["scheduled_for"] = self._moment()
        if "addresses" in body:
            body["addresses"] = self._random.sample(self._observed.wallets, 3)
        if "tags" in body and self._random.random() < 0.5:
            body["tags"] = self._random.sample(TAGS, 2)
        return body

    def _moment(self) -> str:
        """Mostly another one; what ties is sorted by ids, which only a shared world has alike."""
        if self._addresses is None or self._random.random() < 0.7:
            self._moments += timedelta(minutes=1)
        return self._moments.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def _wrong(self, operation: Operation) -> Iterator[Request]:
        valid = self._valid(
            operation, few=True
        )  # some are carried out all the same: of all wallets, that takes a second
        for note, target in self._wrong_targets(operation, valid):
            yield replace(valid, target=target, note=note)
        for parameter in operation.located("header"):
            for text in ("", "nonsense", '"', "a, b"):
                if parameter.name == "Prefer":
                    text = f"{text}, wait=30"  # noqa: PLW2901  # never one that still runs
                yield replace(valid, headers={**valid.headers, parameter.name: text}, note=f"{parameter.name}: {text}")
        yield self._wrong_everywhere(operation, valid)
        if operation.body is None:
            return
        headers = {**valid.headers, **_JSON}
        for condition in ("Idempotency-Key", "If-Match"):  # what is wrong with a body is told in any case
            headers.pop(condition, None)
        yield replace(valid, headers={**headers, "Content-Type": "text/plain"}, body="x", note="text/plain")
        for text in ("", "{", "NaN", '{"a":1,"a":2}', "\ufeff{}", "[" * 64):
            yield replace(valid, headers=headers, body=text, note="not a JSON object")
        reference = self._contract.schemas.reference(operation.body.pointer)
        example = self._body(operation, self._observed.wallets[0], few=True)
        for note, body in wrong_bodies(self._contract.schemas, reference, example):
            if isinstance(body, dict) and body.get("scheduled_for") == example.get("scheduled_for", ""):
                body["scheduled_for"] = self._moment()
            yield replace(valid, headers=headers, body=json.dumps(body), note=note)

    def _wrong_everywhere(self, operation: Operation, valid: Request) -> Request:
        """Every parameter, header and field is wrong: each is told, and in one order."""
        schemas = self._contract.schemas
        query = {"unknown": "1", "another": "2"}
        for parameter in operation.located("query"):
            wrong = (value for _, value in wrong_values(schemas, schemas.reference(parameter.pointer), None))
            query[parameter.name] = str(next(value for value in wrong if isinstance(value, str | int | float)))
        headers = {one.name: "nonsense" for one in operation.located("header") if one.name != "Prefer"}
        body = None
        if operation.body is not None:
            headers |= _JSON
            reference = schemas.reference(operation.body.pointer)
            body = json.dumps(wrong_in_all(schemas, reference, self._body(operation, self._observed.wallets[0])))
        return replace(valid, target=_target(valid.path, query), headers=headers, body=body, note="wrong everywhere")

    def _wrong_targets(self, operation: Operation, valid: Request) -> Iterator[tuple[str, str]]:
        path = valid.path
        yield "an unknown query parameter", _target(path, {"unknown": "1"})
        for parameter in operation.located("query"):
            schema = self._contract.schemas.reference(parameter.pointer)
            yield f"{parameter.name} twice", f"{path}?{parameter.name}=1&{parameter.name}=2"
            for what, value in wrong_values(self._contract.schemas, schema, None):
                if isinstance(value, str | int | float):
                    yield f"{parameter.name} {what}", _target(path, {parameter.name: str(value)})
        for parameter in operation.located("path"):
            known = self._observed.wallets[0]
            for text in ("x", f"{known}1", f"0{known[1:]}", "a%2Fb", "%00", known.lower()):
                yield f"{parameter.name} is {text}", operation.path.replace("{" + parameter.name + "}", text)


def _target(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
