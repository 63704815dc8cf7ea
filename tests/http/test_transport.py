"""What is written in one turn of the event loop leaves in one piece, and nothing written is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from server.process.transport import GatheringTransport


class Wire(asyncio.Transport):
    """Remembers what it is told to do."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.ended: str | None = None

    def writelines(self, pieces: Iterable[bytes]) -> None:  # type: ignore[override]
        self.sent.append(b"".join(pieces))

    def is_closing(self) -> bool:
        return self.ended is not None

    def close(self) -> None:
        self.ended = "closed"

    def abort(self) -> None:
        self.ended = "aborted"


def gathering() -> tuple[Wire, GatheringTransport]:
    wire = Wire()
    return wire, GatheringTransport(wire, asyncio.get_running_loop())


async def test_a_head_and_its_body_are_one_write() -> None:
    wire, transport = gathering()
    transport.write(b"head")
    transport.write(b"body")
    assert wire.sent == []
    await asyncio.sleep(0)
    transport.write(b"next")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert wire.sent == [b"headbody", b"next"]


async def test_much_is_not_gathered() -> None:
    wire, transport = gathering()
    transport.write(b"head")
    transport.write(b"x" * 65_536)
    assert [len(sent) for sent in wire.sent] == [65_540]
    await asyncio.sleep(0)
    assert len(wire.sent) == 1


async def test_closing_sends_what_was_written() -> None:
    wire, transport = gathering()
    transport.write(b"bye")
    transport.close()
    assert (wire.sent, wire.ended) == ([b"bye"], "closed")
    assert transport.is_closing()


async def test_aborting_sends_nothing_more() -> None:
    wire, transport = gathering()
    transport.write(b"bye")
    transport.abort()
    await asyncio.sleep(0)
    assert (wire.sent, wire.ended) == ([], "aborted")


async def test_nothing_is_sent_to_a_client_who_has_left() -> None:
    wire, transport = gathering()
    transport.write(b"hello?")
    wire.close()
    await asyncio.sleep(0)
    assert wire.sent == []
