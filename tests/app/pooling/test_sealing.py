"""Reported, verified, under notice and sealed; and what leaves a bundle on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import new_id
from app.outbox import names
from app.usecases.pooling.give_findings import give_findings
from app.usecases.pooling.give_notice import give_notice
from app.usecases.pooling.prove_inclusion import prove_inclusion
from app.usecases.pooling.remove_reversed import TakenBack, remove_reversed
from app.usecases.pooling.sign_seal import sign_seal
from app.usecases.pooling.start_report import start_report
from app.wiring import Wiring
from behaviours.programme import Notice
from behaviours.viewer import Viewer
from behaviours.working_days import CN, NoticeRunning, WorkingDays
from rewards.pooling.inclusion import verify_inclusion
from rewards.pooling.refusals import (
    BundleStateConflict,
    NotInSample,
    NotInSealedBundle,
    SampleIncomplete,
    UnknownVerifier,
)
from rewards.pooling.sample import StatedFinding
from rewards.signing import SamePersonTwice
from tests.builders.bundle_steps import assert_every_milligram_has_a_place, entries, opine
from tests.builders.market import (
    NOW,
    PV,
    a_person,
    a_pv_interval,
    a_verifier,
    bundle,
    entrust,
    noticed,
    operator,
    pooled_pv,
    recorded,
    rows,
    run,
    sealed,
    sealing,
    selected,
    submit_to,
    submitted,
    task,
    withdraw,
)
from tests.builders.people import an_organisation


def noon(day: date) -> datetime:
    """In China."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def test_the_report_counts_by_behaviour_month_region_and_version(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id, _ = submitted(market)
    made = bundle(market, bundle_id)
    report = made.report.as_document()
    assert report["reductions"] == 3
    assert report["saved_mg"] == str(made.selected_mg)
    for name, key in (("by_behaviour", "distributed_pv"), ("by_month", "2026-03")):
        (line,) = report[name]
        assert key in line.values()
        assert line["reductions"] == 3
    (version,) = report["by_version"]
    assert version["methodology"] == f"{PV}@2022"
    assert version["digest"].startswith("sha256:")
    assert report["factors"]


def test_the_sample_follows_from_the_seed_and_needs_a_verifier(market: Wiring) -> None:
    pooled_pv(market, people=5)
    bundle_id, _ = submitted(market)
    made = bundle(market, bundle_id)
    assert made.sampling_plan.population == 5
    drawn = rows(market, "select action_id from bundle_sample where bundle_id = :id", id=bundle_id)
    assert len(drawn) == made.sampling_plan.size
    other = selected(market)
    with pytest.raises(BundleStateConflict):
        submit_to(market, other, new_id())


