"""API keys: 256 random bits each, of which only the SHA-256 is kept, in a file with one JSON object a line.

A fast hash is enough for keys that nobody can guess; a slow one would only make every request slow.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backends.errors import StoreUnavailable
from server.roles import ROLES

try:
    import fcntl
except ImportError:  # Windows, where nothing is locked
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

PREFIX = "wok_"
"""What every key begins with, so that people and scanners know one when they see it."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LOOK_AGAIN = 0.5  # seconds between two looks at the file
_MOST_BYTES = 4 * 2**20  # some 20,000 keys


class KeyFileError(ValueError):
    """The file can't be read, or is not what it should be. The message names the line."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key by the hash of it. `name` is what the audit trail says; it is never given twice."""

    name: str
    role: str
    sha256: str
    created_at: str = ""
    revoked: bool = False

    @property
    def line(self) -> str:
        """Its line of the file."""
        fields = {"name": self.name, "role": self.role, "sha256": self.sha256, "created_at": self.created_at}
        return json.dumps({**fields, "revoked": self.revoked}) + "\n"


def new_key(name: str, role: str) -> tuple[str, ApiKey]:
    """A new key, which exists nowhere else, and what is kept of it. Raises `KeyFileError` for a name that is none."""
    if not _NAME.fullmatch(name) or role not in ROLES:
        raise KeyFileError("a name has 1 to 64 letters, digits, dots, dashes or underscores; a role is read or operate")
    text = PREFIX + secrets.token_urlsafe(32)
    return text, ApiKey(name, role, digest(text.encode()).hex(), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")


def digest(presented: bytes) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(presented).digest()


def find(keys: Iterable[ApiKey], presented: bytes) -> ApiKey | None:
    """The key that was presented, unless it is revoked. Takes as long for a wrong one as for a right one."""
    wanted = digest(presented)
    found = None
    for key in keys:
        if hmac.compare_digest(bytes.fromhex(key.sha256), wanted) and not key.revoked:
            found = key
    return found


def read_keys(path: Path) -> list[ApiKey]:
    """All keys of a file; empty lines and lines that begin with # are comments. Raises `KeyFileError`."""
    try:
        lines = _content(path).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"can't be read: {_why(error)}") from error
    keys = [_parse(line, number) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    _check_names(keys)
    return keys


def _content(path: Path) -> bytes:
    """What is in a regular file of a bounded size. A pipe in its place would keep all waiting who ask meanwhile."""
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise KeyFileError("can't be read: it is no regular file")
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise KeyFileError(f"has more than {_MOST_BYTES:,} bytes")
    return content


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def write_keys(path: Path, keys: Sequence[ApiKey]) -> None:
    """Replace the file at once, so that a server never reads half of it. Its comments are lost.

    The file keeps its owner, its group and its mode (a new one has 0600), and a symbolic link goes on pointing to it.

    Raises:
        KeyFileError: it can't be written so, or a name is there twice.
    """
    _check_names(keys)
    target = Path(os.path.realpath(path))
    try:
        known = target.stat() if target.exists() else None
        with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as file:
            try:
                file.writelines(key.line for key in keys)
                file.flush()
                if known is not None:
                    if (known.st_uid, known.st_gid) != (os.geteuid(), os.getegid()):
                        os.fchown(file.fileno(), known.st_uid, known.st_gid)
                    os.fchmod(file.fileno(), stat.S_IMODE(known.st_mode))
                os.fsync(file.fileno())
                os.replace(file.name, target)  # noqa: PTH105 (made with mode 0600)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise KeyFileError(f"can't be written: {error.strerror or type(error).__name__}") from error


def update_keys(path: Path, change: Callable[[list[ApiKey]], Sequence[ApiKey]]) -> None:
    """Replace the keys of a file (none, where there is no file yet) by what `change` makes of them.

    One process at a time does this, so that of two changes none is lost.

    Raises:
        KeyFileError: as `read_keys` and `write_keys`.
    """
    target = Path(os.path.realpath(path))
    try:
        folder = os.open(target.parent, os.O_RDONLY)
    except OSError as error:
        raise KeyFileError(f"can't be locked: {error.strerror or type(error).__name__}") from error
    try:
        if fcntl is not None:
            fcntl.flock(folder, fcntl.LOCK_EX)  # the folder: the file itself is replaced
        write_keys(target, change(read_keys(target) if target.exists() else []))
    finally:
        os.close(folder)


class KeyFile:
    """The keys of a file, read again when it changes.

    While it can't be read, or is damaged, the last good keys stay valid for `grace` seconds, and the log says so; then
    nobody is let in by a key, since one that was revoked meanwhile can't be told. Without a file no key is valid.
    """

    def __init__(self, path: Path, *, grace: float = 60) -> None:
        self._path = path
        self._grace = grace
        self._seen: tuple[int, ...] | None = None
        self._looked_at = 0.0
        self._failing_since: float | None = None
        self._keys: Sequence[ApiKey] = read_keys(path)

    def current(self) -> Sequence[ApiKey]:
        """The keys as of half a second ago at the latest.

        Raises:
            StoreUnavailable: the file has been failing for longer than is bearable.
        """
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_AGAIN:
            self._looked_at = now
            try:
                self._look()
            except (OSError, KeyFileError) as error:
                self._fail(error, now)
            else:
                if self._failing_since is not None:
                    logger.warning("the file of API keys is read again")
                self._failing_since = None
        if self._failing_since is not None and now - self._failing_since >= self._grace:
            raise StoreUnavailable("The API keys can't be read just now, so nobody can be let in by one.")
        return self._keys

    def _look(self) -> None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._keys, self._seen = (), None
            return
        seen = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_dev, found.st_ino)
        if seen != self._seen:
            self._keys = read_keys(self._path)
            self._seen = seen

    def _fail(self, error: Exception, now: float) -> None:
        if self._failing_since is None:
            self._failing_since = now
            what = error if isinstance(error, KeyFileError) else f"can't be read: {_why(error)}"
            logger.error(
                "the file of API keys %s; the keys read before stay valid for %g s, then none is", what, self._grace
            )


class FixedKeys:
    """Keys that are known to everybody: the mock's."""

    def __init__(self, keys: Sequence[ApiKey]) -> None:
        self._keys = keys

    def current(self) -> Sequence[ApiKey]:
        """All of them."""
        return self._keys


MOCK_KEYS = FixedKeys([ApiKey(f"mock-{role}", role, digest(f"mock-{role}".encode()).hex()) for role in ROLES])
"""Documented, and valid in mock mode only: `mock-read` and `mock-operate`."""


def _check_names(keys: Sequence[ApiKey]) -> None:
    names = [key.name for key in keys]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise KeyFileError(f"has the name {twice[0]} twice")


def _parse(line: str, number: int) -> ApiKey:
    try:
        fields: dict[str, Any] = json.loads(line)
        key = ApiKey(
            fields["name"], fields["role"], fields["sha256"], fields.get("created_at", ""), fields.get("revoked", False)
        )
        fits = (
            _NAME.fullmatch(key.name) is not None
            and _DIGEST.fullmatch(key.sha256) is not None
            and key.role in ROLES
            and type(key.created_at) is str
            and type(key.revoked) is bool
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        key, fits = None, False
    if key is None or not fits:
        raise KeyFileError(f"has a line {number} that is no key: see `wallet-orchestrator keys new --help`")
    return key
