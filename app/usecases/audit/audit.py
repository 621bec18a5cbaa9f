"""The audit: every balance, every milligram and every serial range derived from the entries."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from datetime import date, timedelta
from functools import partial

from app.store.audit import (
    admitting,
    auctions,
    boundaries,
    budgets,
    carbon,
    complaining,
    cover,
    design_changes,
    engagement,
    exchanges,
    handing_over,
    households,
    installed,
    limits,
    logged,
    merchants,
    monitoring,
    moved,
    negotiations,
    points,
    policies as policies_published,
    project_losses,
    project_owners,
    project_steps,
    projects,
    proposed,
    recording,
    region_counts,
    streams,
    supplied,
    till,
    title,
    told,
    units,
    verifying,
)
from app.store.audit.finding import AuditFinding
from app.store.audit.invariant import compare
from app.store.database import Connection
from app.usecases.audit.check_anchors import check_anchors
from app.usecases.audit.check_claims import check_claims
from app.usecases.audit.check_project_calculations import check_project_calculations
from app.usecases.audit.check_project_land import check_project_land
from app.usecases.audit.check_sum_trees import check_sum_trees
from app.usecases.audit.recompute_reductions import recompute_reductions
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.members import HOUSEHOLD
from rewards.points.earning import Policies
from rewards.registry.unit_classes import UNIT_CLASSES

INVARIANTS = (
    *recording.INVARIANTS,
    *limits.INVARIANTS,
    *region_counts.INVARIANTS,
    *supplied.INVARIANTS,
    *complaining.INVARIANTS,
    *points.INVARIANTS,
    *policies_published.INVARIANTS,
    *budgets.INVARIANTS,
    *till.INVARIANTS,
    *title.INVARIANTS,
    *households.INVARIANTS,
    *engagement.INVARIANTS,
    *boundaries.INVARIANTS,
    *carbon.INVARIANTS,
    *units.INVARIANTS,
    *auctions.INVARIANTS,
    *exchanges.INVARIANTS,
    *negotiations.INVARIANTS,
    *cover.INVARIANTS,
    *installed.INVARIANTS,
    *streams.INVARIANTS,
    *verifying.INVARIANTS,
    *proposed.INVARIANTS,
    *moved.INVARIANTS,
    *admitting.INVARIANTS,
    *projects.INVARIANTS,
    *project_steps.INVARIANTS,
    *project_owners.INVARIANTS,
    *merchants.INVARIANTS,
    *project_losses.INVARIANTS,
    *handing_over.INVARIANTS,
    *design_changes.INVARIANTS,
    *monitoring.INVARIANTS,
    *logged.INVARIANTS,
    *told.INVARIANTS,
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
        **_rule_limits(rulebook),
    }
    for invariant in INVARIANTS:
        yield invariant.name, partial(compare, invariant=invariant, given=given)
    yield "claims_once", partial(check_claims, rulebook=rulebook)
    yield "sum_trees", check_sum_trees
    yield "project_land", check_project_land
    yield "project_runs", partial(check_project_calculations, rulebook=rulebook)
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


def _rule_limits(rulebook: ProgrammeRulebook) -> dict[str, list[object]]:
    """What the rules limit, as arrays for one unnest."""
    rows = [
        (
            bytes.fromhex(version.digest.removeprefix("sha256:")),
            *(limit.name, limit.of, limit.period),
            *(limit.code(version.code), limit.scale, limit.most),
        )
        for version in rulebook.versions()
        for limit in version.limits
    ]
    names = ("digests", "names", "ofs", "periods", "codes", "scales", "mosts")
    return {f"limit_{name}": [row[at] for row in rows] for at, name in enumerate(names)}


def _limits(rulebook: ProgrammeRulebook, policies: Policies) -> dict[str, list[object]]:
    """What each cap allows and when, and which behaviours share it, and what first times bring:
    arrays for one unnest each."""
    scenes = {each.code: each.category_code for each in rulebook.behaviours()}
    rows: list[tuple[str, str, str, date, date, int]] = []
    firsts: list[tuple[str, str, date, date, int]] = []
    ordered = policies.all()
    for policy, later in zip(ordered, [*ordered[1:], None], strict=True):
        document = policy.document
        last = document.in_force_to or date.max
        if later is not None:
            last = min(last, later.document.in_force_from - timedelta(days=1))
        rows += [
            (behaviour, cap.code, cap.period, document.in_force_from, last, cap.limit)
            for behaviour, scene in sorted(scenes.items())
            for cap in document.caps_of(behaviour, scene)
        ]
        firsts += [
            (behaviour, bonus.code, document.in_force_from, last, bonus.points)
            for behaviour, scene in sorted(scenes.items())
            for bonus in document.first_time.of(behaviour, scene)
        ]
    names = ("behaviours", "codes", "periods", "from", "to", "limits")
    of_firsts = ("behaviours", "codes", "from", "to", "points")
    return {
        **{f"cap_{name}": [row[at] for row in rows] for at, name in enumerate(names)},
        **{f"first_{name}": [row[at] for row in firsts] for at, name in enumerate(of_firsts)},
    }
