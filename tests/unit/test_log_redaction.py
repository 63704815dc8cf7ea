"""What the last step of logging takes out, and what it leaves."""

from __future__ import annotations

import io
import logging

import pytest

from backends.redaction import REDACTED, Redactor
from server.settings import Settings
from server.telemetry.redaction import RedactingFormatter, redact_logs, secrets_of

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtaXJhIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("key wok_0RsRAG4U_fkRx6raEDZMT5Z1QrIvHRh5ga8ujtJvKPE.", "wok_0RsRAG4U_fkRx6raEDZMT5Z1QrIvHRh5ga8ujtJvKPE"),
        (f"token {JWT} expired", JWT),
        ("{'authorization': 'Bearer ya29.a0AfH6SMB_secret'}", "ya29.a0AfH6SMB_secret"),
        ("connect to nats://joe:hunter2@queue:4222", "joe:hunter2"),
        ("connect to nats://t0ken@queue:4222", "t0ken"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----\n", "MIIEv"),
        (r'{"private_key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEv"}', "MIIEv"),
    ],
)
def test_what_looks_secret_is_redacted(text: str, secret: str) -> None:
    redacted = Redactor().redact(text)
    assert secret not in redacted
    assert REDACTED in redacted


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/wallets/4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf",
        "Bearer realm",
        "op_589181046e287b19c63105f6b88fba50 at http://127.0.0.1:8000/docs, mail to x@example.com",
    ],
)
def test_what_does_not_look_secret_stays(text: str) -> None:
    assert Redactor().redact(text) == text


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    monkeypatch.setattr(logging.root, "handlers", [handler])
    settings = Settings(solana_rpc_url="https://abc-rpc.provider.example/s3cret/?k=qu3ry'1")
    redact_logs(settings)
    redact_logs(settings)  # again does nothing
    assert isinstance(handler.formatter, RedactingFormatter)
    assert not isinstance(handler.formatter._inner, RedactingFormatter)
    return stream


def test_messages_arguments_and_tracebacks(written: io.StringIO) -> None:
    log = logging.getLogger("redaction")
    log.warning("to %s", {"url": "https://ABC-rpc.provider.example/s3cret/"})
    try:
        int("GET /S3cret/?k=qu3ry'1")
    except ValueError:
        log.exception("failed")
    text = written.getvalue().lower()
    assert "traceback" in text
    assert "s3cret" not in text
    assert "qu3ry" not in text
    assert "abc-rpc" not in text


def test_the_secrets_of_the_settings() -> None:
    settings = Settings(
        solana_rpc_url="https://u5ername:passw0rd@rpc.example/",
        wallet_queue_url="nats://n4tsuser:n4tspass@queue:4222",
    )
    assert {"u5ername", "passw0rd", "n4tsuser", "n4tspass"} <= secrets_of(settings)
