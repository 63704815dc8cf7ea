"""The store of the real world: Cloud Firestore, through firebase-admin's asynchronous client.

Never a transaction: a commit is one atomic batch whose writes carry their preconditions. No call waits longer than its
deadline, whatever the SDK would do.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import grpc
from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    GoogleAPIError,
    InvalidArgument,
    NotFound,
    OutOfRange,
    ServiceUnavailable,
)
from google.api_core.retry_async import AsyncRetry, if_exception_type
from google.auth.exceptions import GoogleAuthError

from backends.errors import StoreUnavailable, UnusableStore
from backends.orchestrator.ports import (
    Cursor,
    Filtered,
    Query,
    Stored,
    Test,
    VersionConflict,
    Write,
)
from backends.orchestrator.records import CounterShard, NamedValue, Record
from backends.orchestrator.storage.commit_rules import check, is_key
from backends.orchestrator.storage.filtered_query import filtered_by_reading
from backends.real import firestore_writes
from backends.real.document_codec import UnreadableDocument, decode, report
from backends.real.firestore_client import FirestoreClient
from backends.real.firestore_documents import FirestoreDocument
from backends.real.firestore_overflow import CounterOverflow
from backends.real.firestore_queries import matching, ordered
from backends.real.record_cache import RecordCache

R = TypeVar("R", bound=Record)

_log = logging.getLogger(__name__)

_MOST_DOCUMENTS = 2**31 - 1
"""That the protocol lets a query ask for."""

_DOCUMENTS_A_REQUEST = 100
"""Documents asked for in one request; a holdings chunk has up to 1 MiB."""

_EXACT_SUM_SECONDS = 30


# A lost connection is made anew within this second; a store that is down is not waited for.
_RETRY = AsyncRetry(if_exception_type(ServiceUnavailable), initial=0.05, maximum=0.3, timeout=1)

DEADLINE_SECONDS = 3.0


class SimpleFirebaseService:
    """`WalletsDataService` on Cloud Firestore: a collection a kind, a document a record.

    Args:
        project: the Google Cloud project; None takes the one of the credentials.
        emulator_host: `host:port` of a Firestore emulator, to be used in place of Google's service; needs a project.
        deadline: seconds after which a request is given up; left out, `DEADLINE_SECONDS`.
    """

    def __init__(
        self, project: str | None = None, *, emulator_host: str | None = None, deadline: float | None = None
    ) -> None:
        self._project = project
        self._emulator_host = emulator_host
        self._deadline = DEADLINE_SECONDS if deadline is None else deadline
        self._client: FirestoreClient | None = None
        self._closed = False
        self._decoded = RecordCache()
        self._overflow = CounterOverflow()

    async def connect(self) -> None:
        """Make the client, on the running event loop. Idempotent; sends nothing, so a store that is down is no error.

        Raises:
            UnusableStore: there are no credentials, or no project; the message names the settings.
        """
        if self._client is None and not self._closed:
            self._client = FirestoreClient(self._project, self._emulator_host)

    @asynccontextmanager
    async def _connected(self, deadline: float | None = None) -> AsyncIterator[FirestoreClient]:
        """The client, for one request. The one place where the vendor's errors become ours."""
        try:
            async with asyncio.timeout(deadline or self._deadline):
                await self.connect()
                if self._client is None:
                    raise StoreUnavailable("The wallet store is closed.")
                yield self._client
        except (InvalidArgument, OutOfRange) as error:
            raise ValueError("Firestore refuses what it was asked") from error  # our mistake, and no outage
        except (GoogleAPIError, GoogleAuthError, grpc.RpcError, grpc.aio.UsageError, TimeoutError) as error:
            # What the service says of a request (an index that is missing, say) is for the operator; it has no secrets.
            cause = getattr(error, "cause", None) or error  # of retries
            said = getattr(cause, "message", "")[:500] if isinstance(cause, GoogleAPIError) else ""
            _log.warning("Firestore: %s %s", type(cause).__name__, said)
            raise StoreUnavailable from error
        except UnusableStore as error:
            _log.error("%s", error)
            raise StoreUnavailable from error

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        return (await self.get_many(kind, [key]))[0]

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        wanted = [key for key in dict.fromkeys(keys) if is_key(key)]
        found: dict[str, Stored[R]] = {}
        for start in range(0, len(wanted), _DOCUMENTS_A_REQUEST):
            async with self._connected() as client:
                asked = wanted[start : start + _DOCUMENTS_A_REQUEST]
                documents = await client.get_many(kind.COLLECTION, asked, **self._reading)
            found |= {stored.record.key: stored for stored in self._records(kind, documents)}
        return [found.get(key) for key in keys]

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        wanted = [key for key in dict.fromkeys(keys) if is_key(key)]
        found: set[str] = set()
        for start in range(0, len(wanted), _DOCUMENTS_A_REQUEST):
            async with self._connected() as client:
                collection = client.api.collection(kind.COLLECTION)
                documents = [collection.document(key) for key in wanted[start : start + _DOCUMENTS_A_REQUEST]]
                snapshots = client.api.get_all(documents, field_paths=["schema"], **self._reading)
                found |= {each.id async for each in snapshots if each.exists}
        return found

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        if type(limit) is not int or limit > _MOST_DOCUMENTS:
            raise TypeError("a limit is an integer of 31 bits")  # the client would try it again and again
        found: list[Stored[R]] = []
        offset = 0
        while (asked := limit - len(found)) > 0:
            async with self._connected() as client:
                selection = ordered(client.api, query, after).limit(asked).offset(offset)
                documents = await client.query(selection, **self._reading)
            found += self._records(query.kind, documents)
            offset += len(documents)
            if len(documents) < asked:
                break
        return found

    def _records(self, kind: type[R], documents: Iterable[FirestoreDocument]) -> list[Stored[R]]:
        """The records of documents, in their order; only what was not read before is decoded."""
        found = []
        for document in documents:
            stored = self._decoded.get(kind, document.key, document.version)
            if stored is None:
                try:
                    stored = Stored(decode(kind, document.key, document.content()), document.version)
                except UnreadableDocument as error:
                    report(kind, document.key, error)
                    continue
                self._decoded.put(stored, document.size)
            found.append(stored)
        return found

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        return await filtered_by_reading(self, query, tests, limit=limit, most=most, after=after)

    async def count(self, query: Query[R]) -> int:
        async with self._connected() as client:
            answer = await matching(client.api, query).count(alias="result").get(**self._reading)
        return int(answer[0][0].value)

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        # A request a field: several sums in one leave out the documents that lack any of the fields. All as of the
        # moment of the first, so that they agree with each other.
        found: dict[str, int] = {}
        moment = None
        if fields:
            found[fields[0]], moment = await self._sum(query, fields[0], None)
        others = await asyncio.gather(*(self._sum(query, field, moment) for field in fields[1:]))
        return found | {field: value for field, (value, _) in zip(fields[1:], others, strict=True)}

    async def _sum(self, query: Query[R], field: str, moment: datetime | None) -> tuple[int, datetime]:
        async with self._connected() as client:
            aggregation = matching(client.api, query).sum(field, alias="result")
            answer = (await aggregation.get(read_time=moment, **self._reading))[0][0]
        value, moment = answer.value, answer.read_time
        if isinstance(value, float):  # beyond 64 bits Firestore rounds: add up ourselves
            reading = {"retry": _RETRY, "timeout": _EXACT_SUM_SECONDS, "read_time": moment}
            async with self._connected(_EXACT_SUM_SECONDS) as client:
                stream = matching(client.api, query).select([field]).stream(**reading)
                value = sum([_number(each.to_dict(), field) async for each in stream])
        return value or 0, moment

    @property
    def _reading(self) -> dict[str, Any]:
        return {"retry": _RETRY, "timeout": self._deadline}

    async def commit(self, writes: Sequence[Write]) -> None:
        check(writes)
        if not writes:
            return
        while True:
            placed, places = self._overflow.placed(writes)
            try:
                await self._commit(placed)
            except ValueError:
                # Perhaps a document of counters is full. Each time round, one of a few goes on in the next document.
                if not await self._overflow.moved_on(writes, partial(self.get_many, CounterShard)):
                    raise
            else:
                self._overflow.committed(places)
                return

    async def _commit(self, writes: Sequence[Write]) -> None:
        async with self._connected() as client:
            api = client.api
            batch = api.batch()
            mark = secrets.token_hex(8)
            for write in writes:
                firestore_writes.add(batch, api, write, mark)
            try:
                # Not sent again: the first may have been carried out, and the second would find its own traces.
                await batch.commit(retry=None, timeout=self._deadline)
            except (AlreadyExists, FailedPrecondition, Aborted, NotFound) as error:
                raise VersionConflict from error

    async def ping(self) -> None:
        await self.get(NamedValue, "ping")

    async def aclose(self) -> None:
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _number(document: Any, field: str) -> int:
    for name in field.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document if isinstance(document, int) else 0