def test_only_a_registered_verifier_verifies(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = selected(market)
    run(market, start_report, bundle_id, by=operator(), clock=StandingClock(NOW))
    task(market, names.REPORT_BUNDLE, bundle_id)
    enterprise = an_organisation(market, "enterprise")
    with pytest.raises(UnknownVerifier):
        submit_to(market, bundle_id, enterprise)


def test_an_opinion_needs_a_finding_for_every_drawn_reduction(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id, verifier = submitted(market)
    with pytest.raises(SampleIncomplete):
        opine(market, bundle_id, verifier, positive=True, statement="")
    with pytest.raises(NotInSample):
        run(
            market,
            give_findings,
            bundle_id,
            [StatedFinding(new_id(), 0, None)],
            by=a_verifier(verifier),
            clock=StandingClock(NOW),
        )


def test_what_the_verifier_did_not_find_is_deducted(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = noticed(market, found_per_mille=900)
    made = bundle(market, bundle_id)
    # Everything was looked at, so the deduction is exact.
    assert made.deducted_mg == pytest.approx(made.selected_mg // 10, abs=3)


def test_a_negative_opinion_returns_everything_to_the_pool(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id, verifier = submitted(market)
    opine(market, bundle_id, verifier, positive=False, statement="no")
    task(market, names.RELEASE_BUNDLE, bundle_id)
    assert bundle(market, bundle_id).state == "rejected"
    assert entries(market, bundle_id) == set()
    assert len(entries(market, selected(market))) == 3
    assert_every_milligram_has_a_place(market)


def test_sealing_waits_for_the_notice_and_for_two_people(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id, verifier = submitted(market)
    pairs = rows(market, "select action_id from bundle_sample")
    found = [StatedFinding(row["action_id"], None, None) for row in pairs]
    run(
        market,
        give_findings,
        bundle_id,
        found,
        by=a_verifier(verifier),
        clock=StandingClock(NOW),
    )
    opine(market, bundle_id, verifier, positive=True, statement="")
    run(
        market,
        give_notice,
        bundle_id,
        terms=Notice(7, WorkingDays(CN)),
        zone=market.zone,
        by=operator(),
        clock=StandingClock(noon(date(2026, 7, 3))),
    )
    user_id = new_id()

    def sign(role: str, today: date, who: UUID | None = None) -> list[str]:
        return run(
            market,
            sign_seal,
            bundle_id,
            by=Viewer(role, None, who or user_id),
            zone=market.zone,
            clock=StandingClock(noon(today)),
        ).awaiting

    with pytest.raises(NoticeRunning):
        sign("operator", date(2026, 7, 14))
    after = date(2026, 7, 15)
    assert sign("operator", after) == ["authority"]
    assert sign("operator", after) == ["authority"]
    with pytest.raises(SamePersonTwice):
        sign("authority", after)
    assert bundle(market, bundle_id).state == "noticed"
    assert sign("authority", after, new_id()) == []
    assert bundle(market, bundle_id).state == "sealing"


def test_every_reduction_of_a_sealed_bundle_is_proven(market: Wiring) -> None:
    pooled = pooled_pv(market, people=7)
    bundle_id = sealed(market)
    made = bundle(market, bundle_id)
    offsets = []
    for person, action in pooled:
        found = run(
            market, lambda connection, p=person, a=action: prove_inclusion(connection, p, a)
        )
        assert found.bundle_id == bundle_id
        assert verify_inclusion(found.proof, root_digest=made.root.hex(), total_mg=made.selected_mg)
        offsets.append((found.offset_mg, found.offset_mg + found.saved_mg))
    offsets.sort()
    # The parts lie end to end from nothing to the total.
    assert [start for start, _ in offsets] == [0, *(end for _, end in offsets[:-1])]
    assert offsets[-1][1] == made.selected_mg


def test_there_is_no_proof_before_the_seal_or_for_somebody_else(market: Wiring) -> None:
    pooled = pooled_pv(market)
    bundle_id = sealing(market)
    person, action = pooled[0]
    with pytest.raises(NotInSealedBundle):
        run(market, prove_inclusion, person, action)
    task(market, names.SEAL_BUNDLE, bundle_id)
    with pytest.raises(NotInSealedBundle):
        run(market, prove_inclusion, pooled[1][0], action)


def test_a_withdrawal_before_the_seal_takes_out_and_after_it_stays(market: Wiring) -> None:
    provider = an_organisation(market, "provider")
    persons = [a_person(market, provider) for _ in range(3)]
    contributions = [entrust(market, person) for person in persons]
    # Whoever entrusted twice and withdrew one is still covered by the other.
    entrust(market, persons[2], methodology=PV)
    recorded(market, [a_pv_interval(person, provider, "4000") for person in persons])
    bundle_id = sealing(market)
    withdraw(market, contributions[0])
    withdraw(market, contributions[2])
    task(market, names.SEAL_BUNDLE, bundle_id)
    assert {person for person, _ in entries(market, bundle_id)} == set(persons[1:])
    assert bundle(market, bundle_id).reductions == 2
    withdraw(market, contributions[1])
    task(market, names.SEAL_BUNDLE, bundle_id)
    assert len(entries(market, bundle_id)) == 2
    assert_every_milligram_has_a_place(market)


def test_a_reversal_before_the_freeze_takes_out_and_after_it_stays(market: Wiring) -> None:
    pooled = pooled_pv(market)
    bundle_id = noticed(market)
    out = {"zone": market.zone, "now": NOW}
    gone = run(market, remove_reversed, [TakenBack(*pooled[0], 1)], **out)
    assert gone[pooled[0][1]].stays is False
    assert entries(market, bundle_id) == set(pooled[1:])
    other = sealed(market)
    stays = run(market, remove_reversed, [TakenBack(*each, 1) for each in pooled], **out)
    assert {key for key, place in stays.items() if place.stays} == {pooled[0][1]}
    assert entries(market, other) == {pooled[0]}
