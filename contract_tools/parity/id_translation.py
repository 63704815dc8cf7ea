"""What one server calls `op_1…` another calls `op_2…`: translates the ids in requests and answers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from contract_tools.parity.recording import Reply, Request

ID_FIELDS = frozenset({"schedule_id", "operation_id", "launch_id", "audit_id"})
_ID = re.compile(r"(?:sch|op|lch|aud)_[0-9a-f]{32}")


class IdTranslator:
    """The other server's ids, page tokens and ETags for those of the first one."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._etags: dict[tuple[str, str], str] = {}
        self._missing: set[str] = set()

    def lacks(self, request: Request) -> bool:
        """Whether a request follows a page that the other server does not have (its list is the chain's business)."""
        return any(value in self._missing for _, value in parse_qsl(request.target.partition("?")[2]))

    def learn(self, request: Request, first: Reply, other: Reply) -> None:
        """Learn the ids that stand at the same places of two answers to one request."""
        self._walk(first.json(), other.json())
        mine, theirs = first.headers.get("etag"), other.headers.get("etag")
        if mine is not None and theirs is not None:
            self._etags[(_resource(request.path), mine)] = theirs

    def translate(self, request: Request) -> Request:
        """The same request with the other server's ids."""
        path, mark, query = request.target.partition("?")
        if "page_token=" in query:
            pairs = parse_qsl(query, keep_blank_values=True)
            query = urlencode([(k, self._tokens.get(v, v) if k == "page_token" else v) for k, v in pairs])
        headers = dict(request.headers)
        for name in ("If-Match", "If-None-Match"):
            if name in headers:
                headers[name] = self._etags.get((_resource(request.path), headers[name]), headers[name])
        body = None if request.body is None else self.text(request.body)
        return replace(request, target=f"{self.text(path)}{mark}{query}", headers=headers, body=body)

    def text(self, text: str) -> str:
        """Any text with the other server's ids."""
        return _ID.sub(lambda found: self._ids.get(found[0], found[0]), text)

    def _walk(self, first: Any, other: Any) -> None:
        if isinstance(first, dict) and isinstance(other, dict):
            for key in first.keys() & other.keys():
                mine, theirs = first[key], other[key]
                if isinstance(mine, str) and isinstance(theirs, str):
                    if key in ID_FIELDS:
                        self._ids.setdefault(mine, theirs)
                    elif key == "next_page_token":
                        self._tokens[mine] = theirs
                elif key == "next_page_token" and isinstance(mine, str):
                    self._missing.add(mine)
                else:
                    self._walk(mine, theirs)
        elif isinstance(first, list) and isinstance(other, list):
            for mine, theirs in zip(first, other, strict=False):
                self._walk(mine, theirs)


def _resource(path: str) -> str:
    """The wallet whose version an ETag is: a refresh's answer carries the wallet's ETag."""
    return path.removesuffix("/refresh")
