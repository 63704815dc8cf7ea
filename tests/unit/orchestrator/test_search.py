"""Finding wallets by words: what is stored of a wallet tells of every search that finds it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.orchestrator.wallets.search import Search, search_terms

WORDS = (
    "launch",
    "launchpad",
    "Launchpad-of-many-letters",
    "ops",
    "Q4",
    "ünder",
    "STRASSE",
    "straße",
    "7Qz",
    "İst",
    "_x",
)
_TEXT = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=4).map(" ".join)
_ADDRESS = st.text("123ABCabcXYZxyz", min_size=1, max_size=44)


@given(address=_ADDRESS, label=st.none() | _TEXT, tags=st.lists(_TEXT, max_size=3), data=st.data())
def test_what_a_search_finds_has_its_terms_and_words_that_begin_so(
    address: str, label: str | None, tags: list[str], data: st.DataObject
) -> None:
    words = [*(label or "").split(), *(word for tag in tags for word in tag.split()), address]
    word = data.draw(st.sampled_from(words) | st.sampled_from(WORDS))
    asked = word[: data.draw(st.integers(1, max(1, len(word))))]
    search = Search(" ".join([asked, *data.draw(st.lists(st.sampled_from(WORDS), max_size=1))]))
    if search.matches(address, label, tags):
        stored = search_terms(address, label, tags)
        assert {*search.terms} <= {*stored}
        assert all(any(term.startswith(each) for term in stored) for each in search.beginnings)


@pytest.mark.parametrize(
    ("text", "beginnings"),
    [
        ("lau", ()),
        ("laun OPS", ("laun",)),
        ("Launchpad straße", ("launchpad", "strasse")),
        ("a" * 40, ("a" * 12,)),
        ("…abcdef", ()),
    ],
)
def test_longer_words_than_the_terms_are_looked_up_by_more_of_them(text: str, beginnings: tuple[str, ...]) -> None:
    assert Search(text).beginnings == beginnings


def test_a_word_is_stored_once_however_long() -> None:
    terms = search_terms("7QzABCDEFGHIJKLMNOP", "Launchpad launch", ("launch",))
    assert terms == tuple(
        sorted({*"7l", "7q", "la", "7qz", "lau", "7qzabcdefghi", "launch", "launchpad", "…p", "…op", "…nop"})
    )
