"""A list of changes for a person, a program, or a comment on a pull request."""

from __future__ import annotations

import json
from collections.abc import Sequence

from contract_tools.severity import Change, Rating

_HEADINGS = {Rating.breaking: "Breaking", Rating.risky: "Risky", Rating.compatible: "Compatible"}


def summary(changes: Sequence[Change]) -> str:
    """One line."""
    counts = [f"{sum(change.rating is rating for change in changes)} {rating.value}" for rating in Rating]
    return f"{', '.join(counts)} change(s)"


def as_text(old: str, new: str, changes: Sequence[Change]) -> str:
    """For a terminal."""
    lines = [f"{old} -> {new}: {summary(changes)}"]
    for rating, heading in _HEADINGS.items():
        for change in changes:
            if change.rating is rating:
                lines += [f"{heading.upper():10}  {change.text}", f"{'':10}  {change.place}  [{change.rule}]"]
    return "\n".join(lines)


def as_json(old: str, new: str, changes: Sequence[Change]) -> str:
    """For programs: `{old, new, counts, changes: [{rating, rule, place, text}]}`."""
    report = {
        "old": old,
        "new": new,
        "counts": {rating.value: sum(change.rating is rating for change in changes) for rating in Rating},
        "changes": [
            {"rating": change.rating.value, "rule": change.rule, "place": change.place, "text": change.text}
            for change in changes
        ],
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def as_markdown(old: str, new: str, changes: Sequence[Change]) -> str:
    """For a comment. The compatible ones are folded."""
    lines = [f"### The contract: {summary(changes)}", "", f"`{old}` → `{new}`", ""]
    for rating, heading in _HEADINGS.items():
        rows = [change for change in changes if change.rating is rating]
        if not rows:
            continue
        table = ["| change | place | rule |", "|---|---|---|"]
        table += [f"| {_cell(row.text)} | `{_cell(row.place)}` | {row.rule} |" for row in rows]
        if rating is Rating.compatible:
            lines += ["<details><summary>Compatible</summary>", "", *table, "", "</details>", ""]
        else:
            lines += [f"**{heading}**", "", *table, ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
