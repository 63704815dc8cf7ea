"""What the composition root makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backends.base import WalletBackend
from backends.session_control import SessionControl
from server.reloading.watching import Watched
from server.routes.mounts import Mount


@dataclass(frozen=True, slots=True)
class Backends:
    """What serves: `main`, and other backends for single groups (tags of the contract)."""

    main: WalletBackend
    groups: Mapping[str, WalletBackend] = field(default_factory=dict)
    mounts: Sequence[Mount] = ()
    """Further contracts."""
    session_control: SessionControl | None = None
    """Of mock mode alone."""
    world: str = ""
    """The world that a mock's sessions begin in, in words."""
    watched: Sequence[Watched] = ()
    """Files that may be taken over while it serves."""
