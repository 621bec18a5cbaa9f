"""Bundles, their plans and reports with defaults, to be changed by name: values only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from behaviours.projects.sampling import Stratum
from behaviours.viewer import Viewer
from rewards.pooling.bundle import DRAFT, Bundle
from rewards.pooling.documents import (
    Amounts,
    DrawnPlan,
    LeavingReduction,
    MonitoringReport,
    NamedAmounts,
    VersionAmounts,
)

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
OPERATOR, AUTHORITY = Viewer("operator", None), Viewer("authority", None)
VERIFIER = Viewer("verifier", UUID(int=7))
STRATUM = Stratum(1, "ride", 0, None, 3, 12_000, 2)


def a_bundle(state: str = DRAFT, **changes: Any) -> Bundle:
    """A bundle of every methodology in the first half of 2026."""
    made = Bundle(
        bundle_id=UUID(int=1),
        methodology=None,
        vintage=2026,
        region=None,
        occurred_from=date(2026, 1, 1),
        occurred_to=date(2026, 6, 30),
        unit_class="voluntary",
        state=state,
        created_by=UUID(int=2),
        created_at=NOW,
        reserve_per_mille=50,
    )
    return replace(made, **changes)


def a_plan(**changes: Any) -> DrawnPlan:
    """A plan over three reductions of one stratum, which nobody was given yet."""
    made = DrawnPlan(
        population=3,
        confidence=Decimal("0.95"),
        precision=Decimal("0.05"),
        expected_share=Decimal("0.5"),
        size=2,
        seed="",
        verifier="",
        drawn_at=NOW,
        root="00" * 32,
        strata=(STRATUM,),
    )
    return replace(made, **changes)


def drawn(plan: DrawnPlan) -> DrawnPlan:
    """The plan after its verifier has given a number."""
    return plan.accepted(number="123456", secret="ab" * 32, seed="cd" * 32, at=NOW)


def a_report(reductions: Sequence[LeavingReduction]) -> MonitoringReport:
    """The report over exactly these reductions, counted here one by one."""
    return MonitoringReport(
        bundle="bdl_1",
        written_at=NOW,
        conditions=a_bundle().conditions,
        whole=_of(reductions),
        carried_in_mg=7,
        by_behaviour=_by("behaviour", reductions),
        by_month=_by("month", reductions),
        by_region=_by("region", reductions),
        by_version=tuple(
            VersionAmounts(*rule, b"\1", "official", "project", _of(those))
            for rule in sorted({(each.methodology, each.version) for each in reductions})
            if (those := [one for one in reductions if (one.methodology, one.version) == rule])
        ),
        factors=(),
    )


def _by(name: str, reductions: Sequence[LeavingReduction]) -> tuple[NamedAmounts, ...]:
    return tuple(
        NamedAmounts(value, _of(one for one in reductions if getattr(one, name) == value))
        for value in sorted({getattr(each, name) for each in reductions})
    )


def _of(reductions: Iterable[LeavingReduction]) -> Amounts:
    masses = [each.saved_mg for each in reductions]
    return Amounts(len(masses), sum(masses))
