"""uvicorn's HTTP/1.1 protocol, with the limits on time that it lacks: for a request to come in and for a client to read
its answer; and with one keep-alive timer a connection, where uvicorn starts one after each request.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS = 10.0
"""For a request's head, and again for its body, whatever trickles in meanwhile."""
ANSWER_SECONDS = 30.0
"""For a client to make room for more of an answer."""


class TimedHttpProtocol(HttpToolsProtocol):
    """Closes connections on which nothing moves. The subclass that parses requests says when their parts begin and end.

    Attributes:
        request_seconds: for a request's head, and again for its body.
        answer_seconds: for a client to make room for more of an answer.
    """

    request_seconds = REQUEST_SECONDS
    answer_seconds = ANSWER_SECONDS

    _part_seconds: float | None = None
    """For the part of a request, head or body, that is coming in; None while none is."""
    _part_timer: asyncio.TimerHandle | None = None
    _unread_timer: asyncio.TimerHandle | None = None
    _idle_since: float | None = None
    """When the latest answer ended, by the loop's clock; None while there is a request."""

    def connection_lost(self, exc: Exception | None) -> None:
        """A client left."""
        self._stop_part_timer()
        if self._unread_timer is not None:
            self._unread_timer.cancel()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def pause_writing(self) -> None:
        """The client does not read fast enough."""
        super().pause_writing()
        self._unread_timer = self.loop.call_later(self.answer_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that waited for its next request long enough. The timer goes on from one answer to the
        next: one for each request would take as long as parsing it.
        """
        self.timeout_keep_alive_task = None
        if self._idle_since is None:
            return  # the end of the answer under way begins it anew
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def _await_next_request(self) -> None:
        if self.cycle.response_complete and self._idle_since is None and not self.transport.is_closing():
            self._idle_since = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self.timeout_keep_alive_task = self.loop.call_later(
                    self.timeout_keep_alive, self.timeout_keep_alive_handler
                )

    def _start_part_timer(self, seconds: float) -> None:
        self._part_timer = self.loop.call_later(seconds, self._too_slow)

    def _stop_part_timer(self) -> None:
        if self._part_timer is not None:
            self._part_timer.cancel()
            self._part_timer = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
