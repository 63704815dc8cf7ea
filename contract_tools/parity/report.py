"""Findings for a person: what was asked, what was answered differently, and a curl that shows it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from contract_tools.parity.recording import Request
from contract_tools.parity.runner import Finding, Tally

_MOST_LINES = 8


def curl(request: Request, url: str) -> str:
    """One line for a shell."""
    # After a HEAD that is told by `-X` curl would wait for a body.
    words = ["curl", "-I"] if request.method == "HEAD" else ["curl", "-i", "-X", request.method]
    for name, value in request.headers.items():
        words += ["-H", f"{name}: {value}"]
    words.append(f"{url}{request.target}")
    if request.body is None:
        return shlex.join(words)
    return f"{shlex.join(words[:-1])} --data-binary {_quoted(request.body)} {shlex.quote(words[-1])}"


def _quoted(body: str) -> str:
    """A body for a shell. Its bytes need not be a text."""
    raw = body.encode(errors="surrogateescape")
    try:
        return shlex.quote(raw.decode())
    except UnicodeDecodeError:
        plain = (chr(byte) if 32 <= byte < 127 and byte not in b"\\'" else f"\\x{byte:02x}" for byte in raw)
        return f"$'{''.join(plain)}'"


def describe(finding: Finding, url: str) -> Iterator[str]:
    """A finding in a few lines."""
    note = f"  ({finding.request.note})" if finding.request.note else ""
    yield f"#{finding.number} {finding.request.method} {finding.request.target}{note}"
    yield from (f"    {line}" for line in finding.lines[:_MOST_LINES])
    if len(finding.lines) > _MOST_LINES:
        yield f"    ... and {len(finding.lines) - _MOST_LINES} more"
    yield f"    {curl(finding.request, url)}"


def annotation(finding: Finding) -> str:
    """A GitHub workflow command."""
    text = " / ".join(finding.lines[:_MOST_LINES]).replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
    title = f"parity: {finding.request.method} {finding.request.path}".replace(",", "%2C").replace(":", "%3A")
    return f"::error file=openapi.yaml,title={title}::{text}"


def summary(tally: Tally, findings: Sequence[Finding]) -> str:
    """The last line."""
    statuses = ", ".join(f"{count} x {status}" for status, count in sorted(tally.statuses.items()))
    return f"{tally.requests} requests ({statuses}): {len(findings) or 'no'} difference(s)"
