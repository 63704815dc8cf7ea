"""What an answer says, as data: JSON, lines of JSON, events, lines of text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contract_tools.parity.recording import Reply


def data_of(kind: str, reply: Reply) -> Any:
    """A body as data."""
    match kind:
        case "application/x-ndjson":
            return [json.loads(line) for line in reply.body.split("\n") if line]
        case "text/event-stream":
            return _events(reply.body)
        case _ if kind.endswith("json"):
            return reply.json()
    return reply.body.split("\r\n")


def results_in_order(text: str) -> list[tuple[str | None, Any]]:
    """The results that a stream has told to its end, each with the id of its event; none if it was left before."""
    events = list(_blocks(text))
    if not any(name == "done" for name, _, _ in events):
        return []
    return [(event_id, data) for name, event_id, data in events if name == "result"]


def _blocks(text: str) -> Iterator[tuple[str, str | None, Any]]:
    """Name, id and data of each event."""
    for block in text.split("\n\n"):
        lines = dict(line.partition(":")[::2] for line in block.split("\n") if not line.startswith(":"))
        if "data" in lines:
            event_id = lines["id"].strip() if "id" in lines else None
            yield lines.get("event", "").strip(), event_id, json.loads(lines["data"])


def _events(text: str) -> dict[str, Any]:
    """What a stream told: the results in any order, the ids in theirs, and how it ended, or where it was left: in the
    progress that it told last. How often it told that before its end is luck.
    """
    events, ids = [], []
    for name, event_id, data in _blocks(text):
        events.append((name, data))
        ids += [f"{name} {event_id}"] if name != "progress" else []
    results = sorted((data for name, data in events if name == "result"), key=json.dumps)
    return {"results": results, "ids": ids, "last": [list(each) for each in events[-1:]]}
