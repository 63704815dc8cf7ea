"""Pages of the documentation that are made from their sources: contract, rules of `contract diff`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tools.diff_rules import resolve
from contract_tools.severity import RULES
from server.contract import load_contract
from server.contract.model import Operation
from server.contract.relations import KEYWORD

_MOST_EXAMPLE_LINES = 60


def pages() -> dict[str, str]:
    """Markdown by file name."""
    contract = load_contract()
    document = contract.document
    found = {"rules.md": _rules()}
    groups = [tag["name"] for tag in document["tags"]]
    for tag in document["tags"]:
        operations = [one for one in contract.operations if one.tag == tag["name"]]
        if operations:
            text = [f"# Group {tag['name']}", "", tag["description"], ""]
            for operation in operations:
                text += _operation(document, operation)
            found[f"group-{tag['name']}.md"] = "\n".join(text) + "\n"
    found["schemas.md"] = _schemas(document)
    links = "\n".join(f"group-{name}" for name in groups if f"group-{name}.md" in found)
    found["reference.md"] = (
        f"# Contract reference\n\nVersion {document['info']['version']} of `openapi.yaml`. A running server shows the "
        "same at `/docs` and `/redoc`, and serves it at `/openapi.yaml` and `/openapi.json`.\n\n"
        f"{document['info']['description']}\n"
        f"```{{toctree}}\n:maxdepth: 2\n\n{links}\nschemas\n```\n"
    )
    return found


def _rules() -> str:
    rows = [f"| {rating.value} | `{rule}` | {text} |" for rule, (rating, text) in RULES.items()]
    return (
        "\n".join(["# Rules of contract diff", "", "| rating | rule | what it says |", "|---|---|---|", *rows]) + "\n"
    )


def _operation(document: Mapping[str, Any], operation: Operation) -> Iterator[str]:
    node = resolve(document, document["paths"][operation.path])[operation.method.lower()]
    yield f"## {node['summary']}"
    yield f"\n`{operation.method} {operation.path}` (`{operation.id}`)\n"
    yield node.get("description", "")
    if operation.parameters:
        yield "\n| parameter | in | required | meaning |\n|---|---|---|---|"
        shared = resolve(document, document["paths"][operation.path]).get("parameters", [])
        for parameter in (resolve(document, one) for one in [*shared, *node.get("parameters", [])]):
            required = "yes" if parameter.get("required") else "no"
            meaning = _cell(f"{parameter.get('description', '')} {_short_schema(document, parameter['schema'])}")
            yield f"| `{parameter['name']}` | {parameter['in']} | {required} | {meaning} |"
    if operation.body is not None:
        yield f"\nThe body is {_link(operation.body.model)}{'' if operation.body.required else ', or none'}:\n"
        yield from _examples(operation.body.examples)
    yield "\n| status | meaning | body | headers |\n|---|---|---|---|"
    for status, answer in operation.responses.items():
        raw = resolve(document, node["responses"][str(status)])
        body = _link(answer.model) if answer.model else ", ".join(answer.media_types) or "none"
        headers = ", ".join(f"`{name}`" for name in answer.headers)
        yield f"| {status} | {_cell(raw['description'])} | {body} | {headers} |"
    yield ""
    for status in operation.responses:
        yield from _relations(resolve(document, node["responses"][str(status)]))
    first = next(iter(operation.responses.values()))
    yield from _examples(first.examples)


def _relations(node: Mapping[str, Any]) -> Iterator[str]:
    """What is promised of the values beside a schema or an answer; relations.md says how to read it."""
    if KEYWORD not in node:
        return
    yield "[Relations](#relations):\n"
    for name, text in node[KEYWORD].items():
        yield f"* {name.replace('_', ' ')}: `{' '.join(text.split())}`"
    yield ""


def _examples(examples: Mapping[str, Any]) -> Iterator[str]:
    for value in list(examples.values())[:1]:
        text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
        lines = text.splitlines()
        if len(lines) > _MOST_EXAMPLE_LINES:
            lines = [*lines[:_MOST_EXAMPLE_LINES], "…"]
        yield "\n".join(["```text", *lines, "```", ""])  # one that is cut short is no JSON any more


def _schemas(document: Mapping[str, Any]) -> str:
    lines = ["# Schemas", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += [f"({_target(name)})=", f"## {name}", "", schema.get("description", ""), ""]
        properties = schema.get("properties")
        if properties:
            required = set(schema.get("required", ()))
            lines += ["| field | required | type | meaning |", "|---|---|---|---|"]
            for field, part in properties.items():
                meaning = _cell(part.get("description", ""))
                yes = "yes" if field in required else "no"
                lines.append(f"| `{field}` | {yes} | {_short_schema(document, part)} | {meaning} |")
            lines.append("")
        else:
            lines += [_limits(document, schema), ""]
        lines += _relations(schema)
    return "\n".join(lines)


def _short_schema(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        default = f", default `{schema['default']}`" if "default" in schema else ""
        return f"{_link(name)}{default}"
    if "anyOf" in schema or "oneOf" in schema:
        return " or ".join(_short_schema(document, part) for part in schema.get("anyOf") or schema["oneOf"])
    if "items" in schema:
        return f"list of {_short_schema(document, schema['items'])}"
    return _limits(document, schema)


def _limits(_: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "any")
    text = " or ".join(kind) if isinstance(kind, list) else str(kind)
    if "enum" in schema:
        return f"{text}: " + ", ".join(f"`{value}`" for value in schema["enum"])
    for keyword in ("format", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "default"):
        if keyword in schema:
            text += f", {keyword} `{schema[keyword]}`"
    return text


def _link(name: str) -> str:
    return f"[{name}](#{_target(name)})"


def _target(name: str) -> str:
    return f"schema-{name.lower()}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
