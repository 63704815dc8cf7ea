"""How tests bound a wait: so that no load on the machine reaches the bound, while what is wrong goes far beyond it.

Where the point is *how* quick something is, use virtual time (`tests/support/virtual_time.py`), count, or measure in
`bench/`.
"""

from __future__ import annotations

LOAD_SECONDS = 30.0
"""What other work on the machine may add to anything that is waited for."""
