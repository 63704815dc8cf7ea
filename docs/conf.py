"""Sphinx's settings (`make docs`). The contract reference, the settings and the rules are made from their sources."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Wallet Management Orchestrator"
author = "The maintainers"
html_title = project
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns: list[str] = []
nitpicky = True

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 4

html_theme = "furo"
html_copy_source = False
html_show_sphinx = False
# Nothing is loaded from other hosts: the site works from a disk. Furo brings its own assets.
html_theme_options = {"navigation_with_keys": True}


def setup(app: Sphinx) -> None:
    """Write the made pages before the others are read."""
    app.connect("builder-inited", _write_pages)


def _write_pages(_: Sphinx) -> None:
    from contract_tools.reference import pages

    folder = Path(__file__).parent / "made"
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
