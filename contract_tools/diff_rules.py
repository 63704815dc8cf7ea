"""Rules for what Redocly's diff does not look at: promised headers, events, links, statuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contract_tools.diff_schemas import ANSWER, SchemaUses
from contract_tools.severity import RULES, Change
from server.contract.json_pointer import escape
from server.contract.relations import KEYWORD

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_LIMIT = "x-body-limit"
Node = Mapping[str, Any]


def own_changes(old: Node, new: Node, uses: tuple[SchemaUses, SchemaUses]) -> Iterator[Change]:
    """What our own rules find between two documents, operation by operation; operations are known by their paths.
    `uses` are the schemas of both.
    """
    before, after = _operations(old), _operations(new)
    for name in before.keys() & after.keys():
        yield from _operation(name, old, before[name], new, after[name])
        yield from _access(name, old, before[name], new, after[name])
    yield from _nulls(*uses)
    yield from _relations(old, new, "#")


def resolve(document: Node, node: Any) -> Any:
    """A node with its reference into the same document followed."""
    while isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/"):
        pointer: str = node["$ref"][2:]
        node = document
        for token in pointer.split("/"):
            node = node.get(token.replace("~1", "/").replace("~0", "~"), {})
    return node


def _operations(document: Node) -> dict[str, Node]:
    return {
        f"{method.upper()} {path}": resolve(document, item)[method]
        for path, item in document.get("paths", {}).items()
        for method in _METHODS
        if method in resolve(document, item)
    }


def _change(rule: str, place: str, text: str) -> Change:
    return Change(RULES[rule][0], rule, place, text)


def _access(name: str, old: Node, before: Node, new: Node, after: Node) -> Iterator[Change]:
    """Everybody who could call an operation must still be able to. No requirement at all lets in everybody."""
    were = before.get("security", old.get("security", [])) or [{}]
    are = after.get("security", new.get("security", [])) or [{}]
    for requirement in were:
        if not any(_satisfies(requirement, other) for other in are):
            yield _change(
                "access-tightened",
                name,
                f"It needs {_access_text(are)} now; before, {_access_text([requirement])} was enough.",
            )
            return
    if not all(any(_satisfies(other, requirement) for requirement in were) for other in are):
        yield _change("compatible", name, f"It needs no more than {_access_text(are)} now.")


def _satisfies(caller: Node, requirement: Node) -> bool:
    """Whether who meets one requirement meets another. The role `operate` includes `read`."""
    return all(
        scheme in caller
        and all(role in caller[scheme] or (role == "read" and "operate" in caller[scheme]) for role in roles)
        for scheme, roles in requirement.items()
    )


def _access_text(requirements: Iterable[Node]) -> str:
    return " or ".join(
        " and ".join(f"{scheme} ({', '.join(roles) or 'any role'})" for scheme, roles in one.items()) or "nothing"
        for one in requirements
    )


def _nulls(old: SchemaUses, new: SchemaUses) -> Iterator[Change]:
    after = {(one.direction, one.path): one for one in new.all}
    for one in old.all:
        now = after.get((one.direction, one.path)) if one.path else None
        if now is None or now.nullable == one.nullable:
            continue
        if one.direction == ANSWER:
            rule = "null-in-answer" if now.nullable else "compatible"
        else:
            rule = "compatible" if now.nullable else "null-refused"
        yield _change(rule, f"#{now.pointer}", f"It {'may be null' if now.nullable else 'is never null'} now.")


def _relations(old: Any, new: Any, place: str) -> Iterator[Change]:
    """Promises that are gone; a schema or answer that is gone is another rule's."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        are = new.get(KEYWORD, {})
        for name, text in old.get(KEYWORD, {}).items():
            if are.get(name) != text:
                what = "another" if name in are else "gone"
                yield _change("relation-removed", place, f"The relation {name} is {what}.")
        for name in are.keys() - old.get(KEYWORD, {}).keys():
            yield _change("compatible", place, f"There is a new relation {name}.")
        for key in old.keys() & new.keys():
            yield from _relations(old[key], new[key], f"{place}/{escape(str(key))}")


def _operation(name: str, old: Node, before: Node, new: Node, after: Node) -> Iterator[Change]:
    if before.get("tags", [])[:1] != after.get("tags", [])[:1]:
        groups = [next(iter(one.get("tags", [])), "none") for one in (before, after)]
        yield _change("group-changed", name, f"Its group was {groups[0]} and is {groups[1]} now.")
    limits = [
        resolve(document, one.get("requestBody", {})).get(_LIMIT) for document, one in ((old, before), (new, after))
    ]
    if limits[0] != limits[1]:
        lower = limits[1] is None or (limits[0] is not None and limits[1] < limits[0])
        rule = "body-limit-lower" if lower else "compatible"
        yield _change(
            rule,
            name,
            f"Its body may have {limits[1] or 'as many as any'} bytes now, not {limits[0] or 'as many as any'}.",
        )
    answers, now = before.get("responses", {}), after.get("responses", {})
    for status in sorted(now.keys() - answers.keys()):
        yield _change("answer-status-added", f"{name} {status}", f"It may answer {status} now.")
    for status in sorted(answers.keys() & now.keys()):
        yield from _answer(f"{name} {status}", old, resolve(old, answers[status]), new, resolve(new, now[status]))


def _answer(place: str, old: Node, before: Node, new: Node, after: Node) -> Iterator[Change]:
    headers = after.get("headers", {})
    for header, node in before.get("headers", {}).items():
        promised = resolve(old, node).get("required", False)
        if promised and header in headers and not resolve(new, headers[header]).get("required", False):
            yield _change("answer-header-not-promised", place, f"The header {header} may be missing now.")
    for link in sorted(before.get("links", {}).keys() - after.get("links", {}).keys()):
        yield _change("link-removed", place, f"The link {link} is gone.")
    for media_type, node in before.get("content", {}).items():
        if media_type in after.get("content", {}):
            were = node.get("x-event-data", {})
            are = after["content"][media_type].get("x-event-data", {})
            for event in sorted(were):
                if were[event] != are.get(event):
                    what = "has other data now" if event in are else "is gone"
                    yield _change("event-removed", place, f"The event {event} {what}.")
            for event in sorted(are.keys() - were.keys()):
                yield _change("event-added", place, f"There is a new event {event}.")
