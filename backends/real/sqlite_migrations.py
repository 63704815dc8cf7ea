"""What makes the documents of a SQLite file of an earlier release those of this one, when it is opened."""

# ruff: noqa: S608 - statements are made of our own names

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

import pydantic_core

from backends.orchestrator.records import Wallet
from backends.orchestrator.wallets.search import search_terms
from backends.real import sqlite_counters
from backends.real.sqlite_layout import field_table


def _words_among_the_search_terms(connection: sqlite3.Connection) -> None:
    """Wallets are found by whole words, too. All that is derived from documents is made anew behind it, once."""
    connection.create_function("search_terms", 3, _search_terms, deterministic=True)
    table = Wallet.COLLECTION
    triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", (table,))
    for (name,) in triggers.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(f"DROP TABLE IF EXISTS {field_table(Wallet)}")
    # What is no document of ours stays as it is, and is told of when it is read.
    connection.execute(
        f"UPDATE {table} SET body = json_set(body, '$.search_terms', "
        "json(search_terms(key, json_extract(body, '$.label'), json_extract(body, '$.tags')))) "
        "WHERE json_type(body, '$.tags') = 'array' AND coalesce(json_type(body, '$.label'), 'null') IN ('text', 'null')"
    )
    connection.create_function("search_terms", 3, None)


def _search_terms(wallet_address: str, label: str | None, tags: str) -> str:
    texts = [tag for tag in pydantic_core.from_json(tags) if isinstance(tag, str)]
    return pydantic_core.to_json(search_terms(wallet_address, label, texts)).decode()


MIGRATIONS: Sequence[Callable[[sqlite3.Connection], None]] = (_words_among_the_search_terms, sqlite_counters.carry_over)
"""The first makes version 2 of version 1, and so on. Each runs in the transaction that prepares the file."""
