"""Registering many wallets at once, or only saying what would happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import base58
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backends.answers import Answer, AnswerKind
from backends.orchestrator.context import Context
from backends.orchestrator.counters.changes import CounterChanges, TooManyCounters
from backends.orchestrator.counters.epochs import epochs, recount_due
from backends.orchestrator.ports import Write
from backends.orchestrator.records import Wallet, WalletTombstone
from backends.orchestrator.storage.idempotency import Completion, idempotent
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.wallets.registration import registration, unreadable
from backends.problem_rules import rule_of_model
from generated_models import (
    CreateWalletRequest,
    ImportedWallet,
    ImportOutcome,
    ImportWallet,
    ImportWalletsRequest,
    ImportWalletsResponse,
    ProblemError,
    ProblemRule,
)

_EXCERPT = 80  # characters of a value that are repeated


class WalletImport:
    """Validates each item by itself, and creates all that can be created in one commit."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def run(self, body: ImportWalletsRequest, idempotency_key: str | None) -> Answer[ImportWalletsResponse]:
        """What becomes of each wallet. Writes nothing in a dry run."""
        validated = [_validate(number, item, body.wallets[:number]) for number, item in enumerate(body.wallets)]

        async def effect(completion: Completion[ImportWalletsResponse]) -> Answer[ImportWalletsResponse]:
            return await retry_on_conflict(lambda: self._attempt(body, validated, completion))

        return await idempotent(self._context, "importWallets", idempotency_key, [body], ImportWalletsResponse, effect)

    async def _attempt(
        self,
        body: ImportWalletsRequest,
        validated: Sequence[CreateWalletRequest | list[ProblemError]],
        completion: Completion[ImportWalletsResponse],
    ) -> Answer[ImportWalletsResponse]:
        context = self._context
        addresses = [item.wallet_address for item in validated if isinstance(item, CreateWalletRequest)]
        known = await context.store.existing(Wallet, addresses)
        new = [address for address in addresses if address not in known]
        tombstones = dict(zip(new, await context.store.get_many(WalletTombstone, new), strict=True))
        # A tombstone that can't be read would fail the whole commit, again and again.
        known |= await unreadable(context, [address for address, tombstone in tombstones.items() if tombstone is None])
        epoch = (await epochs(context)).target
        items: list[ImportedWallet] = []
        writes: list[Write] = []
        changes = CounterChanges()
        for item, result in zip(body.wallets, validated, strict=True):
            outcome, errors = ImportOutcome.created, []
            if not isinstance(result, CreateWalletRequest):
                outcome, errors = ImportOutcome.invalid, result
            elif result.wallet_address in known:
                outcome = ImportOutcome.exists
            else:
                tombstone = tombstones[result.wallet_address]
                wallet, creation = registration(context, result, tombstone, "importWallets", epoch)
                writes += creation
                changes.wallet(None, wallet, wallet.created_at)
            items.append(ImportedWallet(wallet_address=item.wallet_address, outcome=outcome, errors=errors))
        counts = Counter(item.outcome for item in items)
        answer = Answer(
            AnswerKind.OK,
            ImportWalletsResponse(
                dry_run=bool(body.dry_run),
                created=counts[ImportOutcome.created],
                exists=counts[ImportOutcome.exists],
                invalid=counts[ImportOutcome.invalid],
                items=items,
            ),
        )
        if writes and not body.dry_run:
            try:
                increments: list[Write] = list(changes.writes())
            except TooManyCounters:  # of tags, of which hardly two wallets share one
                increments = list(await recount_due(context, epoch))
            await context.store.commit([*writes, *increments, *await completion.writes(answer)])
        return answer


def _validate(
    number: int, item: ImportWallet, before: Sequence[ImportWallet]
) -> CreateWalletRequest | list[ProblemError]:
    """The request that createWallet would be given for an item, or what is wrong with it."""
    where = f"/body/wallets/{number}"
    errors: list[ProblemError] = []
    request = None
    try:
        request = CreateWalletRequest.model_validate(item.model_dump())
    except ValidationError as error:
        for found in error.errors(include_url=False):
            place = "".join(f"/{step}" for step in found["loc"])
            errors.append(_error(where + place, rule_of_model(found["type"]), _sentence(found), _shown(found["input"])))
    if not _is_address(item.wallet_address):
        errors = [error for error in errors if error.where != f"{where}/wallet_address"]
        expected = "A Solana address: 32 bytes in base58."
        errors.insert(0, _error(f"{where}/wallet_address", ProblemRule.pattern, expected, _shown(item.wallet_address)))
    elif any(other.wallet_address == item.wallet_address for other in before):
        errors.append(
            _error(f"{where}/wallet_address", ProblemRule.unique, "Each address once.", _shown(item.wallet_address))
        )
    tags = item.tags or []
    if len(set(tags)) < len(tags):
        errors.append(_error(f"{where}/tags", ProblemRule.unique, "Each tag once.", None))
    return request if request is not None and not errors else errors


def _error(where: str, rule: ProblemRule, expected: str, got: str | None) -> ProblemError:
    return ProblemError(where=where, rule=rule, expected=expected, got=got)


_SENTENCES = {
    "string_too_long": "At most {max_length} characters.",
    "string_too_short": "At least {min_length} characters.",
    "string_pattern_mismatch": "Text without control characters.",
    "too_long": "At most {max_length} of them.",
    "enum": "One of {expected}, or null.",
}
"""What was expected, by pydantic's types of errors."""


def _sentence(error: ErrorDetails) -> str:
    words = _SENTENCES.get(error["type"])
    return f"{error['msg']}."[:500] if words is None else words.format(**error.get("ctx", {}))


def _is_address(text: str) -> bool:
    if not 32 <= len(text) <= 44:
        return False
    try:
        return len(base58.b58decode(text)) == 32
    except ValueError:
        return False


def _shown(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return value if len(value) <= _EXCERPT else f"{value[:40]}… ({len(value)} characters)"
