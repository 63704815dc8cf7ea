"""The dashboard and the alerts ask for metrics that exist, with labels that they have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from server.telemetry.metrics import Metrics

OPS = Path(__file__).parents[2] / "ops"
_USE = re.compile(r"\b(wallet_[a-z_]+)(?:\{([^}]*)\})?")


def _known() -> dict[str, set[str]]:
    """Labels by the names under which samples are kept."""
    known: dict[str, set[str]] = {}
    for metric in Metrics().registry.collect():
        names = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(metric.type, [""])
        for name in names:
            known[metric.name + name] = {"instance", "le"} if name == "_bucket" else {"instance"}
            known[metric.name + name].update(getattr(metric, "_labelnames", ()))  # of collectors of ours
    for collector in Metrics().registry._collector_to_names:
        labels = set(getattr(collector, "_labelnames", ()))
        for name in known:
            if name.startswith(getattr(collector, "_name", "-")):
                known[name] |= labels
    return known


def _expressions() -> Iterator[str]:
    dashboard: dict[str, Any] = json.loads((OPS / "grafana-dashboard.json").read_text())
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    alerts = yaml.safe_load((OPS / "alerts.yaml").read_text())
    for rule in alerts["groups"][0]["rules"]:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert set(rule["annotations"]) == {"summary", "runbook"}
        yield rule["expr"]


def test_every_expression_asks_for_what_there_is() -> None:
    known = _known()
    asked = set()
    for expression in _expressions():
        uses = _USE.findall(expression)
        assert uses, expression
        for name, matchers in uses:
            assert name in known, name
            asked.add(name)
            for label in re.findall(r"([a-z]+)\s*[=!]", matchers):
                assert label in known[name], (name, label)
        for grouping in re.findall(r"by \(([^)]*)\)", expression):
            for label in grouping.split(","):
                assert any(label.strip() in known[name] for name, _ in uses), expression
        assert expression.count("(") == expression.count(")")
    families = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in known}
    assert families == {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in asked}, "and shows all of it"


def test_panels_do_not_overlap() -> None:
    panels = json.loads((OPS / "grafana-dashboard.json").read_text())["panels"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(panels) == len({panel["id"] for panel in panels})
