"""Private keys and recovery phrases are refused wherever they stand, and repeated nowhere (rule 15)."""

from __future__ import annotations

import hashlib
import json
import logging
import random
import time
from typing import Any

import base58
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mnemonic import Mnemonic

from server.operations.secret_detection import MOST_KEYPAIRS, SecretSearch, is_secret

ADDRESS = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
SEED = bytes(range(32))
KEYPAIR = SEED + Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
BASE58 = base58.b58encode(KEYPAIR).decode()
ENGLISH = Mnemonic("english")
PHRASES = [ENGLISH.to_mnemonic(bytes(range(length))) for length in (16, 20, 24, 28, 32)]
TEXTS = [
    BASE58,
    f"key: {BASE58}.",
    KEYPAIR.hex(),
    f"0x{KEYPAIR.hex().upper()}",
    json.dumps(list(KEYPAIR)),
    f"keypair is {list(KEYPAIR)} keep",
    *PHRASES,
    f"Backup!\n{PHRASES[0].upper()}\nthanks",
    ", ".join(PHRASES[2].split()),
    " ".join(f"{number}. {word}" for number, word in enumerate(PHRASES[4].split(), 1)),
    "abandon " * 600,
]
WRONG_KEYPAIR = KEYPAIR[:63] + bytes([KEYPAIR[63] ^ 1])
HARMLESS = [
    ADDRESS,
    base58.b58encode(WRONG_KEYPAIR).decode(),
    WRONG_KEYPAIR.hex(),
    json.dumps(list(WRONG_KEYPAIR)),
    "abandon " * 12,
    "Pays for the Q4 launches. Ask Mira before moving funds, and do not forget the invoice of last month.",
    "x" * 60_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
def test_keypairs_and_phrases_are_found(text: str) -> None:
    assert is_secret(text)


@pytest.mark.parametrize("text", HARMLESS, ids=lambda text: text[:20])
def test_what_is_no_secret_is_not_found(text: str) -> None:
    assert not is_secret(text)


@pytest.mark.parametrize(
    ("value", "places"),
    [
        (list(KEYPAIR), ["/body"]),
        (list(WRONG_KEYPAIR), []),
        ([1.5] * 64, []),
        ({"tags": PHRASES[0].split()}, ["/body/tags"]),
        ({"a/b": [{"c": BASE58}]}, ["/body/a~1b/0/c"]),
        ({BASE58: 1}, ["/body"]),
        ({"a": 1, "b": None, "c": [True]}, []),
    ],
    ids=str,
)
def test_the_places_of_secrets_are_told(value: Any, places: list[str]) -> None:
    assert list(SecretSearch().find(value, "/body")) == places


@pytest.mark.parametrize("text", [BASE58, KEYPAIR.hex(), PHRASES[0]], ids=["base58", "hex", "phrase"])
async def test_refused_and_not_repeated(
    text: str, client: httpx.AsyncClient, backend: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "server")
    new = {"wallet_address": ADDRESS}
    requests = [
        client.post("/api/wallets", json={**new, "notes": text}),
        client.post("/api/wallets", json={**new, text: "x"}),
        client.post("/api/wallets", json=[text]),
        client.post("/api/wallets", json={"wallet_address": text, "z": 1}),
        client.get("/api/wallets", params={"tag": text}),
        client.get("/api/wallets", params={text: "1"}),
        client.get(f"/api/wallets/{text}"),
        client.put(f"/api/wallets/{ADDRESS}", headers={"If-Match": text}, json={}),
    ]
    for request in requests:
        response = await request
        assert response.status_code == 422
        assert "private key" in response.json()["detail"]
        assert {error["got"] for error in response.json()["errors"]} == {None}
        assert text not in response.text
        assert text not in str(response.headers)
    assert text not in (await client.get(f"/{text}")).text
    assert text not in caplog.text
    assert backend.calls == []


async def test_a_json_array_of_bytes(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/wallets", json={"wallet_address": ADDRESS, "tags": list(KEYPAIR)})
    assert response.json()["errors"] == [
        {"where": "/body/tags", "rule": "secret", "expected": "no private key and no seed phrase", "got": None}
    ]


def _no_phrase(words: int, chance: random.Random) -> str:
    text = list[str]()
    while len(text) < words:
        text.append(chance.choice(ENGLISH.wordlist))
        if is_secret(" ".join(text[-24:])):
            text.pop()
    return " ".join(text)


CHANCE = random.Random(3)
HOSTILE: dict[str, Any] = {
    "listed words": "abandon " * 8000,
    "stretches of listed words": " xyzzy ".join(_no_phrase(12, CHANCE) for _ in range(600)),
    "stretches in many places": [_no_phrase(13, CHANCE) for _ in range(600)],
    "signatures": " ".join(base58.b58encode(hashlib.sha512(b"%d" % n).digest()).decode() for n in range(700)),
    "long base58": " ".join("2" * 88 for _ in range(700)),
    "hex": " ".join(hashlib.sha512(b"%d" % n).hexdigest() for n in range(500)),
    "numbers": ",".join(str(CHANCE.randrange(256)) for _ in range(18_000)),
    "numbers, one too few": " x ".join(",".join(["111"] * 63) for _ in range(250)),
    "numbers and spaces": ("1" + " " * 200 + ",") * 320,
    "commas": "," * 64_000,
    "0x": "0x" * 32_000,
    "arrays": [[]] * 20_000,
    "members": {f"k{number}": 1 for number in range(6000)},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_search_costs_little(name: str) -> None:
    """About 5 ms of a quiet processor for a body of 64 kB (the former search took 4 to 19 s for some of these)."""
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        SecretSearch().find(HOSTILE[name], "/body")
        best = min(best, time.process_time() - began)
    assert best < 0.02


async def test_a_query_of_listed_words_freezes_nobody(client: httpx.AsyncClient) -> None:
    query = "&".join(f"a{number}={_no_phrase(80, CHANCE).replace(' ', '+')}" for number in range(60))[:31_000]
    await client.get("/healthz?aa=1")
    began = time.process_time()
    assert (await client.get(f"/healthz?{query}")).status_code == 422
    assert time.process_time() - began < 0.1


def test_what_is_searched_for_in_vain_has_one_budget() -> None:
    """More that looks like secrets than can be checked is refused; a signature or two in a note are not."""
    texts = [base58.b58encode(hashlib.sha512(b"%d" % number).digest()).decode() for number in range(MOST_KEYPAIRS + 1)]
    assert SecretSearch().find(texts[:-1], "/body") == []
    assert SecretSearch().find(texts, "/body") == [f"/body/{MOST_KEYPAIRS}"]


def test_keypairs_behind_other_numbers() -> None:
    assert is_secret("1, 2, 3, " + ", ".join(map(str, KEYPAIR)))
    assert is_secret(json.dumps([*KEYPAIR, *range(64)]))


async def test_request_ids_are_too_short_for_a_key(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz", headers={"X-Request-Id": BASE58})
    assert response.headers["X-Request-Id"] != BASE58
