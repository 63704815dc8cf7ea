"""The tools' commands. Nothing heavy is imported before a command runs: the server's own start passes through here."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from contract_tools.exit_codes import FINE, FOUND, errors_reported
from contract_tools.fuzz_command import fuzz
from contract_tools.parity_commands import parity
from contract_tools.proxy_command import proxy

contract = typer.Typer(help="Look after openapi.yaml: compare two versions, check one.", no_args_is_help=True)


class ReportFormat(StrEnum):
    text = "text"
    json = "json"
    markdown = "markdown"


class FailOn(StrEnum):
    breaking = "breaking"
    risky = "risky"
    none = "none"


def register(app: typer.Typer) -> None:
    """Add the tools to the command line."""
    app.add_typer(contract, name="contract")
    app.add_typer(parity, name="parity")
    app.command()(fuzz)
    app.command()(proxy)


@contract.command()
def diff(
    old: Annotated[str, typer.Argument(help="A git revision (its openapi.yaml), REVISION:PATH, or a file.")],
    new: Annotated[str | None, typer.Argument(help="The same; left out, the contract in use.")] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="markdown is for a comment on a pull request.")
    ] = ReportFormat.text,
    output: Annotated[Path | None, typer.Option(help="Write the report to this file.")] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="What makes the exit code 1: breaking changes, risky ones too, or nothing.")
    ] = FailOn.breaking,
) -> None:
    """What changed in the contract, rated: breaking, risky, compatible.

    Exit code: 0 nothing that counts, 1 a change that counts (--fail-on), 2 the comparison was not possible. The rules
    are listed in the documentation (docs/contract-changes.md). Needs Node.js: Redocly's diff does most of the work.
    """
    from contract_tools import diff_report
    from contract_tools.contract_source import read_source
    from contract_tools.diff import compare
    from contract_tools.severity import Rating

    with errors_reported():
        before, after = read_source(old), read_source(new)
        changes = compare(before, after)
    write = {
        ReportFormat.text: diff_report.as_text,
        ReportFormat.json: diff_report.as_json,
        ReportFormat.markdown: diff_report.as_markdown,
    }[form]
    report = write(before.name, after.name, changes)
    if output is None:
        print(report)
    else:
        output.write_text(f"{report}\n", encoding="utf-8")
        print(diff_report.summary(changes))
    counts = {FailOn.breaking: {Rating.breaking}, FailOn.risky: {Rating.breaking, Rating.risky}, FailOn.none: set()}
    raise typer.Exit(FOUND if any(change.rating in counts[fail_on] for change in changes) else FINE)


@contract.command()
def lint(
    path: Annotated[Path | None, typer.Argument(help="A contract; left out, the one in use.")] = None,
) -> None:
    """Check a contract: a validator, a style linter, every example against its schema, and what the server can honour.

    Exit code: 0 no faults, 1 faults, 2 the file can't be read.
    """
    from contract_tools.lint import lint as checks
    from server.contract import contract_path

    found = False
    with errors_reported():
        for name, faults in checks(path or contract_path()):
            print(f"{'failed' if faults else 'ok':6}  {name}")
            for fault in faults:
                print(f"        {fault}")
            found = found or bool(faults)
    raise typer.Exit(FOUND if found else FINE)


class Mode(StrEnum):
    mock = "mock"
    real = "real"


@contract.command()
def coverage(
    backend: Annotated[
        Mode, typer.Option(help="Which server; real with local stand-ins, as `make run-real`.")
    ] = Mode.mock,
    seed: Annotated[int, typer.Option(help="Another one, other addresses.")] = 1,
) -> None:
    """Make every declared pair of operation and status happen over HTTP, with faults injected, and validate it.

    Exit code: 0 all of them, 1 some were not seen or not as declared, 2 not possible.
    """
    from contract_tools.coverage.run import cover
    from server.contract import load_contract

    with errors_reported():
        tally = cover(load_contract(), backend, seed)
    for fault in tally.faults:
        print(fault)
    print(f"{backend}: {tally.seen} of {tally.declared} declared answers seen")
    raise typer.Exit(FOUND if tally.faults else FINE)
