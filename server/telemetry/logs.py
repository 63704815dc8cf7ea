"""What the process says on standard error: a line an event, with the request's id and caller where there is one.

The code logs by the standard library's `logging` alone. `json` lines are made by structlog, which takes 0.09 s to
import: the mock, which starts in half a second, says the same in `console` lines without it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

from backends.request_context import CALLER

_CHATTY = ("aiohttp", "httpx", "httpcore", "nats", "google", "urllib3", "asyncio")
"""They say at INFO, or at DEBUG, what nobody needs, whole URLs included."""


def configure_logs(style: Literal["console", "json"], level: str, *filters: logging.Filter) -> None:
    """Send all logs to standard error, from `level` on. `filters` see every record that is written."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_json() if style == "json" else _Console())
    for each in filters:
        handler.addFilter(each)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.root.level))


class _Console(logging.Formatter):
    """A line to read: level, place, message, and of which request."""

    def format(self, record: logging.LogRecord) -> str:
        caller = CALLER.get()
        record.of = f" [{caller.request_id} {caller.actor}]" if caller.request_id else ""
        return super().format(record)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s%(of)s")


def _json() -> logging.Formatter:
    import structlog

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_caller,
            structlog.processors.format_exc_info,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    )


def _with_caller(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    caller = CALLER.get()
    if caller.request_id:
        event["request_id"] = caller.request_id
        event["actor"] = caller.actor
    return event
