"""Firebase ID tokens, checked by firebase-admin. Imported in real mode only: it brings Google's libraries."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import firebase_admin
from firebase_admin import auth, credentials
from google.auth.credentials import AnonymousCredentials

from backends.errors import StoreUnavailable
from server.access.guard import InvalidToken

_SECONDS = 3.0
_CLOCK_SKEW_SECONDS = 5
_THREADS = 4  # checking blocks while Google's certificates are fetched


class _NoCredentials(credentials.Base):  # type: ignore[misc]  # firebase-admin has no types
    """Checking a token needs public certificates, and nothing that is secret."""

    def get_credential(self) -> AnonymousCredentials:
        return AnonymousCredentials()  # type: ignore[no-untyped-call]


class FirebaseTokens:
    """`TokenVerifier` for the users of one Firebase project. Google's library fetches and keeps its certificates."""

    def __init__(self, project: str) -> None:
        options = {"projectId": project, "httpTimeout": _SECONDS}
        self._app = firebase_admin.initialize_app(_NoCredentials(), options, name=f"tokens-{uuid.uuid4()}")
        self._threads = ThreadPoolExecutor(_THREADS, "tokens")

    async def verify(self, token: str) -> Mapping[str, Any]:
        """See `TokenVerifier`."""
        try:
            async with asyncio.timeout(_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._threads, self._verify, token)
        except (TimeoutError, auth.CertificateFetchError) as error:
            raise StoreUnavailable("ID tokens can't be checked: Google's certificates can't be had now.") from error

    def _verify(self, token: str) -> Mapping[str, Any]:
        try:
            claims: Mapping[str, Any] = auth.verify_id_token(token, self._app, clock_skew_seconds=_CLOCK_SKEW_SECONDS)
        except auth.CertificateFetchError:
            raise
        except (ValueError, auth.InvalidIdTokenError, auth.UserDisabledError) as error:
            # Its message may quote the token: only the kind of error goes on.
            raise InvalidToken(type(error).__name__) from None
        return claims

    async def aclose(self) -> None:
        """See `TokenVerifier`."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        firebase_admin.delete_app(self._app)
