"""The audit: every balance, every milligram and every serial range derived from the entries."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from datetime import date, timedelta
from functools import partial

from app.store.audit import (
    admitting,
    boundaries,
    carbon,
    complaining,
    cover,
    households,
    installed,
    logged,
    moved,
    points,
    recording,
    region_counts,
    streams,
    till,
    title,
    units,
    verifying,
)
from app.store.audit.finding import AuditFinding
from app.store.audit.invariant import compare
from app.store.database import Connection
from app.usecases.audit.check_anchors import check_anchors
from app.usecases.audit.check_claims import check_claims
from app.usecases.audit.check_sum_trees import check_sum_trees
from app.usecases.audit.recompute_reductions import recompute_reductions
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.members import HOUSEHOLD
from rewards.points.earning import Policies
from rewards.registry.unit_classes import UNIT_CLASSES

INVARIANTS = (
    *recording.INVARIANTS,
    *region_counts.INVARIANTS,
    *complaining.INVARIANTS,
    *points.INVARIANTS,
    *till.INVARIANTS,
    *title.INVARIANTS,
    *households.INVARIANTS,
    *boundaries.INVARIANTS,
    *carbon.INVARIANTS,
    *units.INVARIANTS,
    *cover.INVARIANTS,
    *installed.INVARIANTS,
    *streams.INVARIANTS,
    *verifying.INVARIANTS,
    *moved.INVARIANTS,
    *admitting.INVARIANTS,
    *logged.INVARIANTS,
)
SAMPLE = 1_000
# One line of the audit: its name, and how it is derived.
_Line = tuple[str, Callable[[Connection], AuditFinding]]


def _unheard(_finding: AuditFinding) -> None:
    """Nobody waits for the findings one by one."""


def audit(
    connection: Connection,
    *,
    rulebook: ProgrammeRulebook,
    policies: Policies,
    found: Callable[[AuditFinding], None] = _unheard,
    lines: Container[str] | None = None,
) -> list[AuditFinding]:
    """All findings, in a fixed order; nothing is written and nothing is repaired.

    ``found`` is called with each as it comes out; ``lines`` names the only ones to derive, None
    all. ``connection`` should be a snapshot (``app.store.audit.snapshot``): derived under running
    writers, two halves of one transfer can fall into different moments.
    """
    findings = []
    for name, derive in _lines(rulebook, policies):
        if lines is None or name in lines:
            findings.append(derive(connection))
            found(findings[-1])
    return findings


def _lines(rulebook: ProgrammeRulebook, policies: Policies) -> Iterator[_Line]:
    given = {
        "zone": str(rulebook.zone),
        **_scenes(rulebook),
        "household_behaviours": _of_households(rulebook),
        **_classes(),
        **_limits(rulebook, policies),
    }
    for invariant in INVARIANTS:
        yield invariant.name, partial(compare, invariant=invariant, given=given)
    yield "claims_once", partial(check_claims, rulebook=rulebook)
    yield "sum_trees", check_sum_trees
    yield "anchors", check_anchors
    yield "recomputed", partial(recompute_reductions, rulebook=rulebook, sample=SAMPLE)


def _scenes(rulebook: ProgrammeRulebook) -> dict[str, list[str]]:
    """Which category each behaviour belongs to: a consent may name either."""
    behaviours = rulebook.behaviours()
    return {
        "behaviours": [behaviour.code for behaviour in behaviours],
        "categories": [behaviour.category_code for behaviour in behaviours],
    }


def _of_households(rulebook: ProgrammeRulebook) -> list[str]:
    """The behaviours of which any version is a household's."""
    versions = rulebook.versions()
    return sorted({each.behaviour for each in versions if each.stated.subject == HOUSEHOLD})


def _classes() -> dict[str, list[str]]:
    """Which provenance grades each class of units admits by themselves, and which by approval."""
    admitted = [(each.code, grade) for each in UNIT_CLASSES.values() for grade in each.open_grades]
    return {
        "open_classes": [code for code, _ in admitted],
        "open_grades": [grade for _, grade in admitted],
        "approvable_classes": [each.code for each in UNIT_CLASSES.values() if each.by_approval],
    }


def _limits(rulebook: ProgrammeRulebook, policies: Policies) -> dict[str, list[object]]:
    """What each cap allows and when, as four arrays for one unnest."""
    known = {behaviour.code for behaviour in rulebook.behaviours()}
    rows: list[tuple[str, date, date, int]] = []
    ordered = policies.all()
    for policy, later in zip(ordered, [*ordered[1:], None], strict=True):
        document = policy.document
        last = document.in_force_to or date.max
        if later is not None:
            last = min(last, later.document.in_force_from - timedelta(days=1))
        for behaviour in sorted(known | set(document.behaviours)):
            limit = document.behaviours.get(behaviour, document.default).points_per_day
            if limit is not None:
                rows.append((f"{behaviour}:per_day", document.in_force_from, last, limit))
    codes, starts, ends, limits = zip(*rows, strict=True) if rows else ((), (), (), ())
    return {
        "cap_codes": list(codes),
        "cap_from": list(starts),
        "cap_to": list(ends),
        "cap_limits": list(limits),
    }
