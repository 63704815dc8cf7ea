"""The rule that a value broke (`ProblemRule`), by what pydantic says of it."""

from __future__ import annotations

from generated_models import ProblemRule

_RULES = {
    "enum": ProblemRule.choice,
    "extra_forbidden": ProblemRule.unknown,
    "greater_than": ProblemRule.too_small,
    "greater_than_equal": ProblemRule.too_small,
    "less_than": ProblemRule.too_large,
    "less_than_equal": ProblemRule.too_large,
    "literal_error": ProblemRule.choice,
    "missing": ProblemRule.required,
    "string_too_long": ProblemRule.too_long,
    "string_too_short": ProblemRule.too_short,
    "too_long": ProblemRule.too_many,
    "too_short": ProblemRule.too_few,
}


def rule_of_model(kind: str) -> ProblemRule:
    """The rule for one of pydantic's types of errors; where there is none of its own, the form or the type."""
    return _RULES.get(kind, ProblemRule.type if kind.endswith("_type") else ProblemRule.pattern)
