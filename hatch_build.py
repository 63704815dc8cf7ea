"""What hatch asks when it builds a wheel: the console's files go in where they were built, and are not missed else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ConsoleFiles(BuildHookInterface[Any]):
    """Puts `console/dist` into the wheel as `server/console`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """A checkout installed for development serves `console/dist` itself."""
        if version == "standard" and Path(self.root, "console/dist/index.html").is_file():
            build_data["force_include"]["console/dist"] = "server/console"
