"""Select and seal N reductions, against one plain aggregate and update of the same rows.

The rows are made by sets, as a month of metro rides: every twentieth is another person's, all are
entrusted, and they arrive in the order of time, as they do when apps report them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground
from app.bench.worker import measured, run_task
from app.clock import StandingClock
from app.ids import new_id
from app.outbox import names
from app.settings import Settings
from app.store.bench.pooled_rides import aggregate_and_update, copy_plainly, fill, sealed_row
from app.store.database import Connection
from app.store.pooling.findings import sampled_masses
from app.usecases.pooling.accept_verification import accept_verification
from app.usecases.pooling.approve_verifier import approve_verifier
from app.usecases.pooling.declare_ties import declare_ties
from app.usecases.pooling.give_findings import give_findings
from app.usecases.pooling.give_notice import give_notice
from app.usecases.pooling.give_opinion import give_opinion
from app.usecases.pooling.open_bundle import open_bundle
from app.usecases.pooling.sign_seal import sign_seal
from app.usecases.pooling.start_report import start_report
from app.usecases.pooling.start_selection import start_selection
from app.usecases.pooling.submit_bundle import WantedSample, submit_bundle
from app.wiring import Wiring
from behaviours.programme import Notice
from behaviours.viewer import Viewer
from behaviours.working_days import WEEKDAYS, WorkingDays
from rewards.pooling.bundle import SEALED
from rewards.pooling.documents import Conditions
from rewards.pooling.sample import StatedFinding
from rewards.pooling.terms import VerifierTerms, verifier_terms
from rewards.registry.ties import ToldTies

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
NOW = datetime(2026, 4, 1, tzinfo=UTC)
NO_NOTICE = Notice(0, WorkingDays(WEEKDAYS))
OPERATOR = Viewer("operator", None, new_id())
RIDE = "metro_ride"
SAVED_MG = 46_000
RIDES_OF_A_PERSON = 20
REDUCTIONS, QUICK_REDUCTIONS, ROUNDS = 1_000_000, 100_000, 3
LIMIT_S, LIMIT_MB = 90.0, 400.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each step, and the most memory that the working process ever had."""

    reductions: int
    plain_s: float
    select_s: float
    report_s: float
    seal_s: float
    max_rss_mb: float

    @property
    def ratio(self) -> float:
        """Select and seal as a multiple of the plain statement's time."""
        return (self.select_s + self.seal_s) / self.plain_s


def measure_select_and_seal(wiring: Wiring, reductions: int) -> Measured:
    """Fill the (empty, throw-away) database of ``wiring`` and measure once."""
    verifier = _fill(wiring, reductions)
    plain_s = _plain(wiring)
    bundle_id = _opened(wiring)
    wiring.database.transact(start_selection, bundle_id, by=OPERATOR, clock=StandingClock(NOW))
    select_s, first_rss = _in_a_process(wiring.settings, names.SELECT_BUNDLE, bundle_id)
    wiring.database.transact(start_report, bundle_id, by=OPERATOR, clock=StandingClock(NOW))
    report_s, _ = _in_a_process(wiring.settings, names.REPORT_BUNDLE, bundle_id)
    _verified_and_signed(wiring, bundle_id, verifier)
    seal_s, second_rss = _in_a_process(wiring.settings, names.SEAL_BUNDLE, bundle_id)
    _check(wiring, bundle_id, reductions)
    return Measured(reductions, plain_s, select_s, report_s, seal_s, max(first_rss, second_rss))


