"""Values seen in the answers so far (ids, tokens, versions, keys), for later requests to use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from contract_tools.parity.recording import Reply, Request

_MOST_MINTS = 100


class ObservedValues:
    """Values for later requests. Everything is a list, so that choices are repeatable."""

    def __init__(self, wallets: Sequence[str]) -> None:
        self.wallets = list(wallets)
        self.mints: list[str] = []
        self.schedules = ["sch_" + "0" * 32]
        self.operations = ["op_" + "0" * 32]
        self.launches = ["lch_" + "0" * 32]
        self.tokens: dict[str, list[str]] = defaultdict(list)
        self.etags: dict[str, list[str]] = defaultdict(list)
        self.sent: list[Request] = []
        self.registered: list[str] = []

    def note(self, operation: str, request: Request, reply: Reply) -> None:
        """Learn from one answer."""
        body = reply.json()
        if isinstance(body, dict):
            self._note_ids(body)
            for item in body.get("items", ()):
                if isinstance(item, dict):
                    self._note_ids(item)
            token = body.get("next_page_token")
            if isinstance(token, str) and "page_token" not in parse_qs(request.target.partition("?")[2]):
                self.tokens[operation].append(token)
        if "etag" in reply.headers:
            wallet = self._wallet(body)
            if wallet and wallet not in self.registered:
                self.registered.append(wallet)
            if wallet:
                self.etags[wallet].append(reply.headers["etag"])
        if operation == "deleteWallet" and reply.status == 204:
            self.registered = [wallet for wallet in self.registered if wallet not in request.path]
        if "Idempotency-Key" in request.headers:
            self.sent.append(request)

    def _note_ids(self, body: dict[str, Any]) -> None:
        ids = (("schedule_id", self.schedules), ("operation_id", self.operations), ("launch_id", self.launches))
        for field, known in ids:
            if isinstance(body.get(field), str) and body[field] not in known:
                known.append(body[field])
        mint = body.get("mint_address")
        if isinstance(mint, str) and mint not in self.mints and len(self.mints) < _MOST_MINTS:
            self.mints.append(mint)

    @staticmethod
    def _wallet(body: Any) -> str | None:
        wallet = body.get("wallet") if isinstance(body, dict) else None
        return wallet.get("wallet_address") if isinstance(wallet, dict) else None
