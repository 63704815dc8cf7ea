"""What one server calls `op_1…` another calls `op_2…`: pairs the two, and sees when one of a pair is used otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from contract_tools.parity.recording import Reply, Request

_ID = re.compile(r"\b[a-z]{2,5}_[0-9a-f]{32}\b")


class IdTranslator:
    """The other server's ids, page tokens and ETags for those of the first one."""

    def __init__(self) -> None:
        self._theirs: dict[str, str] = {}
        self._mine: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._etags: dict[str, dict[str, str]] = defaultdict(dict)
        self._missing: set[str] = set()

    def pair(self, mine: str, theirs: str) -> str | None:
        """Note that two ids stand for the same. Returns what was wrong with that, if one of them had another pair."""
        known, back = self._theirs.setdefault(mine, theirs), self._mine.setdefault(theirs, mine)
        if known != theirs:
            return f"{mine} | {theirs}, but elsewhere {mine} | {known}"
        return f"{mine} | {theirs}, but elsewhere {back} | {theirs}" if back != mine else None

    def pair_tokens(self, mine: str | None, theirs: str | None) -> None:
        """Note that two page tokens lead to the same page."""
        if mine is not None and theirs is not None:
            self._tokens[mine] = theirs
        elif mine is not None:
            self._missing.add(mine)

    def pair_etags(self, request: Request, first: Reply, other: Reply) -> str | None:
        """Note that two ETags are of the same version of a resource. Returns what was wrong with that.

        They are opaque, and need not be the same: a wallet whose names came late is written twice. But where the one
        server says that nothing changed, or that something did, so must the other.
        """
        mine, theirs = first.headers.get("etag"), other.headers.get("etag")
        resource = _resource(request.path)
        if request.method == "DELETE" and first.status < 400:
            self._etags.pop(resource, None)  # another resource will begin here
        if mine is None or theirs is None or _is_weak(mine) != _is_weak(theirs):
            return None if mine is theirs else f"{mine} | {theirs}"
        known = self._etags[resource]
        before = known.get(mine, theirs)
        others = [each for each, after in known.items() if after == theirs and each != mine]
        known[mine] = theirs
        if _is_weak(mine):
            return None  # made from the body, which is compared
        if before != theirs:
            return f"{mine} | {theirs}, but before {mine} | {before}"
        return f"{mine} | {theirs}, but before {others[0]} | {theirs}" if others else None

    def lacks(self, request: Request) -> bool:
        """Whether a request follows a page that the other server does not have."""
        return any(value in self._missing for _, value in parse_qsl(request.target.partition("?")[2]))

    def translate(self, request: Request) -> Request:
        """The same request with the other server's ids."""
        path, mark, query = request.target.partition("?")
        if "page_token=" in query:
            pairs = parse_qsl(query, keep_blank_values=True)
            query = urlencode([(k, self._tokens.get(v, v) if k == "page_token" else v) for k, v in pairs])
        headers = dict(request.headers)
        for name in ("If-Match", "If-None-Match"):
            if name in headers:
                headers[name] = self._etags[_resource(request.path)].get(headers[name], headers[name])
        body = None if request.body is None else self.text(request.body)
        return replace(request, target=f"{self.text(path)}{mark}{self.text(query)}", headers=headers, body=body)

    def text(self, text: str) -> str:
        """Any text with the other server's ids."""
        return _ID.sub(lambda found: self._theirs.get(found[0], found[0]), text)


def _resource(path: str) -> str:
    """The wallet whose version an ETag is: a refresh's answer carries the wallet's ETag."""
    return path.removesuffix("/refresh")


def _is_weak(etag: str) -> bool:
    return etag.startswith("W/")
