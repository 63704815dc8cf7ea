"""`contract diff`: what breaks clients is found, what does not passes, and the command says so by its exit code."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contract_tools.cli import contract as commands
from contract_tools.contract_source import Source, read_source
from contract_tools.diff import compare
from contract_tools.pattern_inclusion import Unknown, includes
from contract_tools.redocly import find_redocly
from contract_tools.severity import RULES, Change, Rating
from tests.contract_tools.changes_to_plant import BREAKING, COMPATIBLE, MORE_BREAKING, RISKY, Document
from tests.contract_tools.changes_to_plant import Change as Plant
from tests.contract_tools.table_of_changes import TABLE

pytestmark = pytest.mark.skipif(find_redocly() is None, reason="@redocly/cli needs Node.js (make install)")

OLD = read_source(None)
EACH = [*(row[:3] for row in TABLE), *(("breaking", name, change) for name, (change, _) in BREAKING.items())]


def changed(change: Plant) -> Source:
    document = copy.deepcopy(OLD.document)
    change(document)
    assert document != OLD.document
    return Source("new", json.dumps(document), document)


def told(changes: Iterable[Change], rating: Rating) -> list[str]:
    """The changes of one rating as lines."""
    return [f"{change.place} {change.text} {change.rule}" for change in changes if change.rating is rating]


def test_what_breaks_clients_is_called_breaking() -> None:
    """All of it at once: each is found."""

    def plant(document: Document) -> None:
        for change, _ in BREAKING.values():
            change(document)

    lines = told(compare(OLD, changed(plant)), Rating.breaking)
    assert [name for name, (_, mark) in BREAKING.items() if not any(mark in line for line in lines)] == []


def test_what_is_harmless_passes() -> None:
    def plant(document: Document) -> None:
        for change in COMPATIBLE.values():
            change(document)

    changes = compare(OLD, changed(plant))
    assert len(changes) >= len(COMPATIBLE) - 2  # what is only written another way is no change
    assert {change.rating for change in changes} == {Rating.compatible}


@pytest.mark.parametrize("rating", list(Rating))
def test_each_change_of_the_table_is_found_and_rated(rating: Rating) -> None:
    """All changes of one rating at once: each is found, and none is called worse."""
    rows = [row for row in TABLE if row[0] == rating]

    def plant(document: Document) -> None:
        for _, _, change, _ in rows:
            change(document)

    changes = compare(OLD, changed(plant))
    ratings = list(Rating)
    assert all(ratings.index(change.rating) >= ratings.index(rating) for change in changes), changes
    lines = told(changes, rating)
    missed = [what for _, what, _, mark in rows if not any(mark in line for line in lines)]
    assert missed == []


@pytest.mark.skipif(not os.environ.get("NIGHTLY"), reason="several seconds a change: NIGHTLY=1 runs them")
@pytest.mark.parametrize(("rating", "what", "change"), EACH, ids=[row[1] for row in EACH])
def test_each_change_by_itself(rating: str, what: str, change: Plant) -> None:
    ratings = [one.value for one in Rating]
    found = [one.rating.value for one in compare(OLD, changed(change))]
    assert min(found, key=ratings.index, default="compatible") == rating, what


@pytest.mark.parametrize(
    ("wide", "narrow", "includes_it", "is_included"),
    [
        ("^.*$", "^[0-9]+$", True, False),
        ("^op_[0-9a-f]{32}$", "^op_[0-9a-e]{32}$", True, False),
        ("^a{1,9}$", "^a{1,8}$", True, False),
        ("^[ab]{1,9}$", "^(a|b)(a|b){0,8}$", True, True),
        ("a", "^xa$", True, False),
        (r"^\d+$", "^[0-9]+$", True, True),
        (r"^[^\x00-\x1f]*$", r"^[\x20-\x7e]+$", True, False),
        ("^a$", "^b$", False, False),
        (None, "^a$", True, False),
        ("^(0|[1-9][0-9]{0,29})(\\.[0-9]{0,254}[1-9])?$", "^(0|[1-9][0-9]{0,29})(\\.[0-9]{0,253}[1-9])?$", True, False),
    ],
)
def test_patterns_are_compared_by_what_they_accept(
    wide: str | None, narrow: str | None, includes_it: bool, is_included: bool
) -> None:
    assert (includes(wide, narrow), includes(narrow, wide)) == (includes_it, is_included)


def test_what_looks_around_is_not_compared() -> None:
    with pytest.raises(Unknown):
        includes("^(?=a).*$", "^a$")


def test_many_breaking_changes_at_once_hide_none() -> None:
    def plant(document: Document) -> None:
        for change in MORE_BREAKING.values():
            change(document)

    changes = [change for change in compare(OLD, changed(plant)) if change.rating is Rating.breaking]
    assert len(changes) >= len(MORE_BREAKING)


def test_what_is_risky_is_called_so_and_why() -> None:
    def plant(document: Document) -> None:
        for change, _ in RISKY.values():
            change(document)

    changes = compare(OLD, changed(plant))
    assert not [change for change in changes if change.rating is Rating.breaking]
    assert {change.rule for change in changes if change.rating is Rating.risky} == {rule for _, rule in RISKY.values()}


def test_every_rule_is_written_down() -> None:
    assert {rule for _, rule in RISKY.values()} <= RULES.keys()
    assert all(text.endswith(".") for _, text in RULES.values())


class TestCommand:
    runner = CliRunner()

    def write(self, path: Path, change: Plant) -> str:
        path.write_text(changed(change).text)
        return str(path)

    def test_a_contract_does_not_differ_from_itself(self) -> None:
        done = self.runner.invoke(commands, ["diff", "openapi.yaml"])
        assert done.exit_code == 0
        assert done.stdout == "openapi.yaml -> openapi.yaml: 0 breaking, 0 risky, 0 compatible change(s)\n"

    def test_markdown_for_a_comment(self, tmp_path: Path) -> None:
        new = self.write(tmp_path / "new.yaml", BREAKING["a header is gone"][0])
        report = tmp_path / "report.md"
        done = self.runner.invoke(
            commands, ["diff", "openapi.yaml", new, "--format", "markdown", "--output", str(report)]
        )
        assert done.exit_code == 1
        assert "**Breaking**" in report.read_text()
        assert "`ETag` was removed" in report.read_text()

    def test_json_and_what_counts(self, tmp_path: Path) -> None:
        new = self.write(tmp_path / "new.yaml", RISKY["another default"][0])
        done = self.runner.invoke(commands, ["diff", "openapi.yaml", new, "--format", "json"])
        assert done.exit_code == 0
        assert json.loads(done.stdout)["counts"] == {"breaking": 0, "risky": 1, "compatible": 0}
        assert self.runner.invoke(commands, ["diff", "openapi.yaml", new, "--fail-on", "risky"]).exit_code == 1

    @pytest.mark.skipif(not Path(".git").exists(), reason="not a git checkout")
    def test_a_git_revision_can_be_compared(self) -> None:
        done = self.runner.invoke(commands, ["diff", "HEAD", "--fail-on", "none"])
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith("HEAD -> openapi.yaml: ")

    def test_what_is_not_there(self) -> None:
        done = self.runner.invoke(commands, ["diff", "no-such-revision"])
        assert done.exit_code == 2
        assert "no-such-revision is neither a file nor a git revision" in done.output


def test_lint_finds_an_example_that_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(Path("openapi.yaml").read_text().replace("launch_count: 1", "launch_count: '1'", 1))
    done = CliRunner().invoke(commands, ["lint", str(path)])
    assert done.exit_code == 1
    assert "launch_count" in done.stdout


def test_lint_passes_the_contract() -> None:
    done = CliRunner().invoke(commands, ["lint"])
    assert done.exit_code == 0, done.output
    assert len([line for line in done.stdout.splitlines() if line.startswith("ok")]) == 5
