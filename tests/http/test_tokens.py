"""Firebase ID tokens, made and signed here; only the fetching of Google's certificates is replaced."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from backends.errors import StoreUnavailable
from server.access.firebase_tokens import FirebaseTokens
from server.access.guard import InvalidToken

google_errors = pytest.importorskip("google.auth.exceptions")
token_gen = pytest.importorskip("firebase_admin._token_gen")

PROJECT = "demo-project"
KEY = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)


def _certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, KEY.public_key(), 1, now - timedelta(1), now + timedelta(1))
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


CERTIFICATES = json.dumps({"k1": _certificate()}).encode()


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(*, key: rsa.RSAPrivateKey = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "sub": "mira",
        "iat": now - 10,
        "exp": now + 600,
        "auth_time": now - 10,
        "wallet_role": "operate",
    }
    signed = f"{_part({'alg': 'RS256', 'kid': 'k1', 'typ': 'JWT', **(header or {})})}.{_part(claims | changes)}"
    signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


class _Answer:
    status = 200
    headers: ClassVar[dict[str, str]] = {}
    data = CERTIFICATES


@pytest.fixture
def fetch() -> dict[str, Callable[[], object]]:
    return {"answer": _Answer}


@pytest.fixture
async def tokens(
    fetch: dict[str, Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FirebaseTokens]:
    class Fetch:
        def __init__(self, timeout_seconds: float | None = None) -> None:
            assert timeout_seconds == 3

        def __call__(self, url: str, **_: object) -> object:
            assert url.startswith("https://www.googleapis.com/")
            return fetch["answer"]()

    monkeypatch.setattr(token_gen, "CertificateFetchRequest", Fetch)
    made = FirebaseTokens(PROJECT)
    yield made
    await made.aclose()


async def test_a_valid_token_gives_its_claims(tokens: FirebaseTokens) -> None:
    claims = await tokens.verify(token())
    assert (claims["uid"], claims["wallet_role"]) == ("mira", "operate")


FORGED: dict[str, Callable[[], str]] = {
    "signed by somebody else": lambda: token(key=OTHER),
    "expired": lambda: token(exp=int(time.time()) - 60, iat=int(time.time()) - 600),
    "from the future": lambda: token(iat=int(time.time()) + 600),
    "for another project": lambda: token(aud="another-project"),
    "by another project": lambda: token(iss="https://securetoken.google.com/another-project"),
    "for nobody": lambda: token(sub=""),
    "for a long name": lambda: token(sub="x" * 129),
    "for null": lambda: token(sub=None),
    "alg none": lambda: token(header={"alg": "none"}),
    "alg HS256": lambda: token(header={"alg": "HS256"}),
    "unknown key": lambda: token(header={"kid": "unknown"}),
    "no key": lambda: token(header={"kid": None}),
    "unsigned": lambda: f"{_part({'alg': 'none', 'typ': 'JWT'})}.{token().split('.')[1]}.",
    "damaged": lambda: token()[:-4] + "AAAA",
    "letters": lambda: "a.b.c",
    "dots": lambda: "....",
}


@pytest.mark.parametrize("name", FORGED)
async def test_other_tokens_are_refused_and_not_quoted(tokens: FirebaseTokens, name: str) -> None:
    forged = FORGED[name]()
    with pytest.raises(InvalidToken) as refused:
        await tokens.verify(forged)
    assert forged not in f"{refused.value!r}"
    assert refused.value.__cause__ is None


async def test_without_certificates_nothing_can_be_said(
    tokens: FirebaseTokens, fetch: dict[str, Callable[[], object]]
) -> None:
    def unreachable() -> object:
        raise google_errors.TransportError("no network")

    fetch["answer"] = unreachable
    with pytest.raises(StoreUnavailable):
        await tokens.verify(token())


async def test_certificates_that_do_not_come_are_not_waited_for(
    tokens: FirebaseTokens, fetch: dict[str, Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.access.firebase_tokens._SECONDS", 0.1)
    fetch["answer"] = lambda: time.sleep(0.5)
    begun = asyncio.get_running_loop().time()
    with pytest.raises(StoreUnavailable):
        await tokens.verify(token())
    assert asyncio.get_running_loop().time() - begun < 0.4
