"""A valid request of each operation, from the contract's examples: a new operation is asked for without a line more."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from server.contract import load_contract
from server.contract.model import Operation


@cache
def path_examples() -> dict[str, str]:
    """What the contract gives as an example of each parameter of a path, by its name."""
    parameters = load_contract().document["components"]["parameters"].values()
    return {each["name"]: str(each["example"]) for each in parameters if each["in"] == "path"}


def example_path(operation: Operation, **known: str) -> str:
    """The operation's path with `known` in it, and the contract's examples where nothing is known."""
    values = {**path_examples(), **known}
    return re.sub(r"{(\w+)}", lambda name: values[name[1]], operation.path)


def example_body(operation: Operation) -> Any:
    """The first example of the operation's body; None without one."""
    return None if operation.body is None else next(iter(operation.body.examples.values()))
