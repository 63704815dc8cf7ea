"""How a change of the contract is rated. The rules are in `RULES`, in words; docs/contract-changes.md prints them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rating(StrEnum):
    """What a change means for clients that were written against the old contract."""

    breaking = "breaking"
    risky = "risky"
    compatible = "compatible"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the rule that rated it, the place in the contract, and a sentence."""

    rating: Rating
    rule: str
    place: str
    text: str


REDOCLY_BREAKING = "redocly/*"

RULES: dict[str, tuple[Rating, str]] = {
    REDOCLY_BREAKING: (
        Rating.breaking,
        (
            "Whatever Redocly's recommended rules call major, each under its own name: an operation, parameter, field, "
            "status, header or media type is gone or renamed; a type changed; a request's limit is tighter, one of its "
            "enums narrower or one of its parts newly required; an answer's field is no longer promised; an answer's "
            "enum has more values, and clients are generated from closed ones."
        ),
    ),
    "text-changed": (
        Rating.breaking,
        (
            "A pattern or format of a request takes less than before, or one of an answer allows more; two patterns "
            "are compared exactly, by their automata."
        ),
    ),
    "null-in-answer": (Rating.breaking, "An answer's value may be null now."),
    "null-refused": (Rating.breaking, "A request's value may no longer be null."),
    "access-tightened": (
        Rating.breaking,
        "Some who could call an operation no longer can: it needs a credential, another one, or a higher role.",
    ),
    "body-limit-lower": (Rating.breaking, "An operation takes smaller bodies only (`x-body-limit`)."),
    "answer-header-not-promised": (Rating.breaking, "An answer's header was always sent, and may now be missing."),
    "event-removed": (Rating.breaking, "A kind of event is gone from a stream, or its data has another schema."),
    "answer-limit-looser": (
        Rating.risky,
        (
            "An answer may be longer, larger or less regular than before (a limit is looser or gone): a client may "
            "have sized a column or a box by it."
        ),
    ),
    "answer-field-added": (
        Rating.risky,
        (
            "An object that is closed (`additionalProperties: false`) and stands in answers has a new field: clients "
            "that validate strictly refuse it."
        ),
    ),
    "answer-status-added": (Rating.risky, "An operation may answer with a status that it did not declare before."),
    "group-changed": (
        Rating.risky,
        "An operation belongs to another group (its first tag), which is what a mock is replaced by.",
    ),
    "relation-removed": (Rating.risky, "What values promised about each other (`x-relations`) is gone, or is another."),
    "event-added": (Rating.risky, "A stream has a new kind of event."),
    "default-changed": (Rating.risky, "What is left out means something else now."),
    "link-removed": (Rating.risky, "A link from an answer to another operation is gone."),
    "deprecated": (Rating.risky, "Something is deprecated now."),
    "compatible": (Rating.compatible, "Everything else: additions, looser requests, words, examples, refactorings."),
}
