"""An RPC URL is kept out of logs."""

from __future__ import annotations

import logging

import pytest

from backends.real.rpc.redaction import hide_url
from backends.redaction import REDACTED, Redactor, secrets_in_url


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://mainnet.helius-rpc.com/?api-key=0b1c-22ff", ["0b1c-22ff"]),
        ("https://solana-mainnet.g.alchemy.com/v2/s3cr3t_Key", ["s3cr3t_Key"]),
        ("https://wild-fog.solana-mainnet.quiknode.pro/0123abcd/", ["0123abcd", "wild-fog"]),
        ("https://name:passw0rd%2F@rpc.example.com/", ["passw0rd%2F", "passw0rd/"]),
        ("not a url but s3cr3t", ["not a url but s3cr3t"]),
        ("http://[s3cr3t", ["http://[s3cr3t"]),
    ],
)
def test_the_parts_of_a_url_that_may_be_a_key_are_hidden(url: str, secrets: list[str]) -> None:
    redactor = Redactor(secrets_in_url(url))
    for text in (url, *secrets):
        shown = redactor.redact(f"GET {text} HTTP/1.1")
        assert REDACTED in shown
        assert not any(secret in shown for secret in secrets)


def test_what_is_no_secret_stays_readable() -> None:
    redactor = Redactor(secrets_in_url("http://127.0.0.1:8899/v1/rpc"))
    assert redactor.redact("connect_tcp 127.0.0.1:8899 v1 rpc") == "connect_tcp 127.0.0.1:8899 v1 rpc"


def test_the_http_libraries_cannot_log_it_even_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    hide_url("https://c4nary-host.rpc.example.com/C4NARY-path?key=C4NARY-query")
    for name in ("aiohttp.client", "aiohttp.internal", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
        logging.getLogger(name).debug("to %s, %r", "c4nary-host.rpc.example.com", [(b"location", b"/C4NARY-path")])
    assert len(caplog.records) == 3
    for record in caplog.records:
        assert "c4nary" not in f"{record.getMessage()}{record.msg!r}{record.args!r}".lower()
