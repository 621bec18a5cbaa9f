"""Bundles, units and enterprises, made through the use cases; every reduction is recorded."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text

from app.clock import StandingClock
from app.ids import new_id
from app.jobs.pooling_tasks import POOLING
from app.jobs.task_run import TaskRun
from app.outbox import names
from app.store.pooling.bundles import read_bundle
from app.store.pooling.findings import sampled_masses
from app.usecases.people.enrol import Enrolment, enrol
from app.usecases.pooling.accept_verification import accept_verification
from app.usecases.pooling.approve_verifier import approve_verifier
from app.usecases.pooling.approve_version import approve_version
from app.usecases.pooling.declare_ties import declare_ties
from app.usecases.pooling.give_findings import give_findings
from app.usecases.pooling.give_notice import give_notice
from app.usecases.pooling.give_opinion import give_opinion
from app.usecases.pooling.open_bundle import open_bundle
from app.usecases.pooling.sign_issue import sign_issue
from app.usecases.pooling.sign_seal import sign_seal
from app.usecases.pooling.sign_ties import sign_ties
from app.usecases.pooling.sign_verifiers import PoolAdmission, sign_verifiers
from app.usecases.pooling.start_report import start_report
from app.usecases.pooling.start_selection import start_selection
from app.usecases.pooling.submit_bundle import WantedSample, submit_bundle
from app.wiring import Wiring
from behaviours.actions.action import Action
from behaviours.people import Consenting
from behaviours.programme import Notice
from behaviours.viewer import Viewer
from behaviours.working_days import WEEKDAYS, WorkingDays
from rewards.pooling.bundle import Bundle
from rewards.pooling.documents import Conditions
from rewards.pooling.sample import StatedFinding
from rewards.pooling.terms import verifier_terms
from rewards.registry.ties import ToldTies
from rewards.signing import ROLES
from tests.builders.actions import a_ride, recording
from tests.builders.people import EVERY_SCENE, an_organisation

Answer = TypeVar("Answer")
VINTAGE = 2026
NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
NO_NOTICE = Notice(0, WorkingDays(WEEKDAYS))
AGREED_AT = datetime(2025, 12, 31, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
PV = "gd.distributed_pv"
METRO = "bj.low_carbon_travel"


def run(wiring: Wiring, work: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
    """One transaction."""
    return wiring.database.transact(work, *given, **named)


def rows(wiring: Wiring, statement: str, **parameters: Any) -> list[dict[str, Any]]:
    """What a plain SQL question answers."""
    return run(
        wiring,
        lambda connection: [
            dict(row) for row in connection.execute(text(statement), parameters).mappings()
        ],
    )


def entrust(
    wiring: Wiring, person: UUID, *, methodology: str | None = None, first: date = FIRST
) -> UUID:
    """The person lets their reductions be pooled."""
    contribution_id = new_id()
    run(
        wiring,
        lambda connection: connection.execute(
            text(
                "insert into contribution (participant_id, contribution_id, methodology,"
                " occurred_from, occurred_to, text_version, granted_at)"
                " values (:person, :id, :methodology, :first, '2099-12-31', '2026-01', now())"
            ),
            {"person": person, "id": contribution_id, "methodology": methodology, "first": first},
        ),
    )
    return contribution_id


def withdraw(wiring: Wiring, contribution_id: UUID) -> None:
    """The person takes an entrustment back."""
    run(
        wiring,
        lambda connection: connection.execute(
            text("update contribution set withdrawn_at = now() where contribution_id = :id"),
            {"id": contribution_id},
        ),
    )


def a_person(wiring: Wiring, provider: UUID) -> UUID:
    """Somebody who agreed to the provider's reports at the beginning of the year."""
    new = Enrolment(
        identity=secrets.token_hex(8),
        region="CN-44",
        consents=tuple(
            Consenting(scene=scene, text_version="2026-01", granted_at=AGREED_AT)
            for scene in EVERY_SCENE
        ),
    )
    enrolled = run(
        wiring,
        enrol,
        [new],
        organisation_id=provider,
        identity_key=wiring.settings.identity_key,
        scenes=wiring.scenes,
        clock=StandingClock(NOW),
    )
    return enrolled[0].participant_id


def an_entrusting_person(wiring: Wiring, provider: UUID) -> UUID:
    person = a_person(wiring, provider)
    entrust(wiring, person)
    return person


