"""What changed between two contracts, and what it means for those who use the older one.

`@redocly/cli diff` finds the changes and judges them by direction (requests, answers). Our part is what it does
not look at (`diff_rules`), and what this project calls risky instead of breaking (`severity`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contract_tools.contract_source import Source
from contract_tools.diff_canonical import canonical
from contract_tools.diff_rules import own_changes
from contract_tools.diff_schemas import ANSWER, REQUEST, SchemaUses
from contract_tools.exit_codes import ToolError
from contract_tools.pattern_inclusion import Unknown, includes
from contract_tools.redocly import run_redocly
from contract_tools.severity import RULES, Change, Rating

_ORDER = list(Rating)
_UPPER = {"maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"}
_LOWER = {"minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"}


def compare(old: Source, new: Source) -> list[Change]:
    """All changes, the breaking ones first. Raises `ToolError`."""
    uses = SchemaUses(old.document), SchemaUses(new.document)
    found = [*own_changes(old.document, new.document, uses)]
    directions = [one.directions for one in uses]
    found += [_rated(change, new.document, directions) for change in _redocly_changes(old, new)]
    # One change under two rules is worth its worse rating only: Redocly calls a new status compatible.
    unique = {(change.place, change.text): change for change in sorted(found, key=_rank, reverse=True)}
    return sorted(unique.values(), key=lambda change: (_rank(change), change.place, change.text))


def _rank(change: Change) -> int:
    return _ORDER.index(change.rating)


def _redocly_changes(old: Source, new: Source) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # JSON: both sides have passed our own YAML reader, and Redocly's configuration of the checkout stays outside.
        (folder / "old.json").write_text(json.dumps(canonical(old.document)), encoding="utf-8")
        (folder / "new.json").write_text(json.dumps(canonical(new.document)), encoding="utf-8")
        (folder / "redocly.yaml").write_text("extends: [diff-recommended]\ntelemetry: off\n", encoding="utf-8")
        done = run_redocly(["diff", "old.json", "new.json", "--format=json", "--fail-on=none"], cwd=folder)
    try:
        changes: list[dict[str, Any]] = json.loads(done.stdout[done.stdout.index("{") :])["changes"]
    except (ValueError, KeyError) as error:
        raise ToolError(f"redocly diff failed: {(done.stderr or done.stdout).strip()[-500:]}") from error
    return changes


def _rated(change: Mapping[str, Any], new: Mapping[str, Any], uses: Sequence[Mapping[str, set[str]]]) -> Change:
    verdicts = change["verdicts"]
    place = _place(change)
    text = " ".join(verdict["message"] for verdict in verdicts) or _sentence(change)
    if change.get("property") in ("pattern", "format"):
        rule = _text_rule(change, uses)
        return Change(RULES[rule][0], rule, place, text)
    if change["impact"] == "major":
        if _is_looser(change):
            return Change(Rating.risky, "answer-limit-looser", place, text)
        return Change(Rating.breaking, f"redocly/{verdicts[0]['ruleId']}" if verdicts else "redocly/*", place, text)
    rule = _risk(change, new)
    return Change(RULES[rule][0], rule, place, text)


def _text_rule(change: Mapping[str, Any], uses: Sequence[Mapping[str, set[str]]]) -> str:
    """The rule for another pattern or format: in a request it must take all that it took, in an answer give no more."""
    before, after = change.get("base", {}).get("value"), change.get("revision", {}).get("value")
    if change["property"] == "pattern":
        try:
            takes_all, gives_no_more = includes(after, before), includes(before, after)
        except Unknown:
            takes_all = gives_no_more = False
    else:
        takes_all, gives_no_more = after is None, before is None
    used: set[str] = set()
    for side, by_pointer in zip(("base", "revision"), uses, strict=True):
        pointer = str(change.get(side, {}).get("pointer", "")).removeprefix("#").removesuffix(f"/{change['property']}")
        used |= by_pointer.get(pointer, set())
    used = used or {REQUEST, ANSWER}
    if (REQUEST in used and not takes_all) or (ANSWER in used and not gives_no_more):
        return "text-changed"
    return "compatible"


def _is_looser(change: Mapping[str, Any]) -> bool:
    """Whether a limit was loosened. Redocly calls that major only where the schema is (also) an answer's."""
    keyword = change.get("property")
    if keyword not in _UPPER | _LOWER or not any(
        v["ruleId"] == "schema-constraint-changed" for v in change["verdicts"]
    ):
        return False
    before, after = change.get("base", {}).get("value"), change.get("revision", {}).get("value")
    if after is None or before is None:
        return before is not None
    return bool(after > before if keyword in _UPPER else after < before)


def _risk(change: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The rule for what Redocly finds harmless."""
    match change:
        case {"property": "default"}:
            return "default-changed"
        case {"property": "deprecated", "revision": {"value": True}}:
            return "deprecated"
        case {"kind": "added", "typeName": "Schema", "path": str(path), "revision": {"pointer": str(pointer)}} if (
            "/responses/" in path and _is_field_of_closed(pointer, new)
        ):
            return "answer-field-added"
    return "compatible"


def _is_field_of_closed(pointer: str, new: Mapping[str, Any]) -> bool:
    *parent, properties, _ = pointer.removeprefix("#/").split("/")
    node: Any = new
    for token in parent:
        key = token.replace("~1", "/").replace("~0", "~")
        node = node[int(key)] if isinstance(node, list) else node[key]
    return properties == "properties" and node.get("additionalProperties") is False


def _place(change: Mapping[str, Any]) -> str:
    side = change.get("revision") or change.get("base") or {}
    return str(side.get("pointer") or change["path"])


def _sentence(change: Mapping[str, Any]) -> str:
    what = change.get("property") or change["typeName"]
    before, after = change.get("base", {}).get("value"), change.get("revision", {}).get("value")
    if change["kind"] == "modified" and isinstance(before, str | int | bool) and isinstance(after, str | int | bool):
        return f"{what} changed from {_short(before)} to {_short(after)}."
    return f"{what} {change['kind']}."


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
