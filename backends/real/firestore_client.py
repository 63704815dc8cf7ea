"""A Firestore client made by firebase-admin, with the two things that its own factory leaves to the environment.

The only place that touches the SDK's private attributes; the contract suite notices when an upgrade moves them.
"""

# ruff: noqa: SLF001

from __future__ import annotations

import uuid
from typing import Any

import firebase_admin
import grpc
from firebase_admin import firestore_async
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore_v1.services.firestore import FirestoreAsyncClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcAsyncIOTransport

from backends.errors import UnusableStore

_CHANNEL = [
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    ("grpc.keepalive_time_ms", 30_000),
    # gRPC's own limit is two minutes: that long a store that is back would still be called unavailable.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
]


class FirestoreClient:
    """A client and what must be closed with it. Belongs to the event loop that is running when it is made.

    Args:
        project: the Google Cloud project; None takes the credentials' own.
        emulator: `host:port` of an emulator, which needs a project and no credentials; None means Google's service,
            with Application Default Credentials.

    Raises:
        UnusableStore: no credentials, or no project.
    """

    def __init__(self, project: str | None, emulator: str | None) -> None:
        try:
            credentials = AnonymousCredentials() if emulator else None  # type: ignore[no-untyped-call]
            options = {"projectId": project} if project else {}
            self._app = firebase_admin.initialize_app(credentials, options, name=f"wallets-{uuid.uuid4()}")
        except (GoogleAuthError, ValueError, OSError) as error:
            raise _unusable(error) from error
        try:
            self.api: Any = firestore_async.client(self._app)
        except (GoogleAuthError, ValueError, OSError) as error:
            firebase_admin.delete_app(self._app)
            raise _unusable(error) from error
        # Whether there is an emulator is our caller's word, not the environment's.
        self.api._emulator_host = emulator
        target = self.api._target
        self._channel: Any = (
            grpc.aio.insecure_channel(target, options=_CHANNEL)
            if emulator
            else FirestoreGrpcAsyncIOTransport.create_channel(
                target, credentials=self.api._credentials, options=_CHANNEL
            )
        )
        transport = FirestoreGrpcAsyncIOTransport(host=target, channel=self._channel)
        self.api._firestore_api_internal = FirestoreAsyncClient(transport=transport)

    async def aclose(self) -> None:
        """Close the connections; calls under way have a moment to end."""
        await self._channel.close(grace=0.5)
        firebase_admin.delete_app(self._app)


def _unusable(error: Exception) -> UnusableStore:
    return UnusableStore(
        f"Firestore can't be used: {error} (GOOGLE_CLOUD_PROJECT and GOOGLE_APPLICATION_CREDENTIALS, or "
        "FIRESTORE_EMULATOR_HOST)"
    )
