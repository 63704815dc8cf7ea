"""`wallet-orchestrator parity`: two servers side by side, recordings, and their replay."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contract_tools.exit_codes import FINE, FOUND, ToolError, errors_reported

if TYPE_CHECKING:
    from contract_tools.parity.runner import Finding

parity = typer.Typer(help="Compare two servers by one sequence of requests; record traffic, and replay it.")

_EMPTY = {"WALLET_PORTFOLIO_TTL": "0"}  # a snapshot's age would be a matter of luck
_OF_A_SHARED_WORLD = {
    "WALLET_REFRESH_COOLDOWN": "10",
    "SOLANA_RPC_RPS": "487.5",  # more than a local chain answers, and little enough for estimates above a second
    "SOLANA_RPC_TIMEOUT": "60",
    "WALLET_REFRESH_SECONDS": "120",  # for 10,000 holdings on a busy machine
    "WALLET_CHECK_RESPONSES": "false",  # each answer is checked here, which tells more than a 500
}
_Header = Annotated[list[str] | None, typer.Option("--header", "-H", help="A header for every request, NAME:VALUE.")]


@parity.callback(invoke_without_command=True)
def compare(
    context: typer.Context,
    first: Annotated[str, typer.Option(help="mock, real, or the URL of a server without wallets.")] = "mock",
    other: Annotated[str, typer.Option(help="The same, to compare with.")] = "real",
    seed: Annotated[
        int | None, typer.Option(help="The same seed, the same world and requests. Left out: a new one.")
    ] = None,
    steps: Annotated[int, typer.Option(min=0, help="Requests of chance after the systematic ones.")] = 300,
    whale: Annotated[bool, typer.Option(help="A wallet of 10,000 holdings is in the world.")] = True,
    quick: Annotated[
        bool, typer.Option("--quick", help="A small part: valid requests, each list in each order, no whale.")
    ] = False,
    until_first: Annotated[bool, typer.Option("--until-first", help="Stop at the first difference.")] = False,
    save: Annotated[Path | None, typer.Option(help="Save the first server's answers as a recording.")] = None,
    header: _Header = None,
) -> None:
    """Without a sub-command: one generated sequence to both servers, compared answer by answer.

    Two servers of ours (mock, real) are given one world: a faked chain, and a clock that only the sequence moves. They
    must answer byte for byte the same, but for what the contract marks with `x-parity`. With a URL the worlds differ:
    only statuses, problems, and what a request itself says are compared. Exit code: 0 no difference, 1 differences, 2
    not possible.
    """
    if context.invoked_subcommand is not None:
        return
    from contract_tools.parity.client import Server
    from contract_tools.parity.compare import Comparison
    from contract_tools.parity.id_translation import IdTranslator
    from contract_tools.parity.recording import write_recording
    from contract_tools.parity.redaction import has_secret
    from contract_tools.parity.report import summary
    from contract_tools.parity.request_generator import RequestGenerator
    from contract_tools.parity.runner import Tally, compare_live
    from contract_tools.parity.shared_world import SharedWorld, shared_world
    from contract_tools.servers import serving
    from server.contract import load_contract

    seed = random.randrange(2**32) if seed is None else seed
    contract, ids, tally = load_contract(), IdTranslator(), Tally()
    findings, exchanges = [], []
    ours = {first, other} <= {"mock", "real"}
    print(f"Comparing {first} and {other} with seed {seed}", flush=True)
    with errors_reported(), ExitStack() as stack:
        world: SharedWorld | None = stack.enter_context(shared_world(seed, whale=whale and not quick)) if ours else None
        settings = _EMPTY if world is None else {**world.settings, **_OF_A_SHARED_WORLD}
        chain = None if world is None else world.chain
        one = stack.enter_context(serving(first, populated=False, settings=settings, chain=chain))
        two = stack.enter_context(serving(other, populated=False, settings=settings, chain=chain))
        more = _headers(header)
        left = stack.enter_context(Server(first, one.url, more, keys=_callers(one.keys)))
        right = stack.enter_context(Server(_second(first, other), two.url, more, keys=_callers(two.keys)))
        if world is None:
            generator = RequestGenerator(contract, seed)
        else:
            clock = world.clock
            generator = RequestGenerator(contract, seed, addresses=world.addresses, now=lambda: clock.now)
        comparison = Comparison(contract, ids, same_world=ours)
        pause = time.sleep if world is None else world.clock.move
        script = generator.script(steps, thorough=not quick)
        for finding, exchange in compare_live(script, left, right, comparison, ids, tally, pause):
            exchanges.append(exchange)
            if finding is not None:
                findings.append(finding)
                _show(finding, two.url, len(findings))
                if until_first:
                    break
    if save is not None:
        write_recording(save, (each for each in exchanges if not has_secret(each.request)))
    print(summary(tally, findings))
    if findings:
        given = f" --steps {steps}{'' if whale else ' --no-whale'}{' --quick' if quick else ''}"
        print(f"Again: {_store()}wallet-orchestrator parity --first {first} --other {other} --seed {seed}{given}")
    raise typer.Exit(FOUND if findings else FINE)


def _callers(keys: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """The credentials of all callers that a request may name."""
    return {**keys, "unknown": {"X-API-Key": "a key that nobody has"}, "nobody": {}} if keys else {}


def _store() -> str:
    store = os.environ.get("WALLET_STORE")
    return f"WALLET_STORE={store} " if store else ""


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
    from contract_tools.proxy.recorder import Recorder
    from contract_tools.proxy.serving import opened, serve
    from contract_tools.proxy.upstream import Upstream, shown
    from server.contract import load_contract

    with errors_reported(), ExitStack() as stack:
        server = Upstream(upstream)
        recorder = Recorder(server, stack.enter_context(opened(to)), load_contract())
        serve(recorder, host, port, f"Recording what passes to {shown(upstream)}")
    print(f"{recorder.writer.kept} exchanges in {to}, {recorder.writer.left_out} left out")


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
            Server(against, it.url, {**it.credential, **_headers(header)}, keys=_callers(it.keys)) as server,
        ):
            for request in setup_requests(exchanges) if prepare else ():
                server.send(request)
            comparison = Comparison(load_contract(), ids, same_world=False)
            for finding in play_back(exchanges, server, comparison, ids, tally):
                findings.append(finding)
                _show(finding, it.url, len(findings))
    print(summary(tally, findings))
    raise typer.Exit(FOUND if findings else FINE)


@parity.command()
def world(
    recording: Annotated[Path, typer.Argument(help="What `parity record`, `proxy --record` or `parity --save` wrote.")],
    to: Annotated[Path, typer.Option(help="The world's file, ending in .yaml.")],
) -> None:
    """Make a world of a recording: the wallets that its answers show, as they were at its end, for `serve --world`.

    Metadata, balances, tokens, open schedules and launches are in it; what no answer showed is not. Exit code: 0 it is
    written, 2 not possible.
    """
    from backends.mock.world import world_text
    from contract_tools.parity.recorded_world import recorded_world
    from contract_tools.parity.recording import read_recording
    from server.mocking.world_files import names_a_file

    with errors_reported():
        if not names_a_file(to.name):
            raise ToolError(f"{to}: a world's file ends in .yaml")
        made = recorded_world(read_recording(recording), f"As it was at the end of the recording {recording.name}.")
        try:
            to.write_text(world_text(made.description), encoding="utf-8")
        except OSError as error:
            raise ToolError(f"can't write {to}: {error.strerror}") from error
    if made.unknown_holdings:
        print(f"No answer lists the tokens of {made.unknown_holdings} wallet(s): they hold none in this world.")
    print(f"{made.wallets} wallet(s) in {to}: wallet-orchestrator serve --world {to}")


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
