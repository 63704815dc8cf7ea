"""Which ETags of two servers stand for the same version."""

from __future__ import annotations

from itertools import pairwise

import pytest

from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.recording import Reply, Request

WALLET = "/api/wallets/a"


def replied(etag: str | None, status: int = 200) -> Reply:
    return Reply(status, {} if etag is None else {"etag": etag}, "")


def told(*pairs: tuple[str | None, str | None]) -> list[str | None]:
    """What is said of each pair of answers to a GET of one wallet."""
    ids = IdTranslator()
    return [ids.pair_etags(Request("GET", WALLET, {}), replied(mine), replied(theirs)) for mine, theirs in pairs]


@pytest.mark.parametrize(
    "pairs",
    [
        [('"1"', '"1"'), ('"2"', '"3"'), ('"2"', '"3"')],
        [('W/"x"', 'W/"y"'), (None, None)],
    ],
)
def test_versions_that_go_together(pairs: list[tuple[str | None, str | None]]) -> None:
    assert told(*pairs) == [None] * len(pairs)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (('"1"', '"2"'), '"1" | "2", but before "1" | "1"'),  # it says that something changed
        (('"2"', '"1"'), '"2" | "1", but before "1" | "1"'),  # it says that nothing did
        (('"1"', None), '"1" | None'),
        (('"1"', 'W/"1"'), '"1" | W/"1"'),
    ],
)
def test_one_of_two_tells_another_story(last: tuple[str | None, str | None], said: str) -> None:
    assert told(('"1"', '"1"'), last) == [None, said]


def test_a_wallet_that_was_deleted_begins_anew() -> None:
    ids = IdTranslator()
    get, delete = Request("GET", WALLET, {}), Request("DELETE", f"{WALLET}?force=true", {})
    assert ids.pair_etags(get, replied('"1"'), replied('"2"')) is None
    assert ids.pair_etags(delete, replied(None, 204), replied(None, 204)) is None
    assert ids.pair_etags(get, replied('"1"'), replied('"1"')) is None


def test_the_other_servers_etag_is_sent_to_it() -> None:
    ids = IdTranslator()
    refreshed = Request("POST", f"{WALLET}/refresh", {})
    for number, theirs in pairwise([1, 3, 4]):
        assert ids.pair_etags(refreshed, replied(f'"{number}"'), replied(f'"{theirs}"')) is None
    asked = ids.translate(Request("PUT", WALLET, {"If-Match": '"1"'}))
    assert asked.headers["If-Match"] == '"3"'
