"""The real world's time and its identifiers."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class RandomIds:
    """Identifiers of 122 random bits, so that servers and workers need not agree."""

    def new(self, kind: str, *content: object) -> str:  # noqa: ARG002 (a seeded source needs the content)
        return f"{kind}_{uuid.uuid4().hex}"
