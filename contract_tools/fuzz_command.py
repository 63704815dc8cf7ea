"""`wallet-orchestrator fuzz`."""

from __future__ import annotations

import os
import random
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from contract_tools.exit_codes import errors_reported

_SETTINGS = {"WALLET_STREAM_SECONDS": "0.2"}
_WORLD = "latency_ms: 15\n"
"""Of the mock: slow enough that a refresh-all still runs when the next request comes, which may cancel it."""


def fuzz(
    backend: Annotated[
        str,
        typer.Option(
            help="[bold]mock[/] or [bold]real[/] starts a server for the run (real: with local stand-ins for what the "
            "environment does not name); or the URL of a running server, whose data will be changed."
        ),
    ] = "mock",
    seed: Annotated[int | None, typer.Option(help="The same seed, the same requests. Left out: a new one.")] = None,
    time: Annotated[
        int | None, typer.Option(min=1, help="Go on fuzzing for so many seconds. Left out: every phase once.")
    ] = None,
    limit: Annotated[
        float | None, typer.Option(min=1, help="Seconds after which the run ends in any case \\[180, or --time + 120].")
    ] = None,
    max_examples: Annotated[
        int | None, typer.Option(min=1, help="Requests per operation, at most \\[schemathesis.toml].")
    ] = None,
    contract: Annotated[Path | None, typer.Option(help="Another contract than the one in use.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report to this file.")] = None,
    har: Annotated[Path | None, typer.Option(help="Write all requests and answers to this HAR file.")] = None,
    github: Annotated[
        bool | None,
        typer.Option("--github/--no-github", help="Annotate failures for GitHub. Left out: where GitHub runs us."),
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", help="A header for every request, NAME:VALUE.")
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(help="After --: passed on to `st run`.")] = None,
) -> None:
    """Fuzz a server by its contract: schemathesis, all checks, all phases, nothing left out.

    Prints the seed, and for each failure one line with a curl that shows it again. Exit code: 0 no failure, 1
    failures, 2 the run was not possible or did not end within its limit.
    """
    from contract_tools.fuzz_failures import describe, github_annotations
    from contract_tools.fuzzing import FuzzPlan, again, server_of_replay
    from contract_tools.fuzzing import fuzz as run
    from contract_tools.servers import serving
    from server.contract import contract_path

    contract = contract or contract_path()
    seed = random.randrange(2**32) if seed is None else seed
    print(f"Fuzzing {backend} with seed {seed}", flush=True)
    with errors_reported(), tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        world = Path(folder) / "slow.yaml"
        world.write_text(_WORLD, encoding="utf-8")
        server = stack.enter_context(serving(backend, settings={**_SETTINGS, "WALLET_WORLD": str(world)}))
        plan = FuzzPlan(
            url=server.url,
            seed=seed,
            contract=contract,
            seconds=time,
            limit=limit or (180 if time is None else time + 120),
            examples=max_examples,
            junit=junit,
            har=har,
            headers=header or (),
            credential=[f"{name}: {value}" for name, value in server.credential.items()],
            more=more or (),
        )
        result = run(plan)
    for line in describe(result.failures, server_of_replay(backend)):
        print(line)
    if github if github is not None else os.environ.get("GITHUB_ACTIONS") == "true":
        for line in github_annotations(result.failures, backend=backend, contract=str(contract)):
            print(line)
    if result.timed_out:
        print(f"Stopped after {plan.limit:g} s, unfinished: raise --limit, or lower --max-examples.")
    if result.code:
        print(f"Again: {again(plan, backend)}")
    raise typer.Exit(result.code)
