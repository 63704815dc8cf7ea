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
    "Élan",
    "e\u0301lan",
    "Ёж",
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


@pytest.mark.parametrize(
    ("label", "found", "not_found"),
    [
        ("Café", ["cafe", "Café", "CAFE\u0301", "caf"], ["cafê"]),
        ("Cafe\u0301 noir", ["cafe", "Café", "noir"], []),
        ("Cafe", ["cafe", "Cafe"], ["Café"]),
        ("Élan vital", ["elan", "él", "Élan", "vital elan"], ["èlan"]),
        ("Ёлка", ["елка", "ёлка"], []),
        ("İstanbul", ["istanbul"], []),
        ("한국어", ["한국", "한"], ["하"]),
        ("がく", ["が"], ["か"]),
    ],
)
def test_accents_need_not_be_typed(label: str, found: list[str], not_found: list[str]) -> None:
    for tags, name in (((), label), ((label,), None)):
        stored = search_terms("7Qz", name, tags)
        for text in found:
            search = Search(text)
            assert search.matches("7Qz", name, tags), text
            assert {*search.terms} <= {*stored}
        assert not any(Search(text).matches("7Qz", name, tags) for text in not_found)


@pytest.mark.parametrize(("text", "terms"), [("Éclair", ("écl",)), ("e\u0301clair", ("cla", "e"))])
def test_terms_that_an_earlier_release_stored_find_what_they_found(text: str, terms: tuple[str, ...]) -> None:
    """They are made anew by the next write of the wallet only."""
    assert Search(text).terms == terms
    assert {*terms, *Search(text).beginnings} <= {*search_terms("7Qz", text, ())}
