"""Recompute reductions: the same inputs, rule and factors give the same milligrams, years later."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from app.store.audit.stored import Stored, stored_reductions
from app.store.database import Connection
from app.store.ids import public
from app.usecases.audit.finding import Finding
from behaviours.quantify import recompute
from behaviours.refusal import Refusal
from behaviours.rulebook import Rulebook


def recompute_reductions(
    books: Connection,
    rulebook: Rulebook,
    *,
    sample: int | None = None,
    seed: str = "0",
    action_id: UUID | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Finding:
    """Run stored reductions again: all, ``sample`` of them by ``seed``, or one.

    ``progress`` is told how many are done. A reduction whose rule is not in ``rulebook``, or is
    refused by it now, counts as broken: nobody could defend it.
    """
    count, broken = 0, 0
    offenders: list[str] = []
    for stored in stored_reductions(books, sample=sample, seed=seed, action_id=action_id):
        count += 1
        problem = _difference(stored, rulebook)
        if problem:
            broken += 1
            if len(offenders) < 5:
                offenders.append(f"{public('red', stored.action_id)} ({problem})")
        progress(count)
    return Finding(
        "recomputed",
        "each reduction's stored mg = the mg from its inputs, rule and factors",
        count=count,
        broken=broken,
        offenders=tuple(offenders),
    )


def _difference(stored: Stored, rulebook: Rulebook) -> str | None:
    try:
        saved_mg = recompute(stored.record, rulebook)
    except Refusal as refusal:
        return refusal.code
    except (KeyError, ValueError) as damage:
        return f"its record cannot be read: {damage!r}"
    if saved_mg != stored.saved_mg:
        return f"stored {stored.saved_mg} mg, recomputed {saved_mg} mg"
    return None
