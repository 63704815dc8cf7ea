"""The mock's ids: the same situation gets the same id, in every process."""

from __future__ import annotations

from collections import Counter

from .seed import Seed


class SeededIds:
    """An `Ids` whose values are hashes of (seed, session, kind, content, occurrence).

    `occurrence` counts how often this very situation came up in this session; there is no counter across
    situations, so what one client does never shifts the ids that another one gets.
    """

    def __init__(self, seed: Seed, session: str = "") -> None:
        self._seed = seed
        self._session = session
        self._seen: Counter[bytes] = Counter()

    def new(self, kind: str, *content: object) -> str:
        situation = self._seed.derive(b"situation", self._session, kind, *(str(part) for part in content), size=16)
        occurrence = self._seen[situation]
        self._seen[situation] += 1
        return f"{kind}_{self._seed.derive(b'id', situation, occurrence, size=16).hex()}"

    def copy(self, session: str) -> SeededIds:
        """Ids for a session that starts from here: they never repeat one given before."""
        twin = SeededIds(self._seed, session)
        twin._seen = self._seen.copy()
        return twin
