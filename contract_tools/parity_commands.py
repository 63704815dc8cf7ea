"""`wallet-orchestrator parity`: two servers side by side, recordings, and their replay."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contract_tools.exit_codes import FINE, FOUND, errors_reported

if TYPE_CHECKING:
    from contract_tools.parity.runner import Finding

parity = typer.Typer(help="Compare two servers by one sequence of requests; record traffic, and replay it.")

_EMPTY = {"WALLET_PORTFOLIO_TTL": "0"}  # a snapshot's age would be a matter of luck
_Header = Annotated[list[str] | None, typer.Option("--header", "-H", help="A header for every request, NAME:VALUE.")]


@parity.callback(invoke_without_command=True)
def compare(
    context: typer.Context,
    first: Annotated[str, typer.Option(help="mock, real, or the URL of a server without wallets.")] = "mock",
    other: Annotated[str, typer.Option(help="The same, to compare with.")] = "real",
    seed: Annotated[int | None, typer.Option(help="The same seed, the same requests. Left out: a new one.")] = None,
    steps: Annotated[int, typer.Option(min=0, help="Requests of chance after the systematic ones.")] = 300,
    same_world: Annotated[
        bool, typer.Option(help="Both have the same world (mocks of one seed): the chain's data must agree too.")
    ] = False,
    save: Annotated[Path | None, typer.Option(help="Save the first server's answers as a recording.")] = None,
    header: _Header = None,
) -> None:
    """Without a sub-command: one generated sequence to both servers, compared answer by answer.

    Compared are status, headers, problem codes and shapes, and every value that the contract fixes; what it leaves
    open (ids, clocks, the chain's data) must only be present alike. Every operation, its valid requests and its wrong
    ones, then chance. Exit code: 0 no difference, 1 differences, 2 not possible.
    """
    if context.invoked_subcommand is not None:
        return
    from contract_tools.parity.allowed_differences import CommonState
    from contract_tools.parity.client import Server
    from contract_tools.parity.compare import Comparison
    from contract_tools.parity.id_translation import IdTranslator
    from contract_tools.parity.recording import write_recording
    from contract_tools.parity.report import summary
    from contract_tools.parity.request_generator import RequestGenerator
    from contract_tools.parity.runner import Tally, compare_live
    from contract_tools.servers import serving
    from server.contract import load_contract

    seed = random.randrange(2**32) if seed is None else seed
    contract, ids, tally = load_contract(), IdTranslator(), Tally()
    comparison = Comparison(contract, ids, CommonState.identical if same_world else CommonState.empty)
    findings, exchanges = [], []
    print(f"Comparing {first} and {other} with seed {seed}", flush=True)
    with (
        errors_reported(),
        serving(first, populated=False, settings=_EMPTY) as one,
        serving(other, populated=False, settings=_EMPTY) as two,
        Server(first, one.url, {**one.credential, **_headers(header)}) as left,
        Server(_second(first, other), two.url, {**two.credential, **_headers(header)}) as right,
    ):
        script = RequestGenerator(contract, seed).script(steps)
        for finding, exchange in compare_live(script, left, right, comparison, ids, tally):
            exchanges.append(exchange)
            if finding is not None:
                findings.append(finding)
                _show(finding, two.url, len(findings))
    if save is not None:
        write_recording(save, exchanges)
    print(summary(tally, findings))
    if findings:
        print(f"Again: wallet-orchestrator parity --first {first} --other {other} --seed {seed} --steps {steps}")
    raise typer.Exit(FOUND if findings else FINE)


@parity.command()
def record(
    upstream: Annotated[str, typer.Argument(help="The URL of the server to pass requests on to.")],
    to: Annotated[Path, typer.Option(help="The recording: JSON Lines, one exchange a line.")],
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.")] = 8010,
) -> None:
    """Stand between clients and a server, and write down what passes, without secrets.

    Kept are declared headers (so no credentials), declared query parameters, and bodies; an exchange with a private
    key or a recovery phrase in it is left out. Labels and notes are kept: look at a recording before you share it.
    """
    from contract_tools.parity.recording_proxy import record as run
    from server.contract import load_contract

    print(f"Recording what passes from http://{host}:{port} to {upstream}; Ctrl-C ends it", flush=True)
    recorder = run(upstream, to, host, port, load_contract())
    print(f"{recorder.kept} exchanges in {to}, {recorder.left_out} left out")


@parity.command()
def replay(
    recording: Annotated[Path, typer.Argument(help="What `parity record` or `parity --save` has written.")],
    against: Annotated[str, typer.Option(help="mock, real, or the URL of a server.")] = "mock",
    prepare: Annotated[
        bool, typer.Option(help="First create the wallets that the recording takes for granted.")
    ] = True,
    header: _Header = None,
) -> None:
    """Send a recording's requests to a server, and compare its answers with the recorded ones.

    What the recorded server's past explains (which wallets, how many, how fresh) may differ; status, headers, codes
    and shapes may not. Exit code: 0 no difference, 1 differences, 2 not possible.
    """
    from contract_tools.parity.allowed_differences import CommonState
    from contract_tools.parity.client import Server
    from contract_tools.parity.compare import Comparison
    from contract_tools.parity.id_translation import IdTranslator
    from contract_tools.parity.recording import read_recording
    from contract_tools.parity.report import summary
    from contract_tools.parity.runner import Tally, setup_requests
    from contract_tools.parity.runner import replay as play_back
    from contract_tools.servers import serving
    from server.contract import load_contract

    ids, tally = IdTranslator(), Tally()
    findings = []
    with errors_reported():
        exchanges = list(read_recording(recording))
        with (
            serving(against, populated=False, settings=_EMPTY) as it,
            Server(against, it.url, {**it.credential, **_headers(header)}) as server,
        ):
            for request in setup_requests(exchanges) if prepare else ():
                server.send(request)
            comparison = Comparison(load_contract(), ids, CommonState.unrelated)
            for finding in play_back(exchanges, server, comparison, ids, tally):
                findings.append(finding)
                _show(finding, it.url, len(findings))
    print(summary(tally, findings))
    raise typer.Exit(FOUND if findings else FINE)


def _show(finding: Finding, url: str, number: int) -> None:
    from contract_tools.parity.report import annotation, describe

    if number > 30:
        return
    print("\n".join(describe(finding, url)), flush=True)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        print(annotation(finding))


def _second(first: str, other: str) -> str:
    return other if other != first else f"{other} (2)"


def _headers(given: list[str] | None) -> dict[str, str]:
    pairs = [text.partition(":") for text in given or ()]
    return {name.strip(): value.strip() for name, _, value in pairs}
