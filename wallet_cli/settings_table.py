"""The settings as a Markdown table; `python -m wallet_cli.settings_table docs/settings.md` writes it into a file."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server.settings import Settings

_BETWEEN = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)


def settings_table() -> str:
    """One row a setting: its variable, its default, its meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{name.upper()}` | {_default(field.default)} | {field.description} |")
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """A document with the table between its markers."""
    return _BETWEEN.sub(lambda found: found[1] + settings_table() + found[2], text)


def _default(value: Any) -> str:
    if value is None or value in ((), {}):
        return "unset"
    return f"`{value}`"


def main(paths: Sequence[str]) -> None:
    """Rewrite the table in each of these files."""
    for path in map(Path, paths):
        path.write_text(with_table(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
