"""`wallet-orchestrator proxy`: the contract between any client and any server."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contract_tools.exit_codes import FINE, FOUND, errors_reported

if TYPE_CHECKING:
    from contract_tools.proxy.validator import Breach


def proxy(
    upstream: Annotated[str, typer.Option(help="The URL of the server behind, such as http://127.0.0.1:8000.")],
    report_only: Annotated[
        bool, typer.Option("--report-only", help="Pass on what breaks the contract too, and say so.")
    ] = False,
    record: Annotated[Path | None, typer.Option(help="Write what passes to this file, as `parity record`.")] = None,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.")] = 8020,
) -> None:
    """Stand between clients and a server, and hold both to the contract.

    A request that the contract does not allow is refused as the server itself would; an answer that it does not declare
    becomes a 500 that names the place. X-Contract-Proxy says `refused`, with --report-only `reported`. Each is a line
    here, without values. Exit code: 0 nothing broke the contract, 1 something did, 2 not possible.
    """
    from contract_tools.proxy.recorder import RecordingWriter
    from contract_tools.proxy.serving import opened, serve
    from contract_tools.proxy.upstream import Upstream, shown
    from contract_tools.proxy.validator import ValidationProxy
    from server.contract import load_contract
    from server.settings import environment_list

    counts: Counter[str] = Counter()

    def tell(breach: Breach) -> None:
        counts[breach.side] += 1
        print(breach, flush=True)

    with errors_reported(), ExitStack() as stack:
        contract, server = load_contract(), Upstream(upstream)
        writer = None if record is None else RecordingWriter(stack.enter_context(opened(record)), contract)
        application = ValidationProxy(
            server,
            contract,
            tell,
            refuse=not report_only,
            recording=writer,
            hosts=environment_list("WALLET_ALLOWED_HOSTS") or (),
            origins=environment_list("WALLET_CORS_ORIGINS"),
        )
        serve(application, host, port, f"Validating what passes to {shown(upstream)}")
    print(f"{counts['request']} request(s) and {counts['answer']} answer(s) broke the contract")
    if writer is not None:
        print(f"{writer.kept} exchanges in {record}, {writer.left_out} left out")
    raise typer.Exit(FOUND if counts else FINE)
