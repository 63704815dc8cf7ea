"""A Firestore client made by firebase-admin, with the two things that its own factory leaves to the environment, and
reading without the SDK's decoding.

The only place that touches the SDK's private attributes; the contract suite notices when an upgrade moves them.
"""

# ruff: noqa: SLF001

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import firebase_admin
import grpc
from firebase_admin import firestore_async
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore_v1.services.firestore import FirestoreAsyncClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcAsyncIOTransport
from google.cloud.firestore_v1.types.firestore import BatchGetDocumentsResponse, RunQueryResponse

from backends.errors import UnusableStore
from backends.real.firestore_documents import FirestoreDocument

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

    async def query(self, selection: Any, **options: Any) -> list[FirestoreDocument]:
        """The documents of one of the SDK's queries. `options` are `retry` and `timeout`, as the SDK takes them."""
        request, _, _ = selection._prep_stream()
        answers = await self.api._firestore_api.run_query(request=request, metadata=self.api._rpc_metadata, **options)
        messages = [RunQueryResponse.pb(answer) async for answer in answers]
        return [FirestoreDocument.of(message.document) for message in messages if message.HasField("document")]

    async def get_many(self, collection: str, keys: Sequence[str], **options: Any) -> list[FirestoreDocument]:
        """Those of the documents that exist, in any order."""
        references = [self.api.collection(collection).document(key) for key in keys]
        request, _, _ = self.api._prep_get_all(references)
        answers = await self.api._firestore_api.batch_get_documents(
            request=request, metadata=self.api._rpc_metadata, **options
        )
        messages = [BatchGetDocumentsResponse.pb(answer) async for answer in answers]
        return [FirestoreDocument.of(message.found) for message in messages if message.HasField("found")]

    async def aclose(self) -> None:
        """Close the connections; calls under way have a moment to end."""
        await self._channel.close(grace=0.5)
        firebase_admin.delete_app(self._app)


def _unusable(error: Exception) -> UnusableStore:
    return UnusableStore(
        f"Firestore can't be used: {error} (GOOGLE_CLOUD_PROJECT and GOOGLE_APPLICATION_CREDENTIALS, or "
        "FIRESTORE_EMULATOR_HOST)"
    )
