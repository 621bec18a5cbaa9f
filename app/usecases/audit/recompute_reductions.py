"""Recompute reductions: the same inputs, rule and factors give the same milligrams, years later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from uuid import UUID

from app.ids import public
from app.store.audit.finding import AuditFinding
from app.store.audit.stored import StoredReduction, stored_reductions
from app.store.database import Connection
from behaviours.actions.calculation import CalculationShown
from behaviours.actions.quantify import explain_record
from behaviours.civil_time import civil_day
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook


@dataclass(frozen=True, slots=True)
class Difference:
    """A reduction that did not come out; ``recomputed_mg`` is None when nothing did."""

    reduction_id: str
    methodology: str
    stored_mg: int
    recomputed_mg: int | None
    problem: str


def recompute_reductions(
    connection: Connection,
    rulebook: ProgrammeRulebook,
    *,
    sample: int | None = None,
    seed: str = "0",
    action_id: UUID | None = None,
    progress: Callable[[int], None] = lambda _done: None,
    on_difference: Callable[[Difference], None] = lambda _difference: None,
) -> AuditFinding:
    """Run stored reductions again: all, ``sample`` of them by ``seed``, or one.

    ``progress`` hears how many are done, ``on_difference`` of each one that is broken. A reduction
    whose rule is not in ``rulebook``, or is refused by it now, counts as broken: nobody could
    defend it. So does one whose record speaks of another action than its row.
    """
    count, broken = 0, 0
    offenders: list[str] = []
    for stored in stored_reductions(connection, sample=sample, seed=seed, action_id=action_id):
        count += 1
        difference = _difference(stored, rulebook)
        if difference is not None:
            broken += 1
            on_difference(difference)
            if len(offenders) < 5:
                offenders.append(f"{difference.reduction_id} ({difference.problem})")
        progress(count)
    return AuditFinding(
        "recomputed",
        "each reduction's stored mg = the mg from its inputs, rule and factors",
        count=count,
        broken=broken,
        offenders=tuple(offenders),
    )


def _difference(stored: StoredReduction, rulebook: ProgrammeRulebook) -> Difference | None:
    recomputed_mg = None
    try:
        working = explain_record(stored.record, rulebook)
        recomputed_mg = working.saved_mg
        problem = _contradiction(stored, working.shown, rulebook.zone)
    except Refusal as refusal:
        problem = refusal.code
    except (AttributeError, KeyError, TypeError, ValueError) as damage:
        problem = f"its record cannot be read: {damage!r}"
    if recomputed_mg not in (None, stored.saved_mg):
        problem = f"stored {stored.saved_mg} mg, recomputed {recomputed_mg} mg"
    if problem is None:
        return None
    return Difference(
        public("red", stored.action_id),
        stored.methodology,
        stored.saved_mg,
        recomputed_mg,
        problem,
    )


def _contradiction(stored: StoredReduction, shown: CalculationShown, zone: tzinfo) -> str | None:
    """What the record says otherwise than the action's row; None when they agree."""
    inputs = stored.record["inputs"]
    said: dict[str, tuple[object, object]] = {
        "quantities": (inputs["quantities"], stored.quantities),
        "region": (inputs["region"], stored.region),
        "day": (inputs["occurred_on"], civil_day(stored.occurred_at, zone).isoformat()),
        "methodology": (shown["methodology"], stored.methodology),
        "provenance": (shown["provenance"], stored.provenance),
    }
    if "share" in inputs:
        said["whole"] = (str(inputs["share"]["whole_mg"]), shown["share"]["whole_mg"])
    for name, (recorded, row) in said.items():
        if recorded != row:
            return f"its record says {name} {recorded}, its row {row}"
    return None