def a_pv_interval(person: UUID, provider: UUID, kwh: str, **changes: Any) -> Action:
    """A day of generation that saves tonnes; about 0.65 kg a kilowatt-hour."""
    token = secrets.token_hex(8)
    starts_at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    given: dict[str, Any] = {
        "behaviour": "distributed_pv",
        "occurred_at": starts_at,
        "ended_at": changes.get("occurred_at", starts_at) + timedelta(hours=10),
        "quantities": {"generation_kwh": kwh},
        "evidence": {"meter_id": token},
    }
    return a_ride(person, provider, **{**given, **changes})


def recorded(
    wiring: Wiring, actions: Sequence[Action], *, now: datetime | None = None
) -> list[UUID]:
    """Record them all; their ids."""
    answers = recording(wiring, list(actions), now=now or NOW)
    for answer in answers:
        assert hasattr(answer, "action_id"), answer
    return [answer.action_id for answer in answers]


def pooled_pv(
    wiring: Wiring, *, people: int = 3, kwh: str = "10000", **changes: Any
) -> list[tuple[UUID, UUID]]:
    """(person, action) of entrusted generation, one action each."""
    provider = an_organisation(wiring, "provider")
    persons = [an_entrusting_person(wiring, provider) for _ in range(people)]
    actions = [a_pv_interval(person, provider, kwh, **changes) for person in persons]
    return list(zip(persons, recorded(wiring, actions), strict=True))


def open_gate(wiring: Wiring, methodology: str, version: str) -> None:
    """Two people of two roles approve a version for bundles."""
    for role in ("operator", "authority"):
        user_id = new_id()
        run(
            wiring,
            lambda connection, role=role, user_id=user_id: approve_version(
                connection,
                methodology=methodology,
                version=version,
                user_id=user_id,
                role=role,
                reason="a test",
                clock=StandingClock(NOW),
            ),
        )


def open_gates(wiring: Wiring) -> None:
    """Approve everything that tests pool."""
    for version in wiring.rulebook.versions():
        open_gate(wiring, version.code, version.version)


def task(wiring: Wiring, name: str, bundle_id: UUID) -> dict[str, Any]:
    """Do a task here and now."""
    return dict(POOLING[name](wiring, TaskRun(new_id(), bundle_id, {})) or {})


def bundle(wiring: Wiring, bundle_id: UUID) -> Bundle:
    found = run(wiring, read_bundle, bundle_id)
    assert found is not None
    return found


def somebody(role: str) -> Viewer:
    """An operator or authority whom nobody has seen before."""
    return Viewer(role, None, new_id())


def operator() -> Viewer:
    return somebody("operator")


def a_verifier(organisation_id: UUID) -> Viewer:
    return Viewer("verifier", organisation_id, organisation_id)


def a_draft(wiring: Wiring, **changes: Any) -> UUID:
    """A bundle that may hold every methodology of the first half of the year."""
    known = {version.code for version in wiring.rulebook.versions()}
    conditions = replace(Conditions(None, VINTAGE, None, FIRST, LAST, "voluntary"), **changes)
    if conditions.methodology is None and conditions.methodologies is None:
        conditions = replace(conditions, methodologies=tuple(sorted(known)))
    return run(
        wiring,
        open_bundle,
        conditions,
        created_by=new_id(),
        known_methodologies=known,
        reserve_per_mille=wiring.programme.reserve_per_mille,
        clock=StandingClock(NOW),
    ).bundle_id


def selecting(wiring: Wiring, **changes: Any) -> UUID:
    """A bundle whose selection was asked for and not begun."""
    bundle_id = a_draft(wiring, **changes)
    run(
        wiring,
        start_selection,
        bundle_id,
        by=operator(),
        clock=StandingClock(NOW),
    )
    return bundle_id


def selected(wiring: Wiring, **changes: Any) -> UUID:
    bundle_id = selecting(wiring, **changes)
    task(wiring, names.SELECT_BUNDLE, bundle_id)
    return bundle_id


def an_independent_verifier(wiring: Wiring, *, pooled: bool = False, **ties: Any) -> UUID:
    """A verifier that declared its ties, none by default; ``pooled``: it may be drawn."""
    verifier = an_organisation(wiring, "verifier")
    declare(wiring, verifier, **ties)
    if pooled:
        admit(wiring, verifier)
    return verifier


