"""The tags in use, from counters that every commit keeps true."""

from __future__ import annotations

from backends.answers import Answer, AnswerKind
from backends.orchestrator.amounts import sol_text
from backends.orchestrator.context import Context
from backends.orchestrator.counters.values import whole
from backends.orchestrator.counting import Counting
from backends.orchestrator.storage.paging import next_token, open_page
from backends.orchestrator.timestamps import format_timestamp
from generated_models import TagPage, TagTotal

_LIST = "tags"


async def tags(context: Context, counting: Counting, *, page_size: int, page_token: str | None) -> Answer[TagPage]:
    """Tags in use, the most used first. A page begins behind the last tag of the one before, as it is by then."""
    page = await open_page(context, _LIST, {}, defaults={}, size=page_size, token=page_token)
    counts = await counting.read("wallets")
    in_order = sorted((-wallets, tag) for tag, wallets in counts.under("tag_wallets:").items())
    if page.cursor is not None:
        behind = int(str(page.cursor[0])), str(page.cursor[1])
        in_order = [each for each in in_order if each > behind]
    shown = in_order[: page.size]
    total = page.total if page.total is not None else len(in_order)
    more = len(in_order) > page.size
    return Answer(
        AnswerKind.OK,
        TagPage(
            items=[_total(tag, -wallets, counts.numbers) for wallets, tag in shown],
            next_page_token=await next_token(context, _LIST, page, total, (*shown[-1], "")) if more else None,
            total_size=total,
            computed_at=format_timestamp(context.clock.now()),
        ),
    )


def _total(tag: str, wallets: int, numbers: dict[str, int]) -> TagTotal:
    lamports = whole(numbers.get(f"tag_high:{tag}", 0), numbers.get(f"tag_low:{tag}", 0))
    return TagTotal(
        tag=tag,
        wallets=wallets,
        total_balance_lamports=str(lamports),
        total_balance_sol=sol_text(lamports),
        wallets_missing=numbers.get(f"tag_unread:{tag}", 0),
    )
