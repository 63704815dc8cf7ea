"""How uvicorn's HTTP/1.1 protocol turns a client away before the application: with a problem, and by hanging up."""

from __future__ import annotations

import secrets
from typing import cast

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from generated_models import ProblemCode
from server.problems import RequestRejected, problem_reply
from server.process.time_limits import TimedHttpProtocol
from server.reply import Reply


class RefusingHttpProtocol(TimedHttpProtocol):
    """Answers for the application, where that can be told apart from the answer to another request.

    `backend_name` is what `X-Backend` says there: no operation was reached.
    """

    backend_name = "mock"

    _in_head = True
    """Whether the part of a request that is coming in is its head."""
    _refused = False

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, as a problem, and hang up."""
        if not self._refused:
            self._refuse("400 Bad Request", ProblemCode.validation_failed, 400, msg)

    def _refuse(self, line: str, code: ProblemCode, status: int, detail: str) -> None:
        self._refused = True
        self._stop_part_timer()
        if self._answers_another():
            self.transport.close()
            return
        request_id = f"req_{secrets.token_hex(16)}"
        reply = problem_reply(RequestRejected(code, detail, status=status), request_id)
        reply.set("X-Request-Id", request_id)
        self._hang_up(line, reply)

    def _answers_another(self) -> bool:
        """Whether what is written now would get into the answer to an earlier request, or to this one."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is None or cycle.response_complete:
            return False
        return self._in_head or bool(self.pipeline) or cycle.response_started

    def _hang_up(self, line: str, reply: Reply) -> None:
        reply.set("X-Backend", self.backend_name)
        reply.set("Content-Length", str(len(reply.body)))
        reply.set("Connection", "close")
        head = [b"HTTP/1.1 " + line.encode()]
        head += [name + b": " + value for name, value in [*self.server_state.default_headers, *reply.headers]]
        self.transport.write(b"\r\n".join(head) + b"\r\n\r\n" + reply.body)
        self.transport.close()