def declare(wiring: Wiring, verifier: UUID, *, by: Viewer | None = None, **ties: Any) -> None:
    """What somebody declares of itself, or ``by`` of it."""
    said = ToldTies(**{**ties, "interests": frozenset(ties.get("interests", ()))})
    if by is None:
        run(wiring, declare_ties, verifier, said, by=a_verifier(verifier), clock=StandingClock(NOW))
        return
    # What is stated of somebody, two people of two roles sign.
    for role in sorted(ROLES, key=lambda each: each == by.role):
        one = by if role == by.role else Viewer(role, None, new_id())
        run(wiring, sign_ties, verifier, said, by=one, clock=StandingClock(NOW))


def admit(wiring: Wiring, verifier: UUID, behaviours: frozenset[str] | None = None) -> None:
    """Two people take a verifier into the pool."""
    for role in ROLES:
        run(
            wiring,
            sign_verifiers,
            [PoolAdmission(verifier, behaviours, "a test")],
            known_behaviours=wiring.scenes.categories().keys(),
            by=Viewer(role, None, new_id()),
            clock=StandingClock(NOW),
        )


def submitted(wiring: Wiring, **changes: Any) -> tuple[UUID, UUID]:
    """(bundle, verifier) with a drawn sample."""
    bundle_id = selected(wiring, **changes)
    run(wiring, start_report, bundle_id, by=operator(), clock=StandingClock(NOW))
    task(wiring, names.REPORT_BUNDLE, bundle_id)
    verifier = an_independent_verifier(wiring)
    submit_to(wiring, bundle_id, verifier)
    accepted(wiring, bundle_id, verifier)
    return bundle_id, verifier


def submit_to(wiring: Wiring, bundle_id: UUID, verifier: UUID) -> None:
    """Hand a bundle to whom the authority approved by name, with the usual sample."""
    run(
        wiring,
        approve_verifier,
        bundle_id,
        verifier,
        reason="a test",
        terms=verifier_terms(wiring.programme),
        by=somebody("authority"),
        clock=StandingClock(NOW),
    )
    run(
        wiring,
        submit_bundle,
        bundle_id,
        verifier_id=verifier,
        wanted=WantedSample(Decimal("0.95"), Decimal("0.05")),
        floor=wiring.programme.sampling,
        terms=verifier_terms(wiring.programme),
        by=operator(),
        clock=StandingClock(NOW),
    )


def accepted(wiring: Wiring, bundle_id: UUID, verifier: UUID) -> Bundle:
    """The verifier gives its number, and the sample is drawn."""
    return run(
        wiring,
        accept_verification,
        bundle_id,
        number="314159265358",
        terms=verifier_terms(wiring.programme),
        by=a_verifier(verifier),
        clock=StandingClock(NOW),
    )


def noticed(wiring: Wiring, *, found_per_mille: int = 1000, **changes: Any) -> UUID:
    """A verified bundle whose notice has run out by ``NOW``'s day."""
    bundle_id, verifier = submitted(wiring, **changes)
    drawn = run(wiring, sampled_masses, bundle_id)
    findings = [
        StatedFinding(each.action_id, each.recorded_mg * found_per_mille // 1000, None)
        for each in drawn
    ]
    run(
        wiring,
        give_findings,
        bundle_id,
        findings,
        by=a_verifier(verifier),
        clock=StandingClock(NOW),
    )
    run(
        wiring,
        give_opinion,
        bundle_id,
        positive=True,
        statement="fine",
        by=a_verifier(verifier),
        clock=StandingClock(NOW),
    )
    run(
        wiring,
        give_notice,
        bundle_id,
        terms=NO_NOTICE,
        zone=wiring.zone,
        by=operator(),
        clock=StandingClock(NOW - timedelta(days=1)),
    )
    return bundle_id


def sealing(wiring: Wiring, **changes: Any) -> UUID:
    """A bundle that both have signed and whose sealing has not begun."""
    bundle_id = noticed(wiring, **changes)
    sign_by_both(wiring, sign_seal, bundle_id, zone=wiring.zone)
    return bundle_id


def sealed(wiring: Wiring, **changes: Any) -> UUID:
    bundle_id = sealing(wiring, **changes)
    task(wiring, names.SEAL_BUNDLE, bundle_id)
    return bundle_id


def issued(wiring: Wiring, **changes: Any) -> UUID:
    bundle_id = sealed(wiring, **changes)
    sign_by_both(wiring, sign_issue, bundle_id)
    return bundle_id


def sign_by_both(wiring: Wiring, verb: Callable[..., Any], bundle_id: UUID, **given: Any) -> None:
    """Two people of two roles sign."""
    for role in ("operator", "authority"):
        run(wiring, verb, bundle_id, by=somebody(role), clock=StandingClock(NOW), **given)
