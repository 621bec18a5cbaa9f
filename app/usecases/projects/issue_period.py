"""Issue what was verified of a held period: whole tonnes by civil year, less the reserve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.pooling.bundles import insert_bundle
from app.store.projects.calculations import newest_calculation, newest_report
from app.store.projects.issuances import add_issuance, owed_mg
from app.store.projects.losses import count_remeasured
from app.store.projects.owner_changes import add_issuance_shares, owner_changes_of
from app.store.projects.verifications import opinions_of
from app.store.registry.blocks import insert_block, take_numbers
from app.store.registry.carbon_book import balance, lock_family, post
from behaviours.projects.calculated import PeriodReport
from behaviours.projects.design import STRATA
from behaviours.projects.designed import civil_year
from behaviours.projects.issuance import ProjectIssuance
from behaviours.projects.monitoring import MonitoringPeriod
from behaviours.projects.owner_change import OwnedDays, owners_of, shares_of
from behaviours.projects.project import Project
from behaviours.projects.surveyed import rule_of
from behaviours.projects.vintages import by_civil_year, credited
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.survey.run import ByVintage
from behaviours.rules.survey.shown import RunShown
from behaviours.viewer import Viewer
from rewards.ledger.carbon import BundleBook
from rewards.pooling.bundle import ISSUED, Bundle
from rewards.registry.block import ACTIVE, BUFFER
from rewards.registry.issuing import TONNE_MG
from rewards.registry.project_issue import (
    BUFFER_RESULT,
    VintageIssue,
    class_of_grade,
    issue_vintage,
    reserves_mg,
)
from rewards.registry.ranges import Range


def issue_period(
    connection: Connection,
    project: Project,
    period: MonitoringPeriod,
    *,
    rulebook: ProgrammeRulebook,
    reserve_per_mille: int,
    by: Viewer,
    now: datetime,
) -> ProjectIssuance:
    """What the period came to; its units stand in the registry, its owners' and the reserve's.

    A loss issues nothing and is owed: the next periods are set off against it first.
    """
    calculation = newest_calculation(connection, period.period_id)
    report = newest_report(connection, period.period_id)
    opinion = opinions_of(connection, period.period_id)[-1]
    assert calculation is not None, "what is verified was computed"
    assert report is not None, "what is verified was reported"
    run = cast(RunShown, calculation.run)
    whose = project.project_id
    remeasured_mg = count_remeasured(connection, whose, period.period_id, period.ends_before)
    made = credited(
        by_civil_year(period.span, calculation.mg, _vintages(run)),
        deducted_mg=opinion.deduction_mg,
        owed_mg=owed_mg(connection, whose),
        remeasured_mg=remeasured_mg,
    )
    rule = rule_of(rulebook.version_by_digest(calculation.rule_digest))
    reserves = _reserves(made.by_year, run, reserve_per_mille if STRATA in rule.sets else 0)
    unit_class = class_of_grade(run["provenance"])
    owned = owners_of(period.span, owner_changes_of(connection, whose), project.applicant_id)
    issued_of = _IssuedOf(project, owned, period, report, unit_class, opinion.verifier_id)
    for year, reserve_mg in zip(made.by_year, reserves, strict=True):
        if year.mg:
            _issue_year(connection, issued_of, year, reserve_mg, by=by, now=now)
    masses = calculation.mg, opinion.deduction_mg, remeasured_mg, *made.masses_mg
    issuance = ProjectIssuance(period.period_id, whose, *masses, unit_class, now)
    add_issuance(connection, issuance)
    return issuance


def _vintages(run: RunShown) -> list[ByVintage]:
    return [ByVintage(each["year"], int(each["mg"])) for each in run["vintages"]]


def _reserves(years: Sequence[ByVintage], run: RunShown, per_mille: int) -> list[int]:
    buffer = run["results"].get(BUFFER_RESULT)
    buffer_mg = None if buffer is None else int(buffer)
    return reserves_mg([each.mg for each in years], buffer_mg=buffer_mg, per_mille=per_mille)


class _IssuedOf(NamedTuple):
    """What every vintage of an issue has in common; ``owned``: whose the period's days are."""

    project: Project
    owned: Sequence[OwnedDays]
    period: MonitoringPeriod
    report: PeriodReport
    unit_class: str
    verifier_id: UUID


def _issue_year(
    connection: Connection,
    of: _IssuedOf,
    year: ByVintage,
    reserve_mg: int,
    *,
    by: Viewer,
    now: datetime,
) -> None:
    family = of.project.said.methodology.partition("@")[0]
    book = BundleBook(new_id(), of.unit_class, family, year.year, of.project.project_id)
    lock_family(connection, family, year.year)
    held_mg = balance(connection, book.carry, family=family, vintage=year.year)
    made = issue_vintage(year.year, year.mg, carried_in_mg=held_mg, reserve_mg=reserve_mg)
    insert_bundle(connection, _bundle(of, book, made, by=by, now=now))
    postings = book.issue(
        deducted_mg=0,
        reserve_mg=made.reserve_t * TONNE_MG,
        units_mg=made.owner_t * TONNE_MG,
        carried_out_mg=made.carried_out_mg,
    )
    come_in = [*book.credit(made.credited_mg), *book.carry_in(made.carried_in_mg)]
    post(connection, [*come_in, *postings], now=now)
    _number(connection, of, book, made, now=now)


def _bundle(
    of: _IssuedOf, book: BundleBook, made: VintageIssue, *, by: Viewer, now: datetime
) -> Bundle:
    """What the units say that they were made of: the report, by its digest, and who verified it."""
    days = of.period.span.within(civil_year(made.vintage))
    assert by.user_id is not None, "whoever signs has a name"
    return Bundle(
        book.family,
        made.vintage,
        of.project.said.region,
        days.starts_on,
        days.ends_before - timedelta(days=1),
        of.unit_class,
        bundle_id=book.bundle_id,
        state=ISSUED,
        created_by=by.user_id,
        created_at=now,
        reserve_per_mille=0,
        reductions=0,
        selected_mg=made.credited_mg,
        carried_in_mg=made.carried_in_mg,
        deducted_mg=0,
        reserve_mg=made.reserve_t * TONNE_MG,
        issued_t=made.owner_t,
        carried_out_mg=made.carried_out_mg,
        root=of.report.digest,
        frozen_at=now,
        verifier_id=of.verifier_id,
        sealed_at=now,
        issued_at=now,
        period_id=of.period.period_id,
    )


def _number(
    connection: Connection, of: _IssuedOf, book: BundleBook, made: VintageIssue, *, now: datetime
) -> None:
    """The owners' blocks one after the other, and the reserve's after them."""
    shares = shares_of(made.owner_t, of.owned, civil_year(made.vintage))
    add_issuance_shares(connection, of.period.period_id, made.vintage, shares)
    # Last of all, because everybody who issues waits for the one counter.
    if not made.owner_t + made.reserve_t:
        return
    first = take_numbers(connection, made.owner_t + made.reserve_t)
    parts: list[tuple[int, str, UUID | None]] = [
        *((each.quantity_t, ACTIVE, each.owner_id) for each in shares),
        *([(made.reserve_t, BUFFER, None)] if made.reserve_t else []),
    ]
    for quantity_t, state, owner_id in parts:
        insert_block(
            connection,
            bundle_id=book.bundle_id,
            numbers=Range(first, first + quantity_t),
            state=state,
            unit_class=book.unit_class,
            vintage=made.vintage,
            now=now,
            owner_id=owner_id,
        )
        first += quantity_t