def _fill(wiring: Wiring, rides: int) -> UUID:
    rule = wiring.rulebook.version_for(RIDE, FIRST, "CN-44")
    verifier = new_id()
    known = {
        "provider": new_id(),
        "verifier": verifier,
        "people": max(rides // RIDES_OF_A_PERSON, 1),
        "rides": rides,
        "now": NOW,
        "behaviour": RIDE,
        "methodology": rule.code,
        "version": rule.version,
        "digest": bytes.fromhex(rule.digest.removeprefix("sha256:")),
        "provenance": "press",
        "saved_mg": SAVED_MG,
    }
    fill(wiring.database, known)
    return verifier


def _plain(wiring: Wiring) -> float:
    copy_plainly(wiring.database)
    began = time.perf_counter()
    wiring.database.transact(aggregate_and_update)
    return time.perf_counter() - began


def _opened(wiring: Wiring) -> UUID:
    methodology = wiring.rulebook.version_for(RIDE, FIRST, "CN-44").code
    return wiring.database.transact(
        open_bundle,
        Conditions(methodology, FIRST.year, None, FIRST, LAST, "voluntary"),
        created_by=new_id(),
        known_methodologies={each.code for each in wiring.rulebook.versions()},
        reserve_per_mille=wiring.programme.reserve_per_mille,
        clock=StandingClock(NOW),
    ).bundle_id


def _approve(
    connection: Connection, bundle_id: UUID, verifier: UUID, *, terms: VerifierTerms
) -> None:
    by, clock = Viewer("verifier", verifier, verifier), StandingClock(NOW)
    declare_ties(connection, verifier, ToldTies(), by=by, clock=clock)
    approve_verifier(
        connection,
        bundle_id,
        verifier,
        reason="bench",
        terms=terms,
        by=Viewer("authority", None, new_id()),
        clock=clock,
    )


def _verified_and_signed(wiring: Wiring, bundle_id: UUID, verifier: UUID) -> None:
    terms = verifier_terms(wiring.programme)
    by = Viewer("verifier", verifier, verifier)

    def work(connection: Connection) -> None:
        _approve(connection, bundle_id, verifier, terms=terms)
        wanted = WantedSample(Decimal("0.95"), Decimal("0.05"))
        submit_bundle(
            connection,
            bundle_id,
            verifier_id=verifier,
            wanted=wanted,
            floor=wiring.programme.sampling,
            terms=terms,
            by=OPERATOR,
            clock=StandingClock(NOW),
        )
        accept_verification(
            connection,
            bundle_id,
            number="314159265358",
            terms=terms,
            by=by,
            clock=StandingClock(NOW),
        )
        found = [
            StatedFinding(each.action_id, None, None)
            for each in sampled_masses(connection, bundle_id)
        ]
        give_findings(connection, bundle_id, found, by=by, clock=StandingClock(NOW))
        give_opinion(
            connection, bundle_id, positive=True, statement="bench", by=by, clock=StandingClock(NOW)
        )
        give_notice(
            connection,
            bundle_id,
            terms=NO_NOTICE,
            zone=wiring.zone,
            by=OPERATOR,
            clock=StandingClock(NOW - timedelta(days=1)),
        )
        for role in ("operator", "authority"):
            signer = Viewer(role, None, new_id())
            sign_seal(connection, bundle_id, by=signer, zone=wiring.zone, clock=StandingClock(NOW))

    wiring.database.transact(work)


def _in_a_process(settings: Settings, task: str, bundle_id: UUID) -> tuple[float, float]:
    """(seconds, megabytes) of a task in a fresh process, as a worker would run it."""
    return measured(settings, partial(run_task, task=task), bundle_id)


def _check(wiring: Wiring, bundle_id: UUID, reductions: int) -> None:
    row = wiring.database.transact(sealed_row, bundle_id)
    assert row == (SEALED, reductions, reductions * SAVED_MG), row


def _run(ground: Ground) -> Iterator[Figure]:
    reductions = QUICK_REDUCTIONS if ground.quick else REDUCTIONS
    rounds = []
    for _ in range(ROUNDS):
        ground.say(f"selecting and sealing {reductions:,} reductions")
        rounds.append(measure_select_and_seal(ground.shop(people=0).wiring, reductions))
    took = tuple(each.select_s + each.seal_s for each in rounds)
    limit_s = LIMIT_S * reductions / REDUCTIONS
    yield Figure(f"select and seal {reductions:,} reductions", took, "s", at_most=limit_s)
    yield Figure("the plain statement", tuple(each.plain_s for each in rounds), "s")
    yield Figure("select and seal / plain", tuple(each.ratio for each in rounds), "×")
    memory = tuple(each.max_rss_mb for each in rounds)
    yield Figure("most memory of the worker", memory, "MB", at_most=LIMIT_MB)


CASE = BenchCase(
    "select_and_seal", "select + seal of reductions / plain aggregate and update", _run
)
