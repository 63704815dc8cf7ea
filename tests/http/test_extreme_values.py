"""What a query may say at its largest, smallest and longest: nothing that the contract allows is more than a store can
take.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest

from server.contract import load_contract
from tests.support.fuzzed import KNOWN_ADDRESSES, fuzzed_app
from tests.support.fuzzing import Sent, ask, complaint

EXTREMES = [
    *("0", "1", "200", "365", "5000", "86400", "9" * 5, "9" * 10, "9999999999.999999999", "0.000000001", "9" * 19),
    *("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    *("z" * 32, "🦊" * 32, "é" * 100, "_" * 100, "…" + "z" * 99),
]


@pytest.mark.parametrize("mode", ["mock", "real"])
async def test_no_value_that_the_contract_allows_is_a_500(mode: str, tmp_path: Path) -> None:
    seen: Counter[int] = Counter()
    wallet = KNOWN_ADDRESSES[0]
    registered = b'{"wallet_address": "%s"}' % wallet.encode()
    async with fuzzed_app(mode, tmp_path) as app:
        head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(registered))]
        sent = Sent("POST", b"/api/wallets", b"", head, [registered])
        status, _, body = await ask(app, sent)
        assert status == 201, body
        for operation in load_contract().operations:
            path = operation.path.replace("{wallet_address}", wallet)
            if operation.method != "GET" or "{" in path:
                continue
            for parameter in operation.located("query"):
                for value in EXTREMES if not parameter.values else ():
                    query = f"{parameter.name}={quote(value)}".encode()
                    status, headers, body = await ask(app, Sent("GET", path.encode(), query, [], []), events=1)
                    assert complaint(status, headers, body, head=False) is None, (path, query, body)
                    seen[status] += 1
    assert set(seen) <= {200, 400, 404, 422}
    assert seen[200] > 100, seen
