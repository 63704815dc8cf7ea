"""Streams of events that are resumed: a server tells who comes back the rest of what it has told before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contract_tools.parity.recording import Reply, Request
from contract_tools.parity.reply_data import results_in_order


class ToldEvents:
    """Remembers what each of two servers has told of an operation from its beginning to its end. In which order that
    came is luck, but it stays the same: so each is compared with itself.
    """

    def __init__(self) -> None:
        self._results: dict[tuple[str, int], list[tuple[str | None, Any]]] = {}

    def differences(self, request: Request, *replies: Reply) -> Iterator[str]:
        """What a resumed stream tells otherwise, server by server."""
        behind = request.headers.get("Last-Event-ID")
        for server, reply in enumerate(replies):
            told, place = results_in_order(reply.body), (request.path, server)
            if behind is None:
                self._results[place] = told
                continue
            known = self._results.get(place, [])
            ids = [event_id for event_id, _ in known]
            if behind in ids and (wanted := known[ids.index(behind) + 1 :]) != told:
                name = ("the first", "the other")[server]
                yield f"body, behind {behind}, {name}'s before | now: {json.dumps(wanted)} | {json.dumps(told)}"
