"""The relations of answers: the language they are written in, where they are found, and what they see."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from contract_tools.lint import relation_faults
from server.contract import Contract, load_contract, read_contract
from server.contract.expression_compiler import ExpressionError, Names, Scope, Unavailable
from server.contract.expressions import Expression
from server.contract.relations import ExchangeContext, Relations
from server.contract.schemas import SchemaError
from tests.http.example_backend import CONTRACT as EXAMPLES

CONTRACT = load_contract()
FIELDS = {
    "raw": "1500",
    "shown": "0.0000015",
    "none": None,
    "many": [{"n": 1}, {"n": 3}],
    "state": "x",
    "count": 2,
    "by": {"a": 1, "b": 2},
}


class _Nothing:
    def value(self, name: str) -> Any:
        raise Unavailable

    def ask(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        return {"total_size": parameters["size"]}

    def all_pages(self) -> list[Any]:
        return [1, 2]


def evaluate(text: str) -> bool:
    expression = Expression(text, Names(FIELDS, ("caller",), ("listThings",)))
    expression.check()
    return expression.holds(Scope(FIELDS, _Nothing()))


@pytest.mark.parametrize(
    "text",
    [
        "shown == shift(raw, 9)",
        "shift('-1500', 3) == '-1.5'",
        "shift('0', 9) == '0'",
        "shift(7, 0) == '7'",
        "shift(none, 9) == null",
        "none < count and count < none and none >= raw",
        "not none == 0",
        "count == len(many) and sum([m.n for m in many]) == 4",
        "sum([number('0.1') for m in many]) == number('0.2')",
        "sum(values(by)) == 3 and keys(by) == ['a', 'b']",
        "all(m.n > 0 for m in many) and any(m.n > 2 for m in many) and not any(m.n > 3 for m in many)",
        "[m.n for m in many if m.n != 3] == [1]",
        "many.n == null and by.c == null and none.x.y == null and many[1].n == 3 and many[9] == null",
        "by['a'] == 1 and state in ['x', null] and state not in ['y']",
        "('a' if state == 'y' else 'b') == 'b'",
        "unique([1, 2]) and not unique([by, by])",
        "ascending([[1, 'a'], [1, 'b'], [2, 'a']]) and not ascending([2, 1]) and descending([2, 2, 1])",
        "later('2026-11-22T16:10:59.900Z', 200) == '2026-11-22T16:11:00.100Z'",
        "quotient_up(201, 100) == 3 and quotient_up(2, '0.1') == 20 and quotient_up(none, 1) == null",
        "last([1, 2]) == 2 and last([]) == null and min([2, 1]) == 1 and min(2, none) == null and abs(-2) == 2",
        "trimmed('1.50') == trimmed('1500000') and trimmed('105') != trimmed('15')",
        "listThings(size=count).total_size == 2 and len(all_pages()) == 2",
        "none + 1 == null and count * 2 - 1 == 3",
    ],
)
def test_each_form_of_the_language_evaluates(text: str) -> None:
    assert evaluate(text)


@pytest.mark.parametrize(
    "text",
    [
        "unknown == 1",
        "().__class__ == 1",
        "open('x')",
        "[x for x in many for y in many]",
        "lambda: 1",
        "shift(raw, places=9)",
        "raw is none",
        "f'{raw}'",
        "1 < count < 3",
        "count ==",
        "count ** 9",
        "1.5 == count",
        "m.n == 1",
    ],
)
def test_what_is_not_of_the_language(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text)


def test_a_member_is_a_field_of_json_and_nothing_of_python() -> None:
    assert evaluate("raw.__class__ == null and by.keys == null")


def test_what_is_not_known_says_nothing() -> None:
    with pytest.raises(Unavailable):
        evaluate("caller.now == 1")


def test_why_it_is_false_names_both_sides_and_the_element() -> None:
    expression = Expression("count == 2 and all(m.n == count for m in many)", Names(FIELDS))
    assert not expression.holds(Scope(FIELDS, _Nothing()))
    assert expression.explain(Scope(FIELDS, _Nothing())) == "number 0 of many; m.n is 1; count is 2"


def test_every_relation_of_the_contract_can_be_read() -> None:
    CONTRACT.relations.check()


def test_who_wants_none_has_a_contract_of_its_own() -> None:
    """All servers of a process share what `load_contract` made: without its relations they would find nothing."""
    assert isinstance(EXAMPLES.relations, Relations)
    assert EXAMPLES.relations is not load_contract().relations
    assert type(load_contract().relations) is Relations


def test_the_examples_keep_them() -> None:
    assert list(relation_faults(CONTRACT)) == []


def changed(old: str, new: str) -> Contract:
    text = CONTRACT.text.decode()
    assert old in text
    return read_contract(text.replace(old, new, 1).encode())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "balance_in_sol: last_balance_sol ==",
            "balance_in_sol: last_balance_sum ==",
            "last_balance_sum is unknown here",
        ),
        ("caller: getCaller", "caller: getNobody", "there is no operation getNobody"),
        ("not_zero: amount != '0'", "not_zero: [amount]", "expressions by name"),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(SchemaError, match=said) as caught:
        changed(old, new).relations.check()
    assert str(caught.value).startswith("#/")


CALLER = {
    "now": "2026-11-22T16:10:05.000Z",
    "cache_ttl_ms": 3_600_000,
    "refresh_cooldown_ms": 10_000,
    "funded_lamports": "250000000",
    "low_lamports": "1",
}


def broken(operation: str, status: int, body: Any, request: dict[str, Any] | None = None) -> set[str]:
    found = next(one for one in CONTRACT.operations if one.id == operation)
    seen = {"path": {}, "query": {}, "header": {}, "body": None, **(request or {})}
    asking = ExchangeContext(found, seen, status, {}, body, {"caller": CALLER})
    return {one.name for one in CONTRACT.relations.violations(found.responses[status], body, asking)}


def example(operation: str, status: int = 200) -> Any:
    found = next(one for one in CONTRACT.operations if one.id == operation)
    return copy.deepcopy(next(iter(found.responses[status].examples.values())))


def page(**changes: Any) -> Any:
    body = example("listWallets")
    body["total_size"] = 2
    body["next_page_token"] = None
    body["items"][0]["wallet"].update(changes)
    return body


def test_an_honest_answer_breaks_none() -> None:
    assert broken("listWallets", 200, page()) == set()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"last_balance_sol": "3471.25"}, "balance_in_sol"),
        ({"launch_count": 0}, "status_from_its_inputs"),
        ({"status": "FUNDED"}, "status_from_its_inputs"),
        ({"launch_count": 0, "status": "FUNDED", "last_balance_lamports": "249999999"}, "status_from_its_inputs"),
        ({"launch_count": 0, "status": "UNFUNDED", "last_balance_lamports": "250000000"}, "status_from_its_inputs"),
        ({"token_count": None}, "holdings_once_read"),
        ({"wallet_address": "GKMfJL1FTP49GtVb6Bx3qkCghXezetD8qhr1CU8qfHPf"}, "nothing_twice"),
    ],
)  # fmt: skip
def test_a_wallet_that_breaks_one(changes: dict[str, Any], name: str) -> None:
    assert name in broken("listWallets", 200, page(**changes))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"status": "FUNDED"}, "status_filter"),
        ({"tag": "Treasury"}, "tag_filter"),
        ({"freshness": "fresh"}, "freshness_filter"),
        ({"min_balance": "1"}, "min_balance_filter"),
        ({"direction": "asc"}, "sorted_by_creation"),
        ({"sort": "last_balance", "direction": "asc"}, "sorted_by_balance"),
        ({"sort": "label", "direction": "desc"}, "sorted_by_label"),
        ({"page_size": 1}, "no_more_than_asked_for"),
    ],
)
def test_a_list_that_is_not_what_was_asked_for(query: dict[str, Any], name: str) -> None:
    assert name in broken("listWallets", 200, page(), {"query": query})


def test_a_list_that_skips() -> None:
    body = page()
    body["total_size"] = 3
    assert broken("listWallets", 200, body) == {"total_is_what_the_pages_bring"}


def test_freshness_follows_the_clock() -> None:
    body = page()
    part = body["items"][0]["cache"]["parts"]["sol_balance"]
    part.update(state="stale")
    assert {"stale_since", "worst_of_the_parts"} <= broken("listWallets", 200, body)


def test_overdue_follows_the_clock() -> None:
    body = {**example("getScheduledFunding"), "scheduled_for": "2026-11-22T16:10:04.999Z", "overdue": False}
    body.update(status="SCHEDULED", matched_signature=None)
    path = {"path": {"schedule_id": body["schedule_id"]}}
    assert broken("getScheduledFunding", 200, body, path) == {"overdue_when_open_and_past"}
    body["scheduled_for"] = "2026-11-22T16:10:05.000Z"
    assert broken("getScheduledFunding", 200, body, path) == set()
