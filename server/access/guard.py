"""Who asks, and whether they may: API keys and Firebase ID tokens, each with one of two roles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from backends.errors import BackendError
from backends.request_context import CALLER, Caller
from generated_models import CallerRole, ProblemCode, SignInMethod
from server.access.api_keys import ApiKey, find
from server.problems import RequestRejected, problem_reply

_INCLUDES: Mapping[str, frozenset[str]] = {"read": frozenset({"read"}), "operate": frozenset({"read", "operate"})}
_TOKEN = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_LONGEST_TOKEN = 8192
_LONGEST_KEY = 512
_CLAIM = "wallet_role"
_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,128}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks. `role` is None for somebody known who may do nothing; `actor` is what the audit trail says."""

    actor: str
    role: str | None


class InvalidToken(Exception):
    """A token is expired, forged, somebody else's, or none at all. The message has nothing of it."""


class Keys(Protocol):
    """Where API keys come from."""

    def current(self) -> Sequence[ApiKey]:
        """All keys, revoked ones included."""
        ...


class TokenVerifier(Protocol):
    """Checks ID tokens."""

    async def verify(self, token: str) -> Mapping[str, Any]:
        """The claims of a valid token, `uid` among them.

        Raises `InvalidToken`, or `StoreUnavailable` while tokens can't be checked.
        """
        ...

    async def aclose(self) -> None:
        """Let go of what checking needs."""
        ...


class Access:
    """Tells who sends a request, by its headers alone."""

    def __init__(self, keys: Keys | None, tokens: TokenVerifier | None, *, public_keys: Sequence[str] = ()) -> None:
        """`public_keys` are named in a 401: those of the mock, which are no secret."""
        self._keys = keys
        self._tokens = tokens
        self._public = f" ({' or '.join(public_keys)})" if public_keys else ""
        self.sign_in_methods: tuple[SignInMethod, ...] = tuple(
            way for way, source in ((SignInMethod.api_key, keys), (SignInMethod.firebase, tokens)) if source is not None
        )

    async def identify(self, headers: Iterable[tuple[bytes, bytes]]) -> Identity:
        """Who sends a request with these headers.

        Raises:
            RequestRejected: (401) without exactly one valid credential.
            StoreUnavailable: while credentials can't be checked.
        """
        keys: list[bytes] = []
        authorizations: list[bytes] = []
        for name, value in headers:
            if name == b"x-api-key":
                keys.append(value)
            elif name == b"authorization":
                authorizations.append(value)
        if not keys and not authorizations:
            raise _unauthenticated(f"Send {self._wanted}.")
        if len(keys) + len(authorizations) > 1:
            raise _unauthenticated("Send one credential, not several.")
        if keys:
            return self._by_key(keys[0])
        return await self._by_token(authorizations[0])

    def _by_key(self, presented: bytes) -> Identity:
        known = self._keys.current() if self._keys is not None and len(presented) <= _LONGEST_KEY else ()
        key = find(known, presented)
        if key is None:
            raise _unauthenticated(f"This API key is not valid, or it was revoked. Send {self._wanted}.")
        return Identity(f"key:{key.name}", key.role)

    async def _by_token(self, authorization: bytes) -> Identity:
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer" or self._tokens is None:
            raise _unauthenticated(f"Send {self._wanted}.")
        token = token.strip()
        if len(token) > _LONGEST_TOKEN or not _TOKEN.fullmatch(token):
            raise _invalid_token()
        try:
            claims = await self._tokens.verify(token.decode())
        except InvalidToken as error:
            raise _invalid_token() from error
        uid = claims.get("uid")
        if not isinstance(uid, str) or not _PLAIN.fullmatch(uid):
            raise _invalid_token()
        role = claims.get(_CLAIM)
        return Identity(f"user:{uid}", role if isinstance(role, str) and role in _INCLUDES else None)

    @property
    def _wanted(self) -> str:
        ways = [] if self._keys is None else [f"an API key in X-API-Key{self._public}"]
        ways += [] if self._tokens is None else ["a Firebase ID token as bearer"]
        return " or ".join(ways)

    async def aclose(self) -> None:
        """Let go of what checking needs."""
        if self._tokens is not None:
            await self._tokens.aclose()


class Guard:
    """Lets in who is known and may, before anything else of a request is looked at."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def admits(self, scope: Scope, send: Send) -> bool:
        """Whether the request may go on; if not, it is answered."""
        try:
            identity = await self._access.identify(scope["headers"])
        except (RequestRejected, BackendError) as error:
            await _refuse(error, scope, send)
            return False
        scope["identity"] = identity
        CALLER.set(
            Caller(
                actor=identity.actor,
                request_id=scope["request_id"],
                role=CallerRole.operate if identity.role == CallerRole.operate else CallerRole.read,
                sign_in=self._access.sign_in_methods,
            )
        )
        return True

    def around(self, role: str, endpoint: ASGIApp) -> ASGIApp:
        """An endpoint for admitted callers, which those with the role reach and others do not."""

        async def authorized(scope: Scope, receive: Receive, send: Send) -> None:
            held = scope["identity"].role
            if role in _INCLUDES.get(held, ()):
                await endpoint(scope, receive, send)
            elif held is None:
                why = f"This user has no role; an administrator sets the custom claim {_CLAIM} to read or operate."
                await _refuse(RequestRejected(ProblemCode.forbidden, why), scope, send)
            else:
                why = f"Your role is {held}; this operation needs the role {role}."
                await _refuse(RequestRejected(ProblemCode.forbidden, why), scope, send)

        return authorized


async def _refuse(error: Exception, scope: Scope, send: Send) -> None:
    reply = problem_reply(error, scope["request_id"])
    if scope["method"] in ("GET", "HEAD"):
        reply.set("Cache-Control", "private, no-cache")
    if any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    ):
        reply.set("Connection", "close")  # the body was not read, and a stranger's is not worth reading
    await reply.send(send, head=scope["method"] == "HEAD")


def _unauthenticated(detail: str) -> RequestRejected:
    return RequestRejected(ProblemCode.unauthenticated, detail, headers={"WWW-Authenticate": 'Bearer realm="wallets"'})


def _invalid_token() -> RequestRejected:
    return RequestRejected(
        ProblemCode.unauthenticated,
        "This ID token is not valid, or it has expired.",
        headers={"WWW-Authenticate": 'Bearer realm="wallets", error="invalid_token"'},
    )
